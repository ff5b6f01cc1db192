import { LOCALE, t } from '../texts.ts';
import type { Message } from './types.ts';

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'long' });
const dayAndMonth = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long' });
const withYear = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', year: 'numeric' });
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const shortWithYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'numeric', year: 'numeric' });
const whole = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'short' });
const ago = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto', style: 'short' });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const time = (iso: string) => clock.format(new Date(iso));
export const moment = (iso: string) => whole.format(new Date(iso));

/** Days between two moments as a calendar counts them, in the reader's own zone. */
function daysBetween(then: Date, now: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day(now) - day(then)) / DAY);
}

export function sameDay(one: string, other: string): boolean {
  return daysBetween(new Date(one), new Date(other)) === 0;
}

/** The label between two days of a conversation. */
export function dayLabel(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const days = daysBetween(then, now);
  if (days === 0) {
    return t.today;
  }
  if (days === 1) {
    return t.yesterday;
  }
  if (days > 1 && days < 7) {
    return weekday.format(then);
  }
  return (then.getFullYear() === now.getFullYear() ? dayAndMonth : withYear).format(then);
}

/** How long ago, as short as a list of rooms needs it. */
export function relative(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const passed = now.getTime() - then.getTime();
  if (passed < MINUTE) {
    return ago.format(0, 'second');
  }
  if (passed < HOUR) {
    return ago.format(-Math.floor(passed / MINUTE), 'minute');
  }
  const days = daysBetween(then, now);
  if (days === 0) {
    return ago.format(-Math.floor(passed / HOUR), 'hour');
  }
  return days < 7 ? ago.format(-days, 'day') : (then.getFullYear() === now.getFullYear() ? short : shortWithYear).format(then);
}

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function duration(seconds: number): string {
  const all = Math.max(0, Math.round(seconds));
  const hours = Math.floor(all / 3600);
  const rest = `${String(Math.floor(all / 60) % 60).padStart(hours ? 2 : 1, '0')}:${String(all % 60).padStart(2, '0')}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** Names shown of many. */
const NAMED = 10;

/** The names of some people, and how many more there are. */
export function names(people: { name: string }[]): string[] {
  const shown = people.slice(0, NAMED).map(({ name }) => name);
  return people.length > NAMED ? [...shown, t.more(people.length - NAMED)] : shown;
}

const MARKS: Record<string, string> = { image: '📷', video: '🎬', voice: '🎤', file: '📎' };
const WORDS: Record<string, string> = { image: t.image, video: t.video, voice: t.voice, file: t.file };

/** One line for lists, replies and announcements. */
export function preview(message: Pick<Message, 'is_deleted' | 'message_type' | 'content'> & { files_data?: Message['files_data'] }): string {
  if (message.is_deleted) {
    return t.deleted;
  }
  const mark = MARKS[message.message_type];
  if (!mark) {
    return message.content;
  }
  const name = message.message_type === 'file' && message.files_data?.length === 1 ? message.files_data[0].file_name : WORDS[message.message_type];
  return `${mark} ${message.content || name}`;
}

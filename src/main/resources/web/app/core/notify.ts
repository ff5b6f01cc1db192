import { client } from './client.ts';
import { locks } from './pages.ts';
import { beginning } from './text.ts';
import type { Message } from './types.ts';

const WANTED = 'parley.notify';
/** Until it is heard that what came is read, in another tab or elsewhere, in milliseconds. */
const MOMENT = 1_000;
/** So long no other tab tells of it, until all of them read what is kept of that. */
const HELD = 60_000;
/** Up to which message of a room one of a browser's tabs has told: one that was frozen hears of them when it wakes. */
const TOLD = 'parley.told.';

/** What the desktop shows, by room, and up to which message. */
const shown = new Map<number, { note: Notification; seq: number }>();

client.signals.listen((topic) => {
  if (topic === 'rooms' || topic === 'session') {
    shown.forEach(({ note, seq }, room) => {
      if (isRead(room, seq)) {
        note.close();
        shown.delete(room);
      }
    });
  }
});

export function notifies(): boolean {
  return 'Notification' in globalThis && Notification.permission === 'granted' && client.kept.get<boolean>(WANTED) === true;
}

/** @returns whether notifications are on now */
export async function wantNotifications(on: boolean): Promise<boolean> {
  if (on && (!('Notification' in globalThis) || await Notification.requestPermission() !== 'granted')) {
    return false;
  }
  client.kept.set(WANTED, on);
  return on;
}

/** Unless somebody looks at the page, or has read the message by then. */
export async function notify(title: string, text: string, { seq, room_id: room }: Message): Promise<void> {
  if (!notifies()) {
    return;
  }
  if (!document.hasFocus()) {
    await new Promise((resolve) => setTimeout(resolve, MOMENT));
  }
  if (!await isTeller(room, seq) || document.hasFocus() || isRead(room, seq)) {
    return;
  }
  try {
    // One a room, and each heard: what only replaces another is shown without a sign.
    const options = { body: beginning(text, 200), tag: `room ${room}`, renotify: true, icon: '/icon.svg' };
    const note = new Notification(title, options);
    note.onclick = () => {
      focus();
      location.hash = `#/room/${room}`;
      note.close();
    };
    shown.set(room, { note, seq });
  } catch {
    // Some phones allow notifications by service workers only.
  }
}

/** Or there is nobody signed in any more who might read it. */
function isRead(room: number, seq: number): boolean {
  const state = client.rooms.get(room);
  return !state || state.lastRead >= seq;
}

/** Of a browser's tabs the first that asks tells of a message: the one that is looked at, in its own way. */
function isTeller(room: number, seq: number): Promise<boolean> {
  return new Promise((tells) => {
    const asked = locks()?.request(`${TOLD}${room}.${seq}`, { ifAvailable: true }, (lock) => {
      const isFirst = lock !== null && seq > (client.kept.get<number>(TOLD + room) ?? 0);
      if (isFirst) {
        client.kept.set(TOLD + room, seq);
      }
      tells(isFirst);
      return isFirst && new Promise((resolve) => setTimeout(resolve, HELD));
    });
    // Where they are missing or denied, nobody knows of other tabs.
    void (asked ?? Promise.reject()).catch(() => tells(true));
  });
}

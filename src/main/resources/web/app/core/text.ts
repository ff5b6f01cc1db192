/** A stretch of a message's text; with `href`, a link. */
export interface Part {
  text: string;
  href?: string;
}

const CANDIDATE = /(?:https?:\/\/|www\.)[^\s<>"'`]+|mailto:[^\s<>"'`]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const TRAILING = new Set('.,;:!?…\'"»”’*_~');
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);

/** Cuts a text into plain stretches and links. Nothing is interpreted as HTML anywhere: parts are shown as text. */
export function linkify(text: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = withoutTrailing(match[0]);
    const href = address(shown);
    if (!href) {
      continue;
    }
    if (match.index > done) {
      parts.push({ text: text.slice(done, match.index) });
    }
    parts.push({ text: shown, href });
    done = match.index + shown.length;
  }
  if (done < text.length) {
    parts.push({ text: text.slice(done) });
  }
  return parts;
}

/** Without the punctuation that ends the sentence, not the address; a closing bracket is the address's if that opened it. */
function withoutTrailing(candidate: string): string {
  const unopened = new Map(Object.entries(PAIRS).map(([closer, opener]) => [closer, candidate.split(closer).length - candidate.split(opener).length]));
  let end = candidate.length;
  for (;; end--) {
    const last = candidate[end - 1];
    const surplus = unopened.get(last) ?? 0;
    if (surplus > 0) {
      unopened.set(last, surplus - 1);
    } else if (!TRAILING.has(last)) {
      return candidate.slice(0, end);
    }
  }
}

/** The address a text stands for, or null when it is none that may be followed. */
function address(shown: string): string | null {
  const written = /^(https?|mailto):/i.test(shown) ? shown : shown.includes('@') && !/^www\./i.test(shown) ? `mailto:${shown}` : `https://${shown}`;
  try {
    const url = new URL(written);
    const named = url.protocol === 'mailto:' ? url.pathname.includes('@') : url.hostname.includes('.') || url.hostname === 'localhost' || url.hostname.startsWith('[');
    return SCHEMES.has(url.protocol) && named ? url.href : null;
  } catch {
    return null;
  }
}

/** Shown before the first of what was looked for, in a text that is shown in part. */
const LEAD = 40;

/** A text with the words in it marked, from shortly before the first of them on. */
export function marked(text: string, words: string[]): { text: string; hit: boolean }[] {
  const wanted = words.filter(Boolean).sort((a, b) => b.length - a.length).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  if (!wanted.length) {
    return [{ text, hit: false }];
  }
  const parts = text.split(new RegExp(`(${wanted.join('|')})`, 'iu')).map((part, at) => ({ text: part, hit: at % 2 === 1 }));
  const lead = parts[0].text;
  if (parts.length > 1 && lead.length > LEAD * 2) {
    const space = lead.indexOf(' ', lead.length - LEAD);
    parts[0].text = `…${space < 0 ? [...lead].slice(-LEAD).join('') : lead.slice(space + 1)}`;
  }
  return parts.filter((part) => part.text);
}

/** One emoji, and no more: repeated within itself, it could take others' text apart in more ways than can be tried. */
const EMOJI = /^(?![\d#*]$)(?:\p{Regional_Indicator}\p{Regional_Indicator}|\p{Emoji}(?:\p{Emoji_Modifier}|\uFE0F\u20E3?|[\u{E0020}-\u{E007E}]+\u{E007F})?(?:\u200D\p{Emoji}(?:\p{Emoji_Modifier}|\uFE0F)?)*)$/u;
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const MOST_JUMBO = 3;

/** Whether a text is nothing but one to three emoji, to be shown large. */
export function isJumbo(text: string): boolean {
  let count = 0;
  for (const { segment } of GRAPHEMES.segment(text.replace(/\s/g, ''))) {
    if (++count > MOST_JUMBO || !EMOJI.test(segment)) {
      return false;
    }
  }
  return count > 0;
}

/**
 * A file's name to be shown: without the invisible marks that make `gpj.exe` look like `exe.jpg`. As it was otherwise.
 */
export function shownName(name: string): string {
  // deno-lint-ignore no-control-regex
  return name.replace(/[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g, '') || 'file';
}

const RECORDING = 'voice-message.';

/** What is recorded here is called so, which tells it from sound that has a name. */
export function recordingName(extension: string): string {
  return RECORDING + extension;
}

export function isRecording(name: string): boolean {
  return name.startsWith(RECORDING);
}

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) {
    count++;
  }
  return count;
}

/** Its beginning, of at most so many characters (code points): none is cut in two. */
export function beginning(text: string, most: number): string {
  return [...text].slice(0, most).join('');
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = [...(words[0] ?? '?')][0];
  const second = words.length > 1 ? [...words.at(-1)!][0] : '';
  return (first + second).toLocaleUpperCase();
}

import { beginning } from './text.ts';
import type { Gone, Message, ReplyPreview } from './types.ts';

/** Messages kept of one room, and so shown at once. */
export const WINDOW = 200;

/** What became of a message that was handed to a timeline. */
type Received = 'added' | 'changed' | 'gap' | 'outside' | 'known';

/** The later of two states of one message; what only REST tells is kept when a frame is silent about it. */
export function merge(old: Message, fresh: Message): Message {
  if (fresh.version < old.version) {
    return old;
  }
  return { ...fresh, is_liked: fresh.is_liked ?? old.is_liked, local_temp_id: fresh.local_temp_id ?? old.local_temp_id };
}

export function tombstone(message: Message, version: number): Message {
  return {
    ...message,
    version,
    is_deleted: true,
    content: '',
    files_data: null,
    has_media: false,
    pinned: false,
    like_count: 0,
    is_liked: false,
    reply_preview: null,
  };
}

/** Code points of a message that its answers show; the service cuts them alike. */
const QUOTED = 100;

/** What is shown of a message's text in its answers. */
export function quoted(content: string): string {
  const start = beginning(content, QUOTED);
  return start === content ? content : `${start}…`;
}

/** What is shown of a message in its answers once it is gone. */
const EMPTIED = { content: '', is_deleted: true };

export function emptied(reply: ReplyPreview): ReplyPreview {
  return { ...reply, ...EMPTIED };
}

/**
 * A window onto a room's history: messages whose seq follow each other without a gap. It grows at both ends as the
 * reader scrolls, is cut at the end they do not look at, and takes live messages only while it reaches the newest.
 */
export class Timeline {
  messages: readonly Message[] = [];
  loaded = false;
  /** Nothing older exists. */
  atStart = false;
  /** Nothing newer is known. */
  atEnd = false;

  get first(): number {
    return this.messages[0]?.seq ?? 0;
  }

  get last(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  find(seq: number): Message | undefined {
    return this.messages[seq - this.first];
  }

  reset(messages: Message[], atStart: boolean, atEnd: boolean): void {
    this.messages = messages;
    this.atStart = atStart;
    this.atEnd = atEnd;
    this.loaded = true;
  }

  /** @param hasMore whether still older ones exist */
  prepend(older: Message[], hasMore: boolean): void {
    const fitting = older.filter((message) => message.seq < this.first);
    if (fitting.length && fitting.at(-1)!.seq !== this.first - 1) {
      return;
    }
    this.messages = [...fitting, ...this.messages];
    this.atStart = !hasMore;
  }

  /** @param hasMore whether still newer ones exist */
  append(newer: Message[], hasMore: boolean): void {
    const fitting = newer.filter((message) => message.seq > this.last);
    if (fitting.length && this.messages.length && fitting[0].seq !== this.last + 1) {
      return;
    }
    this.messages = [...this.messages, ...fitting];
    this.atEnd = !hasMore;
  }

  /** @param isNews whether it is not heard once more, perhaps older than what answers it quote */
  receive(message: Message, isNews = true): Received {
    if (!this.loaded) {
      return 'outside';
    }
    const old = this.find(message.seq);
    if (old) {
      // Of the same version, a page that is there is the later one: its links work for longer.
      const merged = isNews || message.version !== old.version ? merge(old, message) : merge(message, old);
      if (merged === old) {
        return 'known';
      }
      this.replace(merged);
    }
    // One that is not loaded may be told late as it was at first.
    if (message.seq <= this.last && (old || isNews && message.edited_at)) {
      const { message_type, is_deleted } = message;
      this.requote(message.id, { message_type, content: quoted(message.content), is_deleted });
    }
    if (old) {
      return 'changed';
    }
    if (this.atEnd && message.seq === this.last + 1 && (this.messages.length || this.atStart)) {
      this.messages = [...this.messages, message];
      return 'added';
    }
    if (this.atEnd && message.seq > this.last) {
      // Something between was not heard of yet.
      this.atEnd = false;
      return 'gap';
    }
    return 'outside';
  }

  remove(gone: Gone): void {
    const old = this.find(gone.seq);
    if (old && !old.is_deleted && gone.version >= old.version) {
      this.replace(tombstone(old, gone.version));
    }
    this.requote(gone.id, EMPTIED);
  }

  /** In those of its answers that are loaded, wherever the message is itself. */
  private requote(id: number, now: Partial<ReplyPreview>): void {
    for (const reply of this.messages) {
      const quote = reply.reply_preview;
      if (quote?.id === id && !quote.is_deleted && Object.entries(now).some(([key, value]) => quote[key as keyof ReplyPreview] !== value)) {
        this.replace({ ...reply, reply_preview: { ...quote, ...now } });
      }
    }
  }

  /** Cuts what is beyond `most` at the end the reader does not look at. */
  trim(most: number, keep: 'start' | 'end'): void {
    if (this.messages.length <= most) {
      return;
    }
    if (keep === 'end') {
      this.messages = this.messages.slice(-most);
      this.atStart = false;
    } else {
      this.messages = this.messages.slice(0, most);
      this.atEnd = false;
    }
  }

  private replace(message: Message): void {
    this.messages = this.messages.with(message.seq - this.first, message);
  }
}

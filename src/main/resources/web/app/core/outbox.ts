import { type Api, Refused } from './api.ts';
import { Backoff } from './backoff.ts';
import { uuid } from './ids.ts';
import type { Kept } from './kept.ts';
import type { Signals } from './signals.ts';
import type { Message, ReplyPreview } from './types.ts';
import type { Upload, Uploads } from './uploads.ts';

type PendingState = 'uploading' | 'waiting' | 'sending' | 'failed';

/** A message that the service has not acknowledged. */
export interface Pending {
  /** The idempotency key: the same at every try, so that a message is never stored twice. */
  key: string;
  room: number;
  content: string;
  reply: ReplyPreview | null;
  uploads: Upload[];
  /** Files of a message that was taken up again after the page was closed, until they come back themselves. */
  fileIds: string[] | null;
  /** How many of its files an earlier page had; all of them have to come back. */
  files: number;
  /** The service had given up its files, which wait there for a day only: they are sent once more. */
  anew: boolean;
  createdAt: string;
  state: PendingState;
  error: string | null;
  /** It survives the page; until its files are there, these do with it. */
  safe: boolean;
}

type Stored = Pick<Pending, 'key' | 'room' | 'content' | 'reply' | 'createdAt' | 'state' | 'error'> & { fileIds: string[]; page: string };

/**
 * Messages on their way. Those of one room go one after the other, so that they arrive in the order they were written;
 * they are tried again until the service answers, and kept over a reload.
 */
export class Outbox {
  /** It is not sent unless its writer asks for that. */
  onFailed: (item: Pending) => void = () => {};
  /** It is not to be sent after all, as when the last of its files is not: what was written with it does not go by itself. */
  onTakenBack: (item: Pending) => void = () => {};

  private readonly items: Pending[] = [];
  /** Rooms whose messages are being sent; another set for each session. */
  private running = new Set<number>();
  private readonly backoff = new Backoff(1_000);
  private retry = 0;
  private retryAt = Infinity;
  private prefix = '';
  private page = '';

  constructor(
    private readonly api: Api,
    private readonly uploads: Uploads,
    private readonly kept: Kept,
    private readonly signals: Signals,
    /** The answer to a post. */
    private readonly stored: (message: Message) => void,
  ) {
    signals.listen((topic) => {
      if (topic === 'uploads') {
        const changed = this.settle();
        changed.forEach((room) => this.go(room));
        if (changed.size) {
          signals.tell('outbox');
        }
      }
    });
  }

  /** @param page the mark of what this page keeps */
  begin(userId: number, page: string): void {
    this.prefix = `parley.outbox.${userId}.`;
    this.page = page;
  }

  /** Takes up what a page that is gone could not send. */
  inherit(page: string): void {
    for (const key of this.kept.keys(this.prefix)) {
      const stored = this.kept.get<Stored>(key);
      if (stored?.page === page) {
        const { page: _page, ...parts } = stored;
        const item: Pending = { ...parts, uploads: [], files: 0, anew: false, state: stored.state === 'failed' ? 'failed' : 'waiting', safe: true };
        this.take(item);
        this.keep(item);
      }
    }
  }

  private take(item: Pending): void {
    this.items.push(item);
    this.items.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  }

  /** Nothing more is sent; what is stored stays for the next time. */
  end(): void {
    clearTimeout(this.retry);
    this.retryAt = Infinity;
    this.items.length = 0;
    this.running = new Set();
  }

  of(room: number): Pending[] {
    return this.items.filter((item) => item.room === room);
  }

  /** The file that a message waits for: its own, or that of one before it. */
  awaits(item: Pending): Upload | undefined {
    const before = this.of(item.room);
    return before.slice(0, before.indexOf(item) + 1).filter((each) => each.state !== 'failed')
      .flatMap((each) => each.uploads).find((upload) => upload.state !== 'done');
  }

  /** Whether something would be lost with the page. */
  get active(): boolean {
    return this.items.some((item) => !item.safe);
  }

  get size(): number {
    return this.items.length;
  }

  /** What is not sent unless its writer asks for that. */
  get failed(): Pending[] {
    return this.items.filter((item) => item.state === 'failed');
  }

  add(room: number, content: string, reply: ReplyPreview | null, uploads: Upload[]): Pending {
    const item: Pending = {
      key: uuid(),
      room,
      content,
      reply,
      uploads,
      fileIds: null,
      files: uploads.length,
      anew: false,
      createdAt: new Date().toISOString(),
      state: uploads.length ? 'uploading' : 'waiting',
      error: null,
      safe: true,
    };
    this.items.push(item);
    this.keep(item);
    this.flush();
    return item;
  }

  /** A file that a page that is gone was sending comes back, and with it its message. */
  resume(upload: Upload): void {
    const { key, content, reply, createdAt, count } = upload.message!;
    let item = this.items.find((each) => each.key === key);
    if (item) {
      item.files = count;
    } else {
      item = { key, room: upload.room, content, reply, uploads: [], fileIds: null, files: count, anew: false, createdAt, state: 'uploading', error: null, safe: true };
      this.take(item);
    }
    item.uploads.push(upload);
    if (item.uploads.length === count) {
      item.fileIds = null;
    }
    item.uploads.sort((a, b) => a.message!.index - b.message!.index);
  }

  /** Tries everything that waits, at once. */
  flush(): void {
    clearTimeout(this.retry);
    this.retryAt = Infinity;
    this.settle();
    new Set(this.items.map((item) => item.room)).forEach((room) => this.go(room));
    this.signals.tell('outbox');
  }

  /** Messages become what their files are: failed, under way again, or there. @returns the rooms of those that changed */
  private settle(): Set<number> {
    const changed = new Set<number>();
    for (const item of this.items) {
      const failed = item.uploads.find((upload) => upload.state === 'failed');
      const next = failed ? 'failed' : isUnderWay(item) ? 'uploading' : item.state === 'uploading' && isWhole(item) ? 'waiting' : item.state;
      if (next !== item.state) {
        Object.assign(item, { state: next, error: failed?.error ?? null });
        changed.add(item.room);
        if (failed) {
          this.onFailed(item);
        }
      }
    }
    return changed;
  }

  private go(room: number): void {
    if (!this.running.has(room)) {
      void this.run(room);
    }
  }

  again(item: Pending): void {
    item.state = item.uploads.some((upload) => upload.state !== 'done') ? 'uploading' : 'waiting';
    item.error = null;
    item.anew = false;
    this.keep(item);
    for (const upload of item.uploads) {
      if (upload.state === 'failed' && !upload.missing) {
        void this.uploads.start(upload);
      }
    }
    this.flush();
  }

  discard(item: Pending): void {
    this.giveUp(item);
    // What was written after it need not wait any longer.
    this.flush();
  }

  /** As {@link discard}, but what was written is its writer's again. */
  takeBack(...items: Pending[]): void {
    // The last one first: each goes before what is written already.
    items.toReversed().filter((item) => this.giveUp(item)).forEach((item) => this.onTakenBack(item));
    this.flush();
  }

  /** @returns whether it is not sent: of what is being sent, nobody knows yet whether it arrives */
  private giveUp(item: Pending): boolean {
    if (item.state === 'sending') {
      return false;
    }
    this.drop(item);
    item.uploads.forEach((upload) => this.uploads.cancel(upload));
    return true;
  }

  cancelFile(item: Pending, upload: Upload): void {
    if (item.state === 'sending') {
      return;
    }
    if (item.uploads.length === 1) {
      this.takeBack(item);
      return;
    }
    this.uploads.cancel(upload);
    item.uploads = item.uploads.filter((each) => each !== upload);
    item.files--;
    this.keep(item);
    this.flush();
  }

  /** A frame with our label: the service has it, whatever became of its answer. */
  acknowledged(localTempId: string | null): void {
    const item = localTempId ? this.items.find((each) => each.key === localTempId) : undefined;
    if (item) {
      this.drop(item);
    }
  }

  private async run(room: number): Promise<void> {
    const { running } = this;
    running.add(room);
    try {
      for (let item = this.next(room); item && running === this.running; item = this.next(room)) {
        const wait = await this.send(item);
        if (wait !== null) {
          this.later(Math.max(this.backoff.next(), wait));
          return;
        }
      }
    } finally {
      running.delete(room);
      this.signals.tell('outbox');
    }
  }

  /** Of several rooms that wait, the one that may go on first decides. */
  private later(wait: number): void {
    const at = Date.now() + wait;
    if (at < this.retryAt) {
      clearTimeout(this.retry);
      this.retryAt = at;
      this.retry = setTimeout(() => this.flush(), wait);
    }
  }

  /** The first that is not failed, once its files are there. */
  private next(room: number): Pending | undefined {
    const item = this.items.find((each) => each.room === room && each.state !== 'failed');
    return item && isWhole(item) ? item : undefined;
  }

  /** @returns the milliseconds after which it may be tried again at the soonest; null when there is no need */
  private async send(item: Pending): Promise<number | null> {
    item.state = 'sending';
    this.keep(item);
    this.signals.tell('outbox');
    try {
      const message = await this.api.post(item.room, {
        content: item.content,
        reply_to: item.reply?.id ?? null,
        local_temp_id: item.key,
        attachment_ids: fileIds(item),
      }, item.key);
      this.backoff.reset();
      this.stored(message);
      this.drop(item);
      return null;
    } catch (failure) {
      if (!this.items.includes(item)) {
        return null;
      }
      if (item.reply && failure instanceof Refused && failure.code === 'message_not_found') {
        // What it answers was deleted meanwhile; what was written is said nevertheless.
        item.reply = null;
        return this.send(item);
      }
      if (item.uploads.length && !item.anew && failure instanceof Refused && failure.code === 'file_not_found') {
        // What was to be sent is sent, from the beginning.
        Object.assign(item, { state: 'uploading', anew: true });
        item.uploads.forEach((upload) => this.uploads.anew(upload));
        return null;
      }
      if (failure instanceof Refused && !failure.passes && failure.status !== 401) {
        item.state = 'failed';
        item.error = failure.detail;
        this.keep(item);
        this.onFailed(item);
        return null;
      }
      item.state = 'waiting';
      return failure instanceof Refused ? failure.retryAfter * 1_000 : 0;
    }
  }

  /** By itself as soon as its files are there, with each of them until then. */
  private keep(item: Pending): void {
    this.uploads.belong(item.uploads, item);
    if (isWhole(item)) {
      const { key, room, content, reply, createdAt, state, error } = item;
      item.safe = this.kept.set(this.prefix + key, { key, room, content, reply, createdAt, state, error, fileIds: fileIds(item), page: this.page } satisfies Stored);
    }
  }

  private drop(item: Pending): void {
    const place = this.items.indexOf(item);
    if (place >= 0) {
      this.items.splice(place, 1);
      item.uploads.forEach((upload) => this.uploads.release(upload));
    }
    this.kept.remove(this.prefix + item.key);
    this.signals.tell('outbox');
  }
}

/** Whether all its files are there: by their ids, or themselves. */
function isWhole({ uploads, files, fileIds }: Pending): boolean {
  return fileIds !== null || uploads.length >= files && uploads.every((upload) => upload.state === 'done');
}

/** Whether all that its files lack is time: one that failed was begun anew. */
function isUnderWay({ uploads }: Pending): boolean {
  return uploads.some((upload) => upload.state !== 'done') && !uploads.some((upload) => upload.state === 'failed');
}

function fileIds(item: Pending): string[] {
  return item.fileIds ?? item.uploads.map((upload) => upload.fileId!);
}

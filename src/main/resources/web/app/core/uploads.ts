import { type Api, Cancelled, Refused, Unreachable } from './api.ts';
import { Backoff, pause } from './backoff.ts';
import { forgetBlob, isReadable, keepBlob, keptBlob } from './blobs.ts';
import { uuid } from './ids.ts';
import type { Kept } from './kept.ts';
import { kindOf } from './kinds.ts';
import { forget, send } from './resumable.ts';
import type { Signals } from './signals.ts';
import { t } from '../texts.ts';
import type { Kind, ReplyPreview } from './types.ts';

export type UploadState = 'preparing' | 'waiting' | 'uploading' | 'paused' | 'done' | 'failed';

/** A message that was sent off before its files were there; each of its files remembers it. */
export interface Waiting {
  key: string;
  content: string;
  reply: ReplyPreview | null;
  createdAt: string;
  /** Which of how many files this is. */
  index: number;
  count: number;
}

/** A file on its way: chosen, perhaps made smaller, uploaded by itself, later bound to a message. */
export interface Upload {
  id: string;
  room: number;
  name: string;
  kind: Kind;
  /** Bytes. */
  size: number;
  /** Tells the file that was chosen from others, whatever was made of it. */
  mark: string;
  original: Blob;
  /** What is sent. */
  blob: Blob;
  duration: number | null;
  /** An address of this page's own, for images and videos. */
  preview: string | null;
  state: UploadState;
  /** 0 to 1. */
  progress: number;
  error: string | null;
  /** The service's id, once it is there. */
  fileId: string | null;
  /** Where the service keeps a large file that is not whole. */
  url: string | null;
  message: Waiting | null;
  /** The page was closed, and the browser did not keep the file: it has to be chosen again. */
  missing: boolean;
  /** It was changed on the disk, or removed, while the page was open: another of its name may take its place. */
  changed: boolean;
  /** It survives the page, and with it the message it belongs to. */
  safe: boolean;
  abort: AbortController;
}

/** What survives the page; the file itself is in IndexedDB. */
type Parts = Pick<Upload, 'id' | 'room' | 'name' | 'kind' | 'size' | 'mark' | 'duration' | 'fileId' | 'url' | 'message' | 'progress'>;
type Stored = Parts & Pick<Upload, 'state' | 'error'> & { at: number; page: string };

/** Above this a file is sent so that it can be interrupted, in bytes. */
const LARGE = 5 * 1024 * 1024;
/** As long as the service keeps what has arrived, in milliseconds. */
const KEPT = 24 * 3_600_000;

/** In two minutes or so: a service that restarts behind a proxy is back by then. */
const MOST_REFUSALS = 20;
const AT_ONCE = 3;

/** Whether it can be paused, and goes on where it was interrupted. */
export function isLarge(upload: Upload): boolean {
  return upload.size > LARGE;
}

/** Uploads files, a few at once; they survive a reload and the end of the session. Large ones go on where they were interrupted. */
export class Uploads {
  private readonly queue: Upload[] = [];
  private readonly known = new Set<Upload>();
  private running = 0;
  private prefix = '';
  private page = '';

  constructor(private readonly api: Api, private readonly signals: Signals, private readonly kept: Kept | null = null) {}

  /** Whether something would be lost with the page. */
  get active(): boolean {
    return [...this.known].some((upload) => !upload.safe);
  }

  /** @param page the mark of what this page keeps */
  begin(userId: number, page: string): void {
    this.prefix = prefixOf(userId);
    this.page = page;
  }

  /**
   * Takes up what a page that is gone did not finish.
   *
   * @param back told of all these files before any of them goes on
   * @param isFree whether a room takes files that belong to no message yet; else they stay for a later page
   */
  inherit(page: string, back: (upload: Upload) => void, isFree: (room: number) => boolean = () => true): void {
    const left = (this.kept?.keys(this.prefix) ?? []).map((key) => this.kept!.get<Stored>(key)).filter((stored) => stored !== null && stored.page === page) as Stored[];
    const free = new Set(left.map(({ room }) => room).filter(isFree));
    left.filter(({ message, room }) => message || free.has(room)).forEach((stored) => this.restore(stored, back));
  }

  /** Nothing more is sent; what is remembered stays for the next time. */
  end(): void {
    this.known.forEach((upload) => {
      upload.abort.abort();
      unshow(upload);
    });
    this.known.clear();
    this.queue.length = 0;
  }

  /** @param prepare makes what is really sent */
  add(file: File, prepare?: Promise<Blob>, duration: number | null = null, room = 0): Upload {
    const upload = this.made(chosen(file, duration, room));
    fill(upload, file);
    void this.start(upload, prepare);
    return upload;
  }

  /** Keeps what somebody recorded until their session ended, as if by a page that is gone. */
  async leave(userId: number, file: File, duration: number, room: number): Promise<void> {
    const stored: Stored = { ...chosen(file, duration, room), state: 'waiting', error: null, at: Date.now(), page: uuid() };
    // A recording cannot be chosen again.
    if (await keepBlob(stored.id, file)) {
      this.kept?.set(prefixOf(userId) + stored.id, stored);
    }
  }

  private made(parts: Parts): Upload {
    const upload: Upload = {
      ...parts,
      original: new Blob(),
      blob: new Blob(),
      preview: null,
      state: parts.fileId ? 'done' : 'preparing',
      error: null,
      missing: false,
      changed: false,
      safe: false,
      abort: new AbortController(),
    };
    this.known.add(upload);
    return upload;
  }

  /** Again after a failure or a pause, or with other bytes from the beginning. */
  async start(upload: Upload, prepare?: Promise<Blob>): Promise<void> {
    upload.abort.abort();
    this.unqueue(upload);
    const abort = new AbortController();
    if (prepare) {
      this.forget(upload);
    }
    Object.assign(upload, { abort, progress: upload.url ? upload.progress : 0, error: null, fileId: null, safe: false, state: prepare ? 'preparing' : 'waiting' });
    this.signals.tell('uploads');
    if (prepare) {
      const blob = await prepare.catch(() => upload.original);
      if (abort.signal.aborted) {
        return;
      }
      upload.blob = blob;
      upload.state = 'waiting';
    }
    upload.size = upload.blob.size;
    void this.keep(upload);
    this.queue.push(upload);
    this.pump();
  }

  /** Once more, from the beginning: the service does not have it any longer. */
  anew(upload: Upload): void {
    Object.assign(upload, { fileId: null, url: null, progress: 0, state: 'waiting' });
    if (upload.blob.size) {
      void this.start(upload);
    } else {
      void this.refill(upload, upload.state, null);
    }
  }

  /** Stops for now; {@link start} goes on. */
  pause(upload: Upload): void {
    upload.abort.abort();
    this.unqueue(upload);
    upload.state = 'paused';
    this.remember(upload);
    this.signals.tell('uploads');
  }

  /** The same file once more, of which the browser kept nothing. @returns false when it is another */
  supply(upload: Upload, file: File): boolean {
    const mark = markOf(file);
    if (mark !== upload.mark && !(upload.changed && file.name === upload.name)) {
      return false;
    }
    if (mark !== upload.mark || file.size !== upload.size) {
      // Sent as it is this time: what arrived of the smaller one, or of the one before, is no part of it.
      this.forget(upload);
      Object.assign(upload, { name: file.name, mark });
    }
    fill(upload, file);
    void this.start(upload);
    return true;
  }

  cancel(upload: Upload): void {
    upload.abort.abort();
    this.unqueue(upload);
    this.forget(upload);
    this.release(upload);
    this.signals.tell('uploads');
  }

  /** These files are a message's now, which waits for them. */
  belong(uploads: Upload[], { key, content, reply, createdAt }: Omit<Waiting, 'index' | 'count'>): void {
    uploads.forEach((upload, index) => {
      upload.message = { key, content, reply, createdAt, index, count: uploads.length };
      upload.safe = this.remember(upload) && (upload.safe || upload.fileId !== null);
    });
  }

  private unqueue(upload: Upload): void {
    const place = this.queue.indexOf(upload);
    if (place >= 0) {
      this.queue.splice(place, 1);
    }
  }

  /** Its message shows it from the service now. */
  release(upload: Upload): void {
    this.known.delete(upload);
    this.kept?.remove(this.prefix + upload.id);
    void forgetBlob(upload.id);
    unshow(upload);
  }

  /** For another page or session; what the browser does not keep is asked for again then. */
  private async keep(upload: Upload): Promise<void> {
    const remembered = this.remember(upload);
    // A large file may be asked for again: what has arrived of it is not lost.
    upload.safe = remembered && isLarge(upload);
    const { blob, id } = upload;
    const kept = await keepBlob(id, blob);
    if (upload.blob === blob) {
      upload.safe ||= remembered && kept;
    }
  }

  /** @returns whether another page will know of it */
  private remember(upload: Upload): boolean {
    const { id, room, kind, size, mark, duration, fileId, url, message, progress, state, error } = upload;
    return this.kept?.set(this.prefix + id, { id, room, name: sentName(upload), kind, size, mark, duration, fileId, url, message, progress, state, error, at: Date.now(), page: this.page } satisfies Stored) ?? false;
  }

  /** What the service has of it is of no use any more. */
  private forget(upload: Upload): void {
    const { url } = upload;
    upload.url = null;
    if (url && !upload.fileId) {
      void forget(this.api, url).catch(() => {});
    }
  }

  private restore(stored: Stored, back: (upload: Upload) => void): void {
    const { at, state, error, page: _page, ...parts } = stored;
    const expired = Date.now() - at > KEPT;
    if (expired && parts.message && !parts.fileId) {
      // What was to be sent is sent, from the beginning.
      Object.assign(parts, { url: null, progress: 0 });
    } else if (expired && !parts.message) {
      this.kept!.remove(this.prefix + parts.id);
      void forgetBlob(parts.id);
      return;
    }
    this.kept!.set(this.prefix + parts.id, { ...stored, ...parts, page: this.page } satisfies Stored);
    const upload = this.made(parts);
    upload.safe = true;
    back(upload);
    void this.refill(upload, state, error);
  }

  /** With what the browser kept of it. */
  private async refill(upload: Upload, state: UploadState, error: string | null): Promise<void> {
    const copy = await keptBlob(upload.id);
    const blob = copy && await isReadable(copy) ? copy : null;
    // It was given up meanwhile, or has its bytes already.
    if (!this.known.has(upload) || upload.blob.size) {
      return;
    }
    if (blob) {
      fill(upload, blob);
    }
    if (!upload.fileId) {
      if (!blob) {
        Object.assign(upload, { state: 'failed', error: t.chooseAgain, missing: true });
      } else if (state === 'paused' || state === 'failed') {
        Object.assign(upload, { state, error });
      } else {
        void this.start(upload);
      }
    }
    this.signals.tell('uploads');
  }

  private pump(): void {
    while (this.running < AT_ONCE && this.queue.length) {
      void this.run(this.queue.shift()!);
    }
  }

  private async run(upload: Upload): Promise<void> {
    const { signal } = upload.abort;
    this.running++;
    upload.state = 'uploading';
    this.signals.tell('uploads');
    try {
      const name = sentName(upload);
      const progress = (share: number) => {
        if (!signal.aborted) {
          upload.progress = share;
          this.signals.tell('uploads');
        }
      };
      const fileId = isLarge(upload) ? await this.sendLarge(upload, name, progress, signal)
        : await this.sendSmall(upload, name, progress, signal);
      if (!signal.aborted) {
        Object.assign(upload, { state: 'done', progress: 1, fileId });
        upload.safe = this.remember(upload);
      }
    } catch (failure) {
      if (failure instanceof Unreachable && !signal.aborted) {
        // Its file was changed or removed on the disk; the browser may have kept what was chosen.
        unshow(upload);
        Object.assign(upload, { original: new Blob(), blob: new Blob(), changed: true });
        await this.refill(upload, 'waiting', null);
      } else if (!(failure instanceof Cancelled) && !signal.aborted) {
        upload.state = 'failed';
        upload.error = (failure instanceof Refused ? failure.detail : null) ?? t.uploadFailed;
        if (failure instanceof Refused) {
          upload.url = null;
        }
        this.remember(upload);
      }
    } finally {
      this.running--;
      this.signals.tell('uploads');
      this.pump();
    }
  }

  /** As large ones, from the beginning. A service that answers, but not well, is not asked for ever: what comes after it waits. */
  private async sendSmall({ blob, duration }: Upload, name: string, progress: (share: number) => void, signal: AbortSignal): Promise<string> {
    const backoff = new Backoff(500, 10_000);
    let refusals = 0;
    for (;;) {
      try {
        return (await this.api.upload(blob, name, duration, progress, signal)).id;
      } catch (failure) {
        const again = failure instanceof Refused ? failure.passes && ++refusals < MOST_REFUSALS : failure instanceof Unreachable && await isReadable(blob);
        if (!again) {
          throw failure;
        }
        progress(0);
        await pause(Math.max(backoff.next(), failure instanceof Refused ? failure.retryAfter * 1_000 : 0), signal);
      }
    }
  }

  private sendLarge(upload: Upload, name: string, progress: (share: number) => void, signal: AbortSignal): Promise<string> {
    const { blob, duration, url } = upload;
    const transfer = { blob, name, duration, url };
    return send(this.api, transfer, () => {
      if (!signal.aborted) {
        upload.url = transfer.url;
        this.remember(upload);
      }
    }, progress, signal);
  }
}

function prefixOf(userId: number): string {
  return `parley.upload.${userId}.`;
}

/** A file of which nothing was sent yet. */
function chosen(file: File, duration: number | null, room: number): Parts {
  return { id: uuid(), room, name: file.name, kind: kindOf(file).kind, size: file.size, mark: markOf(file), duration, fileId: null, url: null, message: null, progress: 0 };
}

function markOf({ name, size, lastModified }: File): string {
  return `${lastModified} ${size} ${name}`;
}

/** Gives an upload its bytes. */
function fill(upload: Upload, blob: Blob): void {
  const shown = upload.kind === 'image' || upload.kind === 'video' || upload.kind === 'voice';
  Object.assign(upload, { original: blob, blob, preview: shown ? URL.createObjectURL(blob) : null, missing: false });
}

/** Its bytes are not shown any more, and need not be there for that. */
function unshow(upload: Upload): void {
  if (upload.preview) {
    URL.revokeObjectURL(upload.preview);
    upload.preview = null;
  }
}

/** A photo that was made smaller may have become another format. */
function sentName({ name, blob: { type }, blob, original }: Upload): string {
  const extension = blob === original ? null : type === 'image/jpeg' ? 'jpg' : type === 'image/webp' ? 'webp' : type === 'image/png' ? 'png' : null;
  return extension ? name.replace(/\.[^.]*$/, '') + '.' + extension : name;
}

import { type Api, Cancelled, Refused } from './api.ts';
import { uuid } from './ids.ts';
import type { Signals } from './signals.ts';
import { bytes } from './format.ts';
import { t } from '../texts.ts';
import type { Config, Kind } from './types.ts';

export type UploadState = 'preparing' | 'waiting' | 'uploading' | 'done' | 'failed';

/** A file on its way: chosen, perhaps made smaller, uploaded by itself, later bound to a message. */
export interface Upload {
  id: string;
  name: string;
  kind: Kind;
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
  abort: AbortController;
}

const AT_ONCE = 3;
const EXTENSIONS: Record<string, string> = {
  jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', gif: 'image/gif', webp: 'image/webp', bmp: 'image/bmp',
  mp4: 'video/mp4', webm: 'video/webm', mov: 'video/quicktime', avi: 'video/x-msvideo', mkv: 'video/x-matroska', flv: 'video/x-flv',
  mp3: 'audio/mpeg', wav: 'audio/wav', ogg: 'audio/ogg', m4a: 'audio/mp4', aac: 'audio/aac',
  pdf: 'application/pdf', doc: 'application/msword', xls: 'application/vnd.ms-excel', txt: 'text/plain', zip: 'application/zip', rar: 'application/vnd.rar',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** What a file seems to be; the service decides by its bytes. */
export function kindOf(file: { name: string; type: string }): { kind: Kind; type: string } {
  const type = EXTENSIONS[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? file.type;
  const claimed = file.type || type;
  const kind = claimed.startsWith('image/') ? 'image' : claimed.startsWith('video/') ? 'video' : claimed.startsWith('audio/') ? 'voice' : 'file';
  return { kind, type };
}

/** Why a file cannot be sent, or null: what the service would say, said before anything is sent. */
export function objection(file: { name: string; type: string; size: number }, config: Config | null): string | null {
  if (file.size === 0) {
    return t.emptyFile(file.name);
  }
  if (!config) {
    return null;
  }
  const { kind, type } = kindOf(file);
  const all = Object.values(config.kinds).flatMap((limits) => limits.types);
  if (!all.includes(type) && !all.includes(file.type.split(';')[0])) {
    return t.badType(file.name);
  }
  const most = config.kinds[kind].max_size;
  return file.size > most ? t.tooLarge(file.name, bytes(most)) : null;
}

/** Uploads files, a few at once. */
export class Uploads {
  private readonly queue: Upload[] = [];
  private running = 0;

  constructor(private readonly api: Api, private readonly signals: Signals) {}

  get active(): boolean {
    return this.running > 0 || this.queue.length > 0;
  }

  /** @param prepare makes what is really sent */
  add(file: File, prepare?: Promise<Blob>, duration: number | null = null): Upload {
    const { kind } = kindOf(file);
    const upload: Upload = {
      id: uuid(),
      name: file.name,
      kind,
      original: file,
      blob: file,
      duration,
      preview: kind === 'image' || kind === 'video' || kind === 'voice' ? URL.createObjectURL(file) : null,
      state: 'waiting',
      progress: 0,
      error: null,
      fileId: null,
      abort: new AbortController(),
    };
    void this.start(upload, prepare);
    return upload;
  }

  /** Again from the beginning: after a failure, or with other bytes. */
  async start(upload: Upload, prepare?: Promise<Blob>): Promise<void> {
    upload.abort.abort();
    this.unqueue(upload);
    const abort = new AbortController();
    Object.assign(upload, { abort, progress: 0, error: null, fileId: null, state: prepare ? 'preparing' : 'waiting' });
    this.signals.tell('uploads');
    if (prepare) {
      const blob = await prepare.catch(() => upload.original);
      if (abort.signal.aborted) {
        return;
      }
      upload.blob = blob;
      upload.state = 'waiting';
    }
    this.queue.push(upload);
    this.pump();
  }

  cancel(upload: Upload): void {
    upload.abort.abort();
    this.unqueue(upload);
    this.release(upload);
    this.signals.tell('uploads');
  }

  private unqueue(upload: Upload): void {
    const place = this.queue.indexOf(upload);
    if (place >= 0) {
      this.queue.splice(place, 1);
    }
  }

  /** Its message shows it from the service now. */
  release(upload: Upload): void {
    if (upload.preview) {
      URL.revokeObjectURL(upload.preview);
      upload.preview = null;
    }
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
      const name = upload.blob === upload.original ? upload.name : renamed(upload.name, upload.blob.type);
      const file = await this.api.upload(upload.blob, name, upload.duration, (share) => {
        if (!signal.aborted) {
          upload.progress = share;
          this.signals.tell('uploads');
        }
      }, signal);
      if (!signal.aborted) {
        Object.assign(upload, { state: 'done', progress: 1, fileId: file.id });
      }
    } catch (failure) {
      if (!(failure instanceof Cancelled) && !signal.aborted) {
        upload.state = 'failed';
        upload.error = failure instanceof Refused ? failure.message : t.uploadFailed;
      }
    } finally {
      this.running--;
      this.signals.tell('uploads');
      this.pump();
    }
  }
}

/** A photo that was made smaller may have become another format. */
function renamed(name: string, type: string): string {
  const extension = type === 'image/jpeg' ? 'jpg' : type === 'image/webp' ? 'webp' : type === 'image/png' ? 'png' : null;
  return extension ? name.replace(/\.[^.]*$/, '') + '.' + extension : name;
}

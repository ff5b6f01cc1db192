import { t } from '../texts.ts';
import { bytes } from './format.ts';
import type { Config, Kind } from './types.ts';

const EXTENSIONS: Record<string, string> = {
  jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', gif: 'image/gif', webp: 'image/webp', bmp: 'image/bmp',
  mp4: 'video/mp4', webm: 'video/webm', mov: 'video/quicktime', avi: 'video/x-msvideo', mkv: 'video/x-matroska', flv: 'video/x-flv',
  mp3: 'audio/mpeg', wav: 'audio/wav', ogg: 'audio/ogg', m4a: 'audio/mp4', aac: 'audio/aac',
  pdf: 'application/pdf', doc: 'application/msword', xls: 'application/vnd.ms-excel', txt: 'text/plain', ts: 'text/plain', zip: 'application/zip', rar: 'application/vnd.rar',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
const MARKUP = ['text/html', 'application/xhtml+xml'];

/** What a file seems to be; the service decides by its bytes. */
export function kindOf(file: { name: string; type: string }): { kind: Kind; type: string } {
  const type = EXTENSIONS[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? file.type;
  const claimed = file.type || type;
  const kind = claimed.startsWith('image/') ? 'image' : claimed.startsWith('video/') ? 'video' : claimed.startsWith('audio/') ? 'voice' : 'file';
  return { kind, type };
}

/** Why a file cannot be sent, or null: what the service would say for certain, said before anything is sent. */
export function objection(file: { name: string; type: string; size: number }, config: Config | null): string | null {
  if (file.size === 0) {
    return t.emptyFile(file.name);
  }
  if (!config) {
    return null;
  }
  const { kind, type } = kindOf(file);
  // Any other file may be plain text, whatever it is called.
  const isCertain = kind !== 'file' || MARKUP.includes(type);
  const all = Object.values(config.kinds).flatMap((limits) => limits.types);
  if (isCertain && !all.includes(type) && !all.includes(file.type.split(';')[0])) {
    return t.badType(file.name);
  }
  const most = config.kinds[kind].max_size;
  return file.size > most ? t.tooLarge(file.name, bytes(most)) : null;
}

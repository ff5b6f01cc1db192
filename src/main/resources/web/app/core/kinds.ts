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
/** How all begins that the service takes and is not text, whatever it is called. */
const BEGINNINGS = /^(?:PK|Rar!|%PDF|\xd0\xcf|\xff|\x89PNG|GIF8|BM|RIFF|RF64|OggS|FLV|ID3|.E\xdf\xa3|.{4}(?:ftyp|moov|mdat|wide|free|skip|pnot))/s;
/** So many bytes of a file are looked at. */
const BEGINNING = 4_096;
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
  if (isCertain && !isListed(file, config)) {
    return t.badType(file.name);
  }
  const most = config.kinds[kind].max_size;
  return file.size > most ? t.tooLarge(file.name, bytes(most)) : null;
}

/** The same of what only its beginning tells: a byte that no text has, in a file that may be nothing else. */
export async function objectionInside(file: File, config: Config | null): Promise<string | null> {
  if (!config || isListed(file, config)) {
    return null;
  }
  const beginning = String.fromCharCode(...new Uint8Array(await file.slice(0, BEGINNING).arrayBuffer()));
  return beginning.includes('\0') && !BEGINNINGS.test(beginning) ? t.badType(file.name) : null;
}

function isListed(file: { name: string; type: string }, config: Config): boolean {
  const all = Object.values(config.kinds).flatMap((limits) => limits.types);
  return all.includes(kindOf(file).type) || all.includes(file.type.split(';')[0]);
}

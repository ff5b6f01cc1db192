import { type Api, Cancelled, Refused, Unreachable } from './api.ts';
import { Backoff, pause } from './backoff.ts';
import { isReadable } from './blobs.ts';
import { BRISK, SILENCE, watch } from './watch.ts';

/** A file that is sent piece by piece, and what a later page needs to go on with it. */
interface Transfer {
  blob: Blob;
  name: string;
  duration: number | null;
  /** Where the service keeps it, once it does. */
  url: string | null;
}

interface State {
  state: 'receiving' | 'finished' | 'failed';
  attachment: string | null;
  error: string | null;
  detail: string | null;
}

const TUS = { 'Tus-Resumable': '1.0.0' };
/** In a minute or so. */
const TRIES_TO_FORGET = 10;
/** That a browser keeps to a service, and all of which may have died: who is not heard on more of them is on a slow line. */
const CONNECTIONS = 6;

/**
 * Sends a file by tus 1.0, whatever comes in between: the network, the service, the lid of the laptop. Ends with the id of
 * the attachment, a refusal for good, {@link Cancelled}, or {@link Unreachable} when the file cannot be read any more.
 *
 * @param told whenever the address is known or forgotten
 */
export async function send(api: Api, transfer: Transfer, told: () => void, progress: (share: number) => void, signal: AbortSignal): Promise<string> {
  const backoff = new Backoff(500, 10_000);
  let vain = 0;
  for (;;) {
    try {
      return await attempt(api, transfer, told, (share, moves) => {
        if (moves) {
          backoff.reset();
          vain = -1;
        }
        progress(share);
      }, signal, vain < CONNECTIONS ? BRISK : SILENCE);
    } catch (failure) {
      if (signal.aborted) {
        throw new Cancelled('upload');
      }
      const again = failure instanceof Unreachable && await isReadable(transfer.blob) || failure instanceof Refused && (failure.passes || failure.status === 409 || failure.status === 423);
      if (!again) {
        throw failure;
      }
      vain++;
      await pause(backoff.next(), signal);
    }
  }
}

/** The service need not keep it any longer; for a moment it may still be hearing what was broken off (423). */
export async function forget(api: Api, url: string): Promise<void> {
  const backoff = new Backoff(500, 10_000);
  const never = new AbortController().signal;
  for (let tries = 0; tries < TRIES_TO_FORGET; tries++) {
    try {
      const { status } = await api.raw('DELETE', url, TUS);
      if (status !== 423 && status < 500) {
        return;
      }
    } catch (failure) {
      if (!(failure instanceof Unreachable)) {
        throw failure;
      }
    }
    await pause(backoff.next(), never);
  }
}

async function attempt(api: Api, transfer: Transfer, told: () => void, progress: (share: number, moves: boolean) => void, signal: AbortSignal, patience: number): Promise<string> {
  const { size } = transfer.blob;
  let offset = 0;
  if (transfer.url) {
    const head = await api.raw('HEAD', transfer.url, TUS, { signal, watch: watch(patience) });
    // Of another length, it was begun with other bytes.
    if (head.status === 404 || head.status < 300 && Number(head.header('Upload-Length')) !== size) {
      transfer.url = null;
      told();
    } else if (head.status === 410) {
      const { detail, error } = await state(api, transfer.url, signal);
      throw new Refused(410, error ?? 'upload_ended', detail, 0);
    } else {
      api.accepted(head);
      offset = Number(head.header('Upload-Offset'));
      progress(offset / size, false);
    }
  }
  if (!transfer.url) {
    // Not given up in haste: made twice, it counts twice.
    const made = api.accepted(await api.raw('POST', '/api/uploads', { ...TUS, 'Upload-Length': String(size), 'Upload-Metadata': metadata(transfer) }, { signal, watch: watch(SILENCE, { awoken: SILENCE }) }));
    transfer.url = new URL(made.header('Location')!, location.href).pathname;
    told();
  }
  if (offset < size) {
    const answer = await api.raw('PATCH', transfer.url, { ...TUS, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' }, {
      body: transfer.blob.slice(offset),
      progress: (sent) => progress((offset + sent) / size, true),
      signal,
      watch: watch(SILENCE),
    });
    api.accepted(answer);
    const attachment = answer.header('Upload-Attachment');
    if (attachment) {
      return attachment;
    }
  }
  const { state: now, attachment } = await state(api, transfer.url, signal);
  if (now !== 'finished' || !attachment) {
    throw new Unreachable('upload');
  }
  return attachment;
}

async function state(api: Api, url: string, signal: AbortSignal): Promise<State> {
  return JSON.parse(api.accepted(await api.raw('GET', url, {}, { signal, watch: watch(SILENCE) })).text) as State;
}

function metadata({ name, duration, blob }: Transfer): string {
  const values: Record<string, string> = { filename: name, filetype: blob.type };
  if (duration !== null) {
    values.duration = String(duration);
  }
  return Object.entries(values).map(([key, value]) => {
    const bytes = new TextEncoder().encode(value);
    return `${key} ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
  }).join(',');
}

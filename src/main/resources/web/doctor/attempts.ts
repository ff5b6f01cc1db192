import { type Answer, type Frame, LONGEST_UPLOAD, type Seen, type Upload } from './diagnose.ts';

/** What the server tells of itself: see Report. */
export interface Report {
  now: string;
  version: string;
  request: Seen;
  base_url: string | null;
  limits: { file: number; request: number; frame: number };
  checks: { name: string; state: 'ok' | 'warning' | 'failed'; detail: string; took_millis: number }[];
}

const PATIENCE = 20_000;
/** How often a file that is being scanned is asked for, and how long after each time unless the answer says. */
const SCAN_LOOKS = 10;
const SCAN_PAUSE = 2;
const LONGEST_PAUSE = 10;
const PIECE = 2 ** 20;

/** Everything that is tried over the network, as this person. */
export class Attempts {
  constructor(private readonly token: string) {}

  private get headers(): Record<string, string> {
    return { Authorization: `Bearer ${this.token}` };
  }

  async get(path: string, more: Record<string, string> = {}): Promise<Response> {
    return await fetch(path, { headers: { ...this.headers, ...more }, signal: AbortSignal.timeout(PATIENCE), cache: 'no-store' });
  }

  async upload(file: Blob, name: string): Promise<Response> {
    const form = new FormData();
    form.append('files', file, name);
    return await fetch('/api/upload', { method: 'POST', headers: this.headers, body: form, signal: AbortSignal.timeout(PATIENCE) });
  }

  async forget(id: string): Promise<void> {
    await fetch(`/api/admin/doctor/uploads/${id}`, { method: 'DELETE', headers: this.headers });
  }

  /** Sends so many bytes to be counted; one piece of memory stands for all. */
  sink(bytes: number, progress: (sent: number) => void): Promise<Upload> {
    const piece = new Blob([new Uint8Array(PIECE)]);
    const body = new Blob([...Array<Blob>(Math.floor(bytes / PIECE)).fill(piece), piece.slice(0, bytes % PIECE)]);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const start = performance.now();
      let sent = 0;
      const millis = () => performance.now() - start;
      request.open('POST', '/api/admin/doctor/sink');
      request.setRequestHeader('Authorization', this.headers.Authorization);
      request.setRequestHeader('Content-Type', 'multipart/form-data; boundary=none');
      request.timeout = LONGEST_UPLOAD;
      request.upload.onprogress = (event) => {
        sent = event.loaded;
        progress(sent);
      };
      request.onload = () =>
        resolve({
          kind: 'answered',
          millis: millis(),
          answer: {
            status: request.status,
            server: request.getResponseHeader('Server'),
            reason: request.statusText,
            type: request.getResponseHeader('Content-Type'),
            body: request.responseText,
          },
        });
      request.onerror = () => resolve({ kind: 'cut', sent, millis: millis() });
      request.ontimeout = () => resolve({ kind: 'silent', sent, millis: millis() });
      request.send(body);
    });
  }

  /** When each piece of an answer arrived that is made slowly. */
  async stream(): Promise<number[]> {
    const answer = await this.get('/api/admin/doctor/stream');
    const reader = answer.body!.getReader();
    const arrivals: number[] = [];
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      arrivals.push(performance.now());
    }
    return arrivals;
  }

  /** An open socket, or null when none opens. */
  open(): Promise<WebSocket | null> {
    const address = new URL('/api/chat/ws', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    return new Promise((resolve) => {
      const socket = new WebSocket(address, [
        'bearer-token-carrier',
        encodeURIComponent(`quarkus-http-upgrade#Authorization#Bearer ${this.token}`),
      ]);
      const patience = setTimeout(() => socket.close(), PATIENCE);
      socket.onopen = () => {
        clearTimeout(patience);
        resolve(socket);
      };
      socket.onclose = () => {
        clearTimeout(patience);
        resolve(null);
      };
    });
  }

  /** A ping in a frame of so many bytes. @param wait milliseconds for the answer, sending included */
  ping(socket: WebSocket, bytes = 0, wait = PATIENCE): Promise<Frame> {
    const [head, tail] = ['{"type":"ping","data":{"padding":"', '"}}'];
    const frame = head + 'x'.repeat(Math.max(0, bytes - head.length - tail.length)) + tail;
    return new Promise((resolve) => {
      const start = performance.now();
      const patience = setTimeout(() => resolve({ kind: 'silent' }), wait);
      const settle = (outcome: Frame) => {
        clearTimeout(patience);
        resolve(outcome);
      };
      socket.onmessage = (event) => {
        if ((JSON.parse(event.data as string) as { type: string }).type === 'pong') {
          settle({ kind: 'answered', millis: performance.now() - start });
        }
      };
      socket.onclose = (event) => settle({ kind: 'closed', code: event.code, reason: event.reason });
      socket.send(frame);
    });
  }
}

export async function told(answer: Response): Promise<Answer> {
  return {
    status: answer.status,
    server: answer.headers.get('Server'),
    reason: answer.statusText,
    type: answer.headers.get('Content-Type'),
    body: await answer.text(),
  };
}

/** Asks again as long as the answer is that the file is being scanned for viruses, a few times. */
export async function scanned(ask: () => Promise<Response>, pause: (seconds: number) => Promise<void> = sleep): Promise<Response> {
  for (let look = 1;; look++) {
    const answer = await ask();
    if (answer.status !== 423 || look === SCAN_LOOKS) {
      return answer;
    }
    await answer.body?.cancel();
    const asked = Number(answer.headers.get('Retry-After'));
    await pause(asked > 0 ? Math.min(asked, LONGEST_PAUSE) : SCAN_PAUSE);
  }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

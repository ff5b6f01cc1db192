import type { Changes, Config, Found, Gone, Message, Room, SignedIn, Slice, Uploaded, User } from './types.ts';
import { watch } from './watch.ts';

/** A refusal: the problem object's sentence and stable code. */
export class Refused extends Error {
  /** @param detail null in an answer that is not the service's own: a proxy's page, say */
  constructor(readonly status: number, readonly code: string, readonly detail: string | null, readonly retryAfter: number) {
    super(detail ?? `HTTP ${status}`);
  }

  /** Whether the same request may succeed later. */
  get passes(): boolean {
    return this.status === 429 || this.status === 408 || this.status >= 500 && this.status !== 507;
  }
}

/** Nobody answered: the network or the service is away. */
export class Unreachable extends Error {}

export class Cancelled extends Error {}

/** More than any room's newest seq: asks for the newest page. */
export const NEWEST = 2 ** 53 - 1;

export interface NewMessage {
  content: string;
  reply_to: number | null;
  local_temp_id: string;
  attachment_ids: string[];
}

export interface RawAnswer {
  status: number;
  text: string;
  header: (name: string) => string | null;
}

interface RawOptions {
  body?: XMLHttpRequestBodyInit;
  progress?: (sent: number, total: number) => void;
  signal?: AbortSignal;
  /** Looks after the request; answers what ends that. */
  watch?: (request: XMLHttpRequest, giveUp: () => void) => () => void;
}

/** How a request is made. */
interface How {
  /** The same at every try, so that it is done once. */
  key?: string;
  /** It may be done though its answer is lost, and does harm when it is asked again: it is not given up. */
  once?: boolean;
}

/** Who asks. */
interface Asker {
  token: string;
  user: { id: number };
}

/** What answers with a token: who asked for one sees to a refusal themselves. */
const TOKENS = ['/api/auth/login', '/api/auth/refresh', '/api/auth/password'];
/** Milliseconds without a word after which a connection counts as one that died while the computer slept. */
const SILENCE = 30_000;
/** The same for the answer to a small file that is all sent: it is looked at there, but not for minutes as a large one. */
const LOOKING = 60_000;

/** Ends a request of which nothing was heard for long. */
class Silence {
  private readonly control = new AbortController();
  private timer = 0;

  constructor() {
    this.broken();
  }

  get signal(): AbortSignal {
    return this.control.signal;
  }

  broken(): void {
    this.over();
    this.timer = setTimeout(() => this.control.abort(), SILENCE);
  }

  over(): void {
    clearTimeout(this.timer);
  }
}

/** The text of an answer. @param heard called for each piece of it */
async function whole(answer: Response, heard: () => void): Promise<string> {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader!.read()) {
    heard();
    text += decoder.decode(piece.value, { stream: true });
  }
  return text + decoder.decode();
}

/** The service's REST routes. */
export class Api {
  /** Called when the service does not take a token. @returns whether there is another to ask with */
  onRefused: (token: string) => Promise<boolean> = () => Promise.resolve(false);
  /** Called when the service answers again after it did not. */
  onBack: () => void = () => {};
  private away = false;

  constructor(private readonly session: () => Asker | null, private readonly fetcher: typeof fetch = (...a) => fetch(...a)) {}

  register = (email: string, name: string, password: string) =>
    this.call<SignedIn>('POST', '/api/auth/register', { email, name, password }, { once: true });
  login = (email: string, password: string) => this.call<SignedIn>('POST', '/api/auth/login', { email, password });
  refresh = () => this.call<SignedIn>('POST', '/api/auth/refresh');
  changePassword = (current: string, password: string) =>
    this.call<SignedIn>('POST', '/api/auth/password', { current_password: current, password }, { once: true });
  me = () => this.call<User>('GET', '/api/auth/me');
  changeMe = (change: { name?: string; avatar_url?: null }) => this.call<User>('PATCH', '/api/auth/me', change);
  setAvatar = (picture: Blob) => this.call<User>('PUT', '/api/auth/me/avatar', picture);

  config = () => this.call<Config>('GET', '/api/chat/config');
  search = (text: string) =>
    this.call<{ users: User[]; total: number }>('GET', `/api/chat/search-users?limit=30&email=${encodeURIComponent(text)}`);

  rooms = () => this.call<{ rooms: Room[]; total: number }>('GET', '/api/chat/rooms');
  room = (id: number) => this.call<Room>('GET', `/api/chat/rooms/${id}`);
  openDirect = (userId: number) => this.call<Room>('POST', '/api/chat/rooms', { receiver_id: userId });
  openGroup = (name: string, memberIds: number[]) =>
    this.call<Room>('POST', '/api/chat/rooms', { name, member_ids: memberIds }, { once: true });
  rename = (id: number, name: string) => this.call<Room>('PATCH', `/api/chat/rooms/${id}`, { name });
  addMembers = (id: number, userIds: number[]) =>
    this.call<Room>('POST', `/api/chat/rooms/${id}/members`, { user_ids: userIds });
  removeMember = (id: number, userId: number) => this.call<void>('DELETE', `/api/chat/rooms/${id}/members/${userId}`);

  before = (room: number, seq: number, limit = 50) =>
    this.call<Slice>('GET', `/api/chat/rooms/${room}/messages?before=${seq}&limit=${limit}`);
  after = (room: number, seq: number, limit = 50) =>
    this.call<Slice>('GET', `/api/chat/rooms/${room}/messages?after=${seq}&limit=${limit}`);
  /** Pinned messages, or those with files; newest page first, like any page. */
  only = (room: number, what: 'pinned' | 'files', before: number | null, limit: number) =>
    this.call<Slice>('GET', `/api/chat/rooms/${room}/messages?only=${what}&before=${before ?? NEWEST}&limit=${limit}`);
  /** Messages with all the words, of a part of the history. */
  find = (room: number, words: string, before: number | null, limit: number) =>
    this.call<Found>('GET', `/api/chat/rooms/${room}/messages?search=${encodeURIComponent(words)}&before=${before ?? NEWEST}&limit=${limit}`);
  changes = (room: number, since: number) =>
    this.call<Changes>('GET', `/api/chat/rooms/${room}/changes?since=${since}&limit=500`);

  post = (room: number, message: NewMessage, key: string) =>
    this.call<Message>('POST', `/api/chat/rooms/${room}/messages`, message, { key });
  edit = (id: number, content: string) => this.call<Message>('PUT', `/api/chat/messages/${id}`, { content });
  remove = (id: number) => this.call<Gone>('DELETE', `/api/chat/messages/${id}`);
  like = (id: number, on: boolean) => this.call<Message>(on ? 'POST' : 'DELETE', `/api/chat/messages/${id}/like`);
  pin = (id: number, on: boolean) => this.call<Message>(on ? 'POST' : 'DELETE', `/api/chat/messages/${id}/pin`);

  private async call<T>(method: string, path: string, body?: unknown, how: How = {}): Promise<T> {
    const { text } = this.accepted(await this.asked(path, (token) => this.fetched(method, path, body, how, token)));
    return (text ? JSON.parse(text) : undefined) as T;
  }

  private async fetched(method: string, path: string, body: unknown, { key, once }: How, token: string | null): Promise<RawAnswer> {
    const all: Record<string, string> = { Accept: 'application/json', ...key && { 'Idempotency-Key': key } };
    if (token) {
      all.Authorization = `Bearer ${token}`;
    }
    let sent: BodyInit | undefined;
    const silence = body instanceof Blob || once ? null : new Silence();
    if (body instanceof Blob) {
      sent = body;
      all['Content-Type'] = body.type || 'application/octet-stream';
    } else if (body !== undefined) {
      sent = JSON.stringify(body);
      all['Content-Type'] = 'application/json';
    }
    try {
      const answer = await this.fetcher(path, { method, headers: all, body: sent, cache: 'no-store', signal: silence?.signal });
      const text = await whole(answer, () => silence?.broken());
      return { status: answer.status, text, header: (name) => answer.headers.get(name) };
    } catch (failure) {
      this.away = true;
      throw new Unreachable(String(failure));
    } finally {
      silence?.over();
    }
  }

  /** Asks once more when another token has come in place of the one that was refused. */
  private async asked(path: string, ask: (token: string | null) => Promise<RawAnswer>): Promise<RawAnswer> {
    const asker = this.session();
    for (;;) {
      const token = this.session()?.token ?? null;
      const answer = await ask(token);
      this.answered(answer.status);
      this.requireAsker(asker);
      if (answer.status !== 401 || !token || TOKENS.includes(path) || !await this.onRefused(token)) {
        return answer;
      }
      this.requireAsker(asker);
    }
  }

  /** A proxy answers, too, for a service that is away. */
  private answered(status: number): void {
    const back = this.away && status < 500;
    this.away = status >= 500;
    if (back) {
      this.onBack();
    }
  }

  /** An answer to somebody who left meanwhile is nobody's: whoever is signed in now neither sees it nor is signed out by it. */
  private requireAsker(asker: Asker | null): void {
    if (asker?.user.id !== this.session()?.user.id) {
      throw new Cancelled('session');
    }
  }

  /** An answer that is no refusal. */
  accepted(answer: RawAnswer): RawAnswer {
    if (answer.status < 200 || answer.status > 299) {
      throw this.refused(answer.status, answer.text, answer.header('Retry-After'));
    }
    return answer;
  }

  protected refused(status: number, text: string, retryAfter: string | null): Refused {
    let problem: { code?: string; detail?: string } = {};
    try {
      problem = JSON.parse(text);
    } catch {
      // A proxy's own page, for example.
    }
    return new Refused(status, problem.code ?? 'unknown', problem.detail ?? null, Number(retryAfter) || 0);
  }

  /** Uploads one file, to be bound to a message later. */
  async upload(file: Blob, name: string, duration: number | null, progress: (share: number) => void, signal: AbortSignal): Promise<Uploaded> {
    const form = new FormData();
    if (duration !== null) {
      form.append('duration', String(duration));
    }
    form.append('files', file, name);
    const answer = await this.raw('POST', '/api/upload', {}, { body: form, progress: (sent, total) => progress(sent / total), signal, watch: watch(SILENCE, { looking: LOOKING }) });
    return (JSON.parse(this.accepted(answer).text) as { files: Uploaded[] }).files[0];
  }

  /** Any request, whatever its answer. XMLHttpRequest, since fetch tells no progress of what it sends. */
  raw(method: string, path: string, headers: Record<string, string>, options: RawOptions = {}): Promise<RawAnswer> {
    return this.asked(path, (token) => this.exchange(method, path, { Authorization: `Bearer ${token}`, ...headers }, options));
  }

  private exchange(method: string, path: string, headers: Record<string, string>, { body, progress, signal, watch }: RawOptions): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const cancel = () => request.abort();
      signal?.addEventListener('abort', cancel, { once: true });
      request.upload.addEventListener('progress', (event) => {
        if (event.lengthComputable) {
          progress?.(event.loaded, event.total);
        }
      });
      request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText, header: (name) => request.getResponseHeader(name) }));
      request.addEventListener('error', () => reject(new Unreachable('upload')));
      request.addEventListener('abort', () => reject(new Cancelled('upload')));
      request.open(method, path);
      Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
      const unwatch = watch?.(request, () => {
        reject(new Unreachable('silence'));
        request.abort();
      });
      request.addEventListener('loadend', () => {
        signal?.removeEventListener('abort', cancel);
        unwatch?.();
      });
      request.send(body);
      if (signal?.aborted) {
        request.abort();
      }
    });
  }
}

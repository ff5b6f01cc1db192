import { Backoff } from './backoff.ts';
import type { Frame } from './types.ts';

export type Link = 'connecting' | 'open' | 'waiting' | 'stopped';

/** Our own close code (see the service's Close). */
const TOKEN_EXPIRED = 4401;
const PING_EVERY = 20_000;
const PATIENCE = 8_000;
/** A network that swallows packets lets a handshake hang for minutes: it is given up then, or sooner when somebody asks. */
const HANDSHAKE = 10_000;
const SOON = 3_000;
/** A link that lasted this long was good: the next failure starts with short waits again. */
const STABLE = 5_000;

/** One socket that hears every room of its user, made again whenever it breaks. */
export class LiveSocket {
  onFrame: (frame: Frame) => void = () => {};
  onLink: (link: Link) => void = () => {};
  /** The token expired, or the handshake failed; the browser does not say why. There may be another token, or soon be. */
  onRefused: () => void = () => {};

  private socket: WebSocket | null = null;
  private readonly backoff = new Backoff();
  private retry = 0;
  private pinger = 0;
  private answer = 0;
  private begun = 0;
  private running = false;

  constructor(private readonly token: () => string | null) {}

  start(): void {
    if (!this.running) {
      this.running = true;
      this.connect();
    }
  }

  stop(): void {
    this.running = false;
    this.drop();
    this.onLink('stopped');
  }

  /** @returns false when there is no link; then nothing was sent */
  send(type: string, data?: unknown): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.socket.send(JSON.stringify(data === undefined ? { type } : { type, data }));
    return true;
  }

  /** The network is back, or somebody looks at the page again: do not wait any longer. */
  wake(): void {
    if (!this.running) {
      return;
    }
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.ping();
    } else if (this.socket?.readyState !== WebSocket.CONNECTING || Date.now() - this.begun > SOON) {
      this.drop();
      this.backoff.reset();
      this.connect();
    }
  }

  /** The network is known to be gone. */
  lost(): void {
    if (this.running && this.socket) {
      this.drop();
      this.later();
    }
  }

  private connect(): void {
    clearTimeout(this.retry);
    const token = this.token();
    if (!token) {
      return;
    }
    this.onLink('connecting');
    const address = new URL('/api/chat/ws', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    // The token travels as a subprotocol, not in the address: addresses end up in logs.
    const socket = new WebSocket(address, [
      'bearer-token-carrier',
      encodeURIComponent(`quarkus-http-upgrade#Authorization#Bearer ${token}`),
    ]);
    this.socket = socket;
    this.begun = Date.now();
    this.answer = setTimeout(() => this.lost(), HANDSHAKE);
    let opened = 0;
    socket.onopen = () => {
      clearTimeout(this.answer);
      opened = Date.now();
      this.pinger = setInterval(() => this.ping(), PING_EVERY);
      this.onLink('open');
    };
    socket.onmessage = (event) => {
      clearTimeout(this.answer);
      this.onFrame(JSON.parse(event.data) as Frame);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) {
        return;
      }
      this.drop();
      if (opened && Date.now() - opened > STABLE) {
        this.backoff.reset();
      }
      if (!opened || event.code === TOKEN_EXPIRED) {
        this.onRefused();
      }
      this.later();
    };
  }

  private later(): void {
    if (this.running) {
      this.onLink('waiting');
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.connect(), this.backoff.next());
    }
  }

  /** A dead link is not noticed by itself: ask, and take silence for an answer. */
  private ping(): void {
    if (this.send('ping')) {
      clearTimeout(this.answer);
      this.answer = setTimeout(() => this.lost(), PATIENCE);
    }
  }

  private drop(): void {
    clearTimeout(this.retry);
    clearTimeout(this.answer);
    clearInterval(this.pinger);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}

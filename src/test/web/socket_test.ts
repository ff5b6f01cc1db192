import { type Link, LiveSocket } from '../../main/resources/web/app/core/socket.ts';
import { equal } from './testsupport.ts';

/** A handshake that nobody answers. */
class Hanging {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static made = 0;
  readyState = Hanging.CONNECTING;

  constructor() {
    Hanging.made++;
  }

  close(): void {
    this.readyState = 3;
  }
}

Deno.test('a handshake that hangs is given up when somebody asks, and by itself later', () => {
  const { WebSocket: real, Date: { now }, setTimeout: later, clearTimeout: never } = globalThis;
  let time = 0;
  const timers: { act: () => void; after: number }[] = [];
  Object.assign(globalThis, { WebSocket: Hanging, location: { href: 'http://localhost/' }, setTimeout: (act: () => void, after: number) => timers.push({ act, after }), clearTimeout: () => {} });
  Date.now = () => time;
  try {
    const links: Link[] = [];
    const socket = new LiveSocket(() => 'token');
    socket.onLink = (link) => links.push(link);
    socket.start();
    socket.wake();
    equal(Hanging.made, 1);
    time = 5_000;
    socket.wake();
    equal(Hanging.made, 2);
    timers.at(-1)!.act();
    equal(links, ['connecting', 'connecting', 'waiting']);
    timers.at(-1)!.act();
    equal(Hanging.made, 3);
    socket.stop();
  } finally {
    Object.assign(globalThis, { WebSocket: real, setTimeout: later, clearTimeout: never });
    Date.now = now;
  }
});

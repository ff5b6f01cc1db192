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

/** A link that opens, and closes when it is told to. */
class Told extends Hanging {
  static readonly links: Told[] = [];
  readonly token: string;
  onopen = () => {};
  onclose = (_event: { code: number }) => {};

  constructor(_address: URL, protocols: string[]) {
    super();
    this.token = decodeURIComponent(protocols[1]).split(' ')[1];
    Told.links.push(this);
  }
}

Deno.test('a link whose token expired is made again with the one of now, and its owner asks whether that is good', () => {
  const { WebSocket: real, setTimeout: later, clearTimeout: never, setInterval: often, clearInterval: seldom } = globalThis;
  const timers: (() => void)[] = [];
  Object.assign(globalThis, { WebSocket: Told, location: { href: 'http://localhost/' }, setTimeout: (act: () => void) => timers.push(act), clearTimeout: () => {}, setInterval: () => 0, clearInterval: () => {} });
  try {
    let token = 'old';
    let asked = 0;
    const socket = new LiveSocket(() => token);
    socket.onRefused = () => asked++;
    socket.start();
    Told.links[0].onopen();
    token = 'new';
    Told.links[0].onclose({ code: 4401 });
    timers.at(-1)!();
    equal([Told.links.map((link) => link.token), asked], [['old', 'new'], 1]);
    Told.links[1].onopen();
    Told.links[1].onclose({ code: 1012 });
    timers.at(-1)!();
    equal([Told.links.length, asked], [3, 1]);
    socket.stop();
  } finally {
    Object.assign(globalThis, { WebSocket: real, setTimeout: later, clearTimeout: never, setInterval: often, clearInterval: seldom });
  }
});

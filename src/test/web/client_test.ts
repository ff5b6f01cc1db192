import { Refused } from '../../main/resources/web/app/core/api.ts';
import { Client, client as page } from '../../main/resources/web/app/core/client.ts';
import type { Config } from '../../main/resources/web/app/core/types.ts';
import { equal, kept, message, room, until, user } from './testsupport.ts';

/** Somebody who is signed in, with a room of ten messages, and what goes out on their link. */
function signedIn() {
  // Where these tests run, it is kept from one time to the next.
  localStorage.clear();
  const client = new Client();
  const sent: unknown[] = [];
  client.sessions.current = { token: 'token', user: user(1) };
  client.socket.send = (type, data) => sent.push([type, data]) > 0;
  return { client, sent, state: client.rooms.put(room({ last_seq: 10 })) };
}

Deno.test('how far somebody has read is said on each new link until the service says so itself', async () => {
  const { client, sent, state } = signedIn();
  let known = 0;
  client.config = { max_message_length: 5000, max_files_per_message: 10, max_page_size: 100, kinds: {} as Config['kinds'] };
  client.api.rooms = () => Promise.resolve({ rooms: [room({ last_seq: 10, version: 5, last_read_seq: known })], total: 1 });
  const said = async () => {
    sent.length = 0;
    client.socket.onLink('open');
    await new Promise((resolve) => setTimeout(resolve));
    client.socket.onLink('waiting');
    return sent;
  };
  const receipt = (seq: number) => client.socket.onFrame({ type: 'message_read', data: { room_id: 1, user_id: 1, user_name: 'Ada', last_read_seq: seq, version: 2 } });
  client.read(state, 4);
  equal(sent, [['mark_read', { room_id: 1, seq: 4 }]]);
  equal(await said(), [['mark_read', { room_id: 1, seq: 4 }]]);
  client.read(state, 6);
  receipt(4);
  equal(await said(), [['mark_read', { room_id: 1, seq: 6 }]]);
  receipt(6);
  equal(await said(), []);
  client.read(state, 8);
  known = 8;
  equal(await said(), []);
});

Deno.test('what could not be asked on several links is asked again once, and not when the session is over', async () => {
  const { client } = signedIn();
  const { setTimeout: real, clearTimeout: clear } = globalThis;
  const timers = new Map<number, () => void>();
  let count = 0;
  Object.assign(globalThis, {
    setTimeout: (act: () => void, wait = 0) => wait < 5_000 ? real(act, wait) : timers.set(--count, act) && count,
    clearTimeout: (timer: number) => timers.delete(timer) || clear(timer),
  });
  try {
    let asked = 0;
    client.api.rooms = () => Promise.reject(new Error(`No answer to ${++asked}`));
    for (let links = 1; links <= 3; links++) {
      client.socket.onLink('open');
      client.socket.onLink('open');
      await until(() => asked === 2 * links && timers.size > 0);
      await new Promise((resolve) => real(resolve));
    }
    equal(timers.size, 1);
    client.sessions.onEnd(false);
    equal(timers.size, 0);
  } finally {
    Object.assign(globalThis, { setTimeout: real, clearTimeout: clear });
  }
});

Deno.test('a caption whose only file is not to be sent is a draft again', () => {
  const { client } = signedIn();
  client.api.upload = () => new Promise(() => {});
  const photo = client.uploads.add(new File(['x'], '1.jpg'), undefined, null, 1);
  const item = client.outbox.add(1, 'look', null, [photo]);
  client.outbox.cancelFile(item, photo);
  equal([client.outbox.size, client.drafts.of(1).text], [0, 'look']);
});

Deno.test('what waits for a room that one is removed from goes nowhere, and its words are a draft', () => {
  const { client } = signedIn();
  const posts: number[] = [];
  client.api.upload = () => new Promise(() => {});
  client.api.post = (id) => {
    posts.push(id);
    return new Promise(() => {});
  };
  const photo = () => client.uploads.add(new File(['x'], '1.jpg'), undefined, null, 1);
  client.outbox.add(1, 'look', null, [photo()]);
  client.outbox.add(1, 'later', null, []);
  client.drafts.of(1).uploads.push(photo());
  const abandoned: boolean[] = [];
  client.sync.onLeft = ({ id }) => abandoned.push(client.abandon(id), client.abandon(id));
  client.sync.take({ type: 'room_update', data: room({ is_member: false, members: [], version: 9 }) });
  equal([abandoned, client.outbox.size, client.drafts.of(1).text, client.drafts.of(1).uploads, client.uploads.active, posts],
    [[true, false], 0, 'look\nlater', [], false, []]);
});

Deno.test('what was refused of a room that was lost meanwhile is a draft there, what was not tried or is of another room stays', async () => {
  const { client } = signedIn();
  client.api.rooms = () => Promise.resolve({ rooms: [room()], total: 1 });
  client.api.config = () => new Promise(() => {});
  client.api.post = (id) => id === 9 ? new Promise(() => {}) : Promise.reject(new Refused(404, 'room_not_found', 'No', 0));
  [1, 7, 9].forEach((id) => client.outbox.add(id, `to ${id}`, null, []));
  await until(() => client.outbox.failed.length === 2);
  client.socket.onLink('open');
  await until(() => client.outbox.size === 2);
  equal([1, 7, 9].map((id) => [client.outbox.of(id).length, client.drafts.of(id).text]), [[1, ''], [0, 'to 7'], [1, '']]);
});

/** Two tabs of a browser, of which nobody looks at the second, and what the desktop shows. */
async function tabs() {
  const shown: string[] = [];
  const { setTimeout: real } = globalThis;
  const { kept: store } = page;
  const held = new Set<string>();
  let looks = false;
  Object.assign(page, { kept: kept(new Map([['parley.notify', 'true']])) });
  Object.defineProperty(navigator, 'locks', {
    configurable: true,
    value: {
      request: async (name: string, _options: unknown, act: (lock: unknown) => unknown) => {
        const isFree = !held.has(name);
        held.add(name);
        await act(isFree ? { name } : null);
      },
    },
  });
  Object.assign(globalThis, {
    document: { hasFocus: () => looks },
    // Nobody waits here, neither for what is read meanwhile nor for a lock that is held.
    setTimeout: (act: () => void, wait = 0) => wait <= 1_000 ? real(act) : 0,
    Notification: class {
      static permission = 'granted';
      constructor(private readonly title: string) {
        shown.push(title);
      }
      close() {
        shown.splice(shown.indexOf(this.title), 1);
      }
    },
  });
  const [{ notify: one }, { notify: other }] = await Promise.all([
    import('../../main/resources/web/app/core/notify.ts?one'), import('../../main/resources/web/app/core/notify.ts?other')]);
  const state = page.rooms.put(room({ last_seq: 9 }));
  const arrives = async (seq: number, looksAtFirst: boolean) => {
    looks = looksAtFirst;
    await one(`message ${seq}`, '', message({ seq }));
    looks = false;
    await other(`message ${seq}`, '', message({ seq }));
  };
  /** The second tab hears of it long after the first. */
  const wakes = async (seq: number) => {
    held.clear();
    await other(`message ${seq}`, '', message({ seq }));
  };
  const end = () => {
    Object.assign(globalThis, { setTimeout: real });
    Object.assign(page, { kept: store });
    page.rooms.byId.clear();
    Reflect.deleteProperty(navigator, 'locks');
    ['document', 'Notification'].forEach((name) => Reflect.deleteProperty(globalThis, name));
  };
  return { shown, state, arrives, wakes, end };
}

Deno.test('of several tabs one notifies, none of what somebody saw come or has read, nor when it was frozen meanwhile, and what is read is notified no longer', async () => {
  const { shown, state, arrives, wakes, end } = await tabs();
  try {
    page.rooms.readUpTo(state, 1);
    await arrives(1, false);
    equal(shown, []);
    await arrives(2, true);
    equal(shown, []);
    await arrives(3, false);
    equal(shown, ['message 3']);
    await wakes(3);
    equal(shown, ['message 3']);
    await wakes(4);
    equal(shown, ['message 3', 'message 4']);
    page.rooms.readUpTo(state, 4);
    page.signals.tell('rooms');
    equal(shown, []);
  } finally {
    end();
  }
});

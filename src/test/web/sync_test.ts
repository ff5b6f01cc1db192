import { Api, Cancelled, Unreachable } from '../../main/resources/web/app/core/api.ts';
import { Rooms } from '../../main/resources/web/app/core/rooms.ts';
import { Signals } from '../../main/resources/web/app/core/signals.ts';
import { Sync } from '../../main/resources/web/app/core/sync.ts';
import type { FileEntry, Message } from '../../main/resources/web/app/core/types.ts';
import { asker, equal, message, room, until, user } from './testsupport.ts';

/** A room on the other side of the network, whose messages a test makes. */
class Service {
  readonly messages: Message[] = [];
  asked: string[] = [];
  unread = 0;
  /** It answers for rooms, but not for what happened in them. */
  broken = false;
  pause: Promise<void> = Promise.resolve();

  post(count = 1): Message[] {
    return Array.from({ length: count }, () => {
      const seq = this.messages.length + 1;
      const made = message({ seq, version: seq });
      this.messages.push(made);
      return made;
    });
  }

  private answer(path: string): unknown {
    const url = new URL(path, 'http://localhost');
    const number = (name: string) => Number(url.searchParams.get(name));
    const last = this.messages.length;
    if (path === '/api/chat/rooms') {
      return { rooms: [room({ last_seq: last, version: last, last_message: this.messages.at(-1), unread_count: this.unread, last_read_seq: last - this.unread })], total: 1 };
    }
    if (url.pathname.endsWith('/changes')) {
      const since = number('since');
      const to = Math.min(last, since + number('limit'));
      return { changes: this.messages.slice(since, to).map((data) => ({ type: 'new_message', data })), version: to, has_more: to < last };
    }
    if (url.searchParams.has('after')) {
      const to = Math.min(last, number('after') + number('limit'));
      return { messages: this.messages.slice(number('after'), to), total: last, has_more: to < last };
    }
    const to = Math.min(last, number('before') - 1);
    const from = Math.max(0, to - number('limit'));
    return { messages: this.messages.slice(from, to), total: last, has_more: from > 0 };
  }

  fetch = async (path: string | URL | Request): Promise<Response> => {
    this.asked.push(String(path));
    const body = JSON.stringify(this.answer(String(path)));
    await this.pause;
    if (this.broken && String(path) !== '/api/chat/rooms') {
      throw new TypeError('no answer');
    }
    return new Response(body);
  };
}

async function opened(count: number) {
  const service = new Service();
  service.post(count);
  const rooms = new Rooms(() => 1);
  const sync = new Sync(new Api(asker, service.fetch), rooms, new Signals());
  await sync.refresh();
  const state = rooms.get(1)!;
  await sync.open(state);
  return { service, sync, rooms, state, seqs: () => state.timeline.messages.map((each) => each.seq) };
}

const upTo = (count: number, from = 1) => Array.from({ length: count - from + 1 }, (_, place) => from + place);

Deno.test('after a lost link gets exactly what was missed', async () => {
  const { service, sync, seqs } = await opened(10);
  service.post(700);
  await sync.refresh();
  equal(seqs(), upTo(710));
});

Deno.test('live messages that overtake the catching up are neither lost nor doubled', async () => {
  const { service, sync, state, seqs } = await opened(10);
  service.post(5);
  let go = () => {};
  service.pause = new Promise((resolve) => go = resolve);
  const refreshed = sync.refresh();
  const live = service.post(3);
  live.forEach((data) => sync.hear({ type: 'new_message', data }));
  go();
  await refreshed;
  await until(() => state.timeline.last === 18 && state.timeline.atEnd);
  equal(seqs(), upTo(18));
});

Deno.test('what could not be caught up with is asked for again, whatever comes live meanwhile', async () => {
  const { service, sync, seqs } = await opened(10);
  service.post(2);
  service.broken = true;
  await sync.refresh().catch(() => {});
  service.post().forEach((data) => sync.hear({ type: 'new_message', data }));
  service.broken = false;
  service.asked = [];
  await sync.refresh();
  equal(service.asked.some((path) => path.includes('since=10')), true);
  equal(seqs(), upTo(13));
});

Deno.test('who was away hears of each room once, by its newest message', async () => {
  const { service, sync, state } = await opened(10);
  const arrived: number[] = [];
  sync.onArrived = ({ seq }) => arrived.push(seq);
  service.post(3);
  service.unread = 3;
  await sync.refresh();
  await sync.refresh();
  equal([arrived, state.timeline.last], [[13], 13]);
  service.post(1).forEach((data) => sync.hear({ type: 'new_message', data }));
  equal(arrived, [13, 14]);
});

Deno.test('what came while the link was dead is unread and told, though the service does not know yet what was read before', async () => {
  const { service, sync, rooms, state } = await opened(10);
  const arrived: number[] = [];
  sync.onArrived = ({ seq }) => arrived.push(seq);
  rooms.readUpTo(state, 10);
  service.post(5);
  service.unread = 10;
  await sync.refresh();
  equal([state.lastRead, state.unread, arrived], [10, 5, [15]]);
});

Deno.test('what was unread before somebody came is not told as new', async () => {
  const service = new Service();
  service.post(2);
  service.unread = 2;
  const sync = new Sync(new Api(asker, service.fetch), new Rooms(() => 1), new Signals());
  const arrived: number[] = [];
  sync.onArrived = ({ seq }) => arrived.push(seq);
  await sync.refresh();
  equal(arrived, []);
});

Deno.test('a room that is opened while the list of rooms is on its way stays', async () => {
  const { service, sync, rooms } = await opened(10);
  rooms.put(room({ id: 6 }));
  const left: number[] = [];
  sync.onLeft = ({ id }) => left.push(id);
  let go = () => {};
  service.pause = new Promise((resolve) => go = resolve);
  const refreshed = sync.refresh();
  rooms.put(room({ id: 7 }));
  go();
  await refreshed;
  equal([[...rooms.byId.keys()], left], [[1, 7], [6]]);
});

Deno.test('who asks for all rooms while they are on their way gets those of later, or hears that they could not be had', async () => {
  const { service, sync, state } = await opened(10);
  let go = () => {};
  service.pause = new Promise((resolve) => go = resolve);
  const first = sync.refresh();
  service.post(1);
  const second = sync.refresh();
  go();
  await Promise.all([first, second]);
  equal(state.timeline.last, 11);
  service.pause = new Promise((resolve) => go = resolve);
  const third = sync.refresh();
  service.pause = Promise.reject(new TypeError('no answer'));
  service.pause.catch(() => {});
  const failed = sync.refresh().catch((failure) => failure);
  go();
  await third;
  equal(await failed instanceof Unreachable, true);
});

Deno.test('an answer may take its time as long as it comes', async () => {
  const words = ['{"rooms"', ': [], ', '"total": 0}'];
  const slow = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const word = words.shift();
      word ? controller.enqueue(new TextEncoder().encode(word)) : controller.close();
    },
  });
  const answer = await new Api(asker, () => Promise.resolve(new Response(slow))).rooms();
  equal(answer.rooms, []);
});

Deno.test('all is given up on a line that died without a word, but what may be done though nobody says so', async () => {
  const patient: string[] = [];
  const api = new Api(asker, (path, init) => {
    if (!init!.signal) {
      patient.push(String(path));
    }
    return Promise.resolve(new Response('{}'));
  });
  await Promise.all([api.like(1, true), api.like(1, false), api.pin(1, true), api.openDirect(2), api.addMembers(1, [2]), api.login('', ''), api.refresh(), api.rooms()]);
  equal(patient, []);
  await Promise.all([api.register('', '', ''), api.openGroup('', [2]), api.changePassword('', '')]);
  equal(patient, ['/api/auth/register', '/api/chat/rooms', '/api/auth/password']);
});

Deno.test('who missed too much gets the same place of the history anew', async () => {
  const { service, sync, state } = await opened(100);
  service.post(4000);
  await sync.refresh();
  equal(state.timeline.first, 51);
  equal(state.timeline.atEnd, false);
  equal(state.timeline.messages.every((each, place) => each.seq === 51 + place), true);
});

Deno.test('a hole in what is heard is filled', async () => {
  const { service, sync, state, seqs } = await opened(10);
  const [, second] = service.post(2);
  sync.hear({ type: 'new_message', data: second });
  await until(() => state.timeline.last === 12);
  equal(seqs(), upTo(12));
});

Deno.test('a message that many like is asked for once, not by everybody at the same moment', async () => {
  const { service, sync } = await opened(10);
  const { random } = Math;
  Math.random = () => 0.005;
  try {
    service.asked = [];
    for (let likes = 1; likes <= 20; likes++) {
      sync.hear({ type: 'message_update', data: message({ seq: 4, version: 10 + likes, like_count: likes }) });
    }
    equal(service.asked, []);
    await until(() => service.asked.length > 0);
    equal(service.asked, ['/api/chat/rooms/1/messages?after=3&limit=1']);
  } finally {
    Math.random = random;
  }
});

Deno.test('links that expire are asked for once by all who show them, and anew when the next ones have expired', async () => {
  const { service, sync, state } = await opened(10);
  const photo = state.timeline.find(4)!;
  service.asked = [];
  const both = await Promise.all([sync.renew(photo), sync.renew(photo)]);
  equal([both.map((fresh) => fresh?.seq), service.asked.length], [[4, 4], 1]);
  await sync.renew(photo);
  equal(service.asked.length, 2);
});

Deno.test('what lies before a message that is asked for by itself is asked for, too', async () => {
  const { service, sync, state, seqs } = await opened(10);
  service.post(3);
  await sync.refreshMessage({ room_id: 1, seq: 13 });
  await until(() => state.timeline.last === 13);
  equal(seqs(), upTo(13));
});

Deno.test('scrolling through a long history holds a bounded part of it, without a gap', async () => {
  const { sync, state, seqs } = await opened(1000);
  while (!state.timeline.atStart) {
    await sync.older(state);
    equal(state.timeline.messages.length <= 200, true);
  }
  equal(seqs(), upTo(200));
  while (!state.timeline.atEnd) {
    await sync.newer(state);
    equal(state.timeline.messages.length <= 200, true);
  }
  equal(seqs(), upTo(1000, 801));
});

Deno.test('where somebody went last is shown, however late it is answered where they went before', async () => {
  const { service, sync, state, seqs } = await opened(900);
  const late = (go: () => Promise<boolean>) => {
    let answer = () => {};
    service.pause = new Promise((resolve) => answer = resolve);
    const gone = go();
    service.pause = Promise.resolve();
    return async () => {
      answer();
      await gone;
    };
  };
  const first = late(() => sync.around(state, 100));
  await sync.around(state, 400);
  await first();
  equal([seqs().includes(400), sync.isLatest(state, 400), sync.isLatest(state, 100)], [true, true, false]);
  const newest = late(() => sync.newest(state));
  await sync.around(state, 200);
  await newest();
  equal(seqs().includes(200), true);
  const second = late(() => sync.around(state, 600));
  await sync.newest(state);
  await second();
  equal([state.timeline.last, state.timeline.atEnd], [900, true]);
});

Deno.test('a page that was read before a live change does not undo it', async () => {
  const { service, sync, state } = await opened(120);
  let go = () => {};
  service.pause = new Promise((resolve) => go = resolve);
  const older = sync.older(state);
  await until(() => service.asked.at(-1)!.includes('before=71'));
  sync.hear({ type: 'message_update', data: message({ seq: 60, version: 500, content: 'edited' }) });
  go();
  await older;
  equal(state.timeline.find(60)!.content, 'edited');
});

Deno.test('a page that was read after a message was edited quotes it as it did then, not as it was heard of before', async () => {
  const { service, sync, state } = await opened(120);
  sync.hear({ type: 'message_update', data: message({ seq: 3, version: 500, content: 'typo', edited_at: '2026-01-01T11:00:00Z' }) });
  const reply_preview = { id: 3, seq: 3, sender_name: 'Ada', message_type: 'text', content: 'edited again', is_deleted: false } as const;
  service.messages[59] = message({ seq: 60, version: 60, reply_to: 3, reply_preview });
  await sync.older(state);
  equal(state.timeline.find(60)!.reply_preview!.content, 'edited again');
});

Deno.test('links and names of a page that was just loaded stay, whatever was heard of its messages before', async () => {
  const { service, sync, state } = await opened(120);
  const files = (expires: number) => ({ files_data: [{ file_path: `/files/1?expires=${expires}` }] as FileEntry[] });
  sync.hear({ type: 'new_message', data: message({ seq: 60, version: 60, local_temp_id: 'mine', sender_details: user(2, 'Old name'), ...files(1) }) });
  service.messages[59] = message({ seq: 60, version: 60, sender_details: user(2, 'New name'), ...files(2) });
  await sync.older(state);
  const shown = () => {
    const { files_data, sender_details, local_temp_id } = state.timeline.find(60)!;
    return [files_data![0].file_path, sender_details.name, local_temp_id];
  };
  equal(shown(), ['/files/1?expires=2', 'New name', 'mine']);
  service.messages[59] = { ...service.messages[59], ...files(3) };
  await sync.refreshMessage({ room_id: 1, seq: 60 });
  await sync.older(state);
  equal(shown(), ['/files/1?expires=3', 'New name', 'mine']);
});

Deno.test('a page that was read before a message was edited quotes it as it is now', async () => {
  const { service, sync, state } = await opened(300);
  await sync.around(state, 100);
  const reply_preview = { id: 100, seq: 100, sender_name: 'Ada', message_type: 'text', content: 'typo', is_deleted: false } as const;
  service.messages[129] = message({ seq: 130, version: 130, reply_to: 100, reply_preview });
  sync.hear({ type: 'message_update', data: message({ seq: 100, version: 500, content: 'edited', edited_at: '2026-01-01T11:00:00Z' }) });
  await sync.newer(state);
  equal(state.timeline.find(130)!.reply_preview!.content, 'edited');
});

Deno.test('what was on its way for somebody who left reaches nobody who comes after', async () => {
  const service = new Service();
  const posted = service.post();
  let asker = { token: 'one', user: user(1) };
  const rooms = new Rooms(() => 1);
  const sync = new Sync(new Api(() => asker, service.fetch), rooms, new Signals());
  const told: unknown[] = [];
  sync.onLeft = (left) => told.push(left);
  sync.onArrived = (arrived) => told.push(arrived);
  let go = () => {};
  service.pause = new Promise((resolve) => go = resolve);
  const late = sync.refresh().catch((failure) => failure);
  posted.forEach((data) => sync.hear({ type: 'new_message', data }));
  sync.end();
  asker = { token: 'other', user: user(2) };
  rooms.put(room({ id: 7 }));
  go();
  equal(await late instanceof Cancelled, true);
  equal([...rooms.byId.keys()], [7]);
  equal(told, []);
});

Deno.test('a refusal concerns only whom it was meant for, and is none once there is another token', async () => {
  const told: string[] = [];
  const asked: string[] = [];
  for (const next of [{ token: 'one', user: user(1) }, { token: 'two', user: user(2) }]) {
    let asker = { token: 'one', user: user(1) };
    const api = new Api(() => asker, () => {
      asker = next;
      return Promise.resolve(new Response('{}', { status: 401 }));
    });
    api.onRefused = (token) => Promise.resolve(told.push(token) < 0);
    await api.rooms().catch(() => {});
  }
  equal(told, ['one']);
  let token = 'old';
  const api = new Api(() => ({ token, user: user(1) }), (_path, init) => {
    asked.push((init!.headers as Record<string, string>).Authorization);
    return Promise.resolve(new Response('{"rooms": []}', { status: asked.length === 1 ? 401 : 200 }));
  });
  api.onRefused = () => Promise.resolve((token = 'new') === 'new');
  equal([(await api.rooms()).rooms, asked], [[], ['Bearer old', 'Bearer new']]);
});

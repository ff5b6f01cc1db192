import { Api } from '../../main/resources/web/app/core/api.ts';
import { Outbox } from '../../main/resources/web/app/core/outbox.ts';
import { Signals } from '../../main/resources/web/app/core/signals.ts';
import { type Upload, Uploads } from '../../main/resources/web/app/core/uploads.ts';
import { asker, equal, kept, message, until } from './testsupport.ts';

interface Tried {
  key: string;
  content: string;
  reply_to?: number;
}

/** A network of our own: each answer is a status, or null when nobody answers. */
function outbox(answers: (number | null | Promise<number> | { status: number; code: string; after?: string })[], things = new Map<string, string>(), page = 'one') {
  const tried: Tried[] = [];
  const stored: string[] = [];
  const api = new Api(asker, async (_path, init) => {
    const headers = init!.headers as Record<string, string>;
    const { content, reply_to } = JSON.parse(init!.body as string);
    tried.push({ key: headers['Idempotency-Key'], content, ...reply_to && { reply_to } });
    const answer = await answers.shift() ?? null;
    if (answer === null) {
      throw new TypeError('offline');
    }
    const { status, code, after = '0' } = typeof answer === 'number' ? { status: answer, code: 'x' } : answer;
    const body = status < 300 ? message({ seq: tried.length, content }) : { code, detail: 'No' };
    return new Response(JSON.stringify(body), { status, headers: { 'Retry-After': after } });
  });
  const signals = new Signals();
  const box = new Outbox(api, new Uploads(api, signals), kept(things), signals, (answer) => stored.push(answer.content));
  box.begin(1, page);
  return { box, tried, stored, signals };
}

Deno.test('sends the messages of a room in the order they were written', async () => {
  const { box, stored } = outbox([201, 201, 201]);
  ['a', 'b', 'c'].forEach((text) => box.add(1, text, null, []));
  await until(() => box.size === 0);
  equal(stored, ['a', 'b', 'c']);
});

Deno.test('tries again under the same key when nobody answered, and keeps the order', async () => {
  const { box, tried, stored } = outbox([null, 503, 201, 201]);
  box.add(1, 'a', null, []);
  box.add(1, 'b', null, []);
  await until(() => tried.length === 1);
  box.flush();
  await until(() => tried.length === 2);
  box.flush();
  await until(() => box.size === 0);
  equal(stored, ['a', 'b']);
  equal(new Set(tried.filter((each) => each.content === 'a').map((each) => each.key)).size, 1);
  box.end();
});

Deno.test('what is refused for good stays, says why, and holds nothing up', async () => {
  const { box, stored } = outbox([400, 201]);
  box.add(1, 'bad', null, []);
  box.add(1, 'good', null, []);
  await until(() => stored.length === 1);
  equal(box.of(1).map((item) => [item.content, item.state, item.error]), [['bad', 'failed', 'No']]);
  box.discard(box.of(1)[0]);
  equal(box.size, 0);
});

Deno.test('tells once of what was refused for good', async () => {
  const { box, stored } = outbox([null, 400, 201]);
  const told: string[] = [];
  box.onFailed = (item) => told.push(item.content);
  box.add(1, 'bad', null, []);
  await until(() => box.of(1)[0].state === 'waiting');
  box.add(1, 'good', null, []);
  await until(() => stored.length === 1);
  box.flush();
  equal(told, ['bad']);
});

Deno.test('another page goes on with the same key when one is gone, and not before', async () => {
  const things = new Map<string, string>();
  const before = outbox([null], things);
  before.box.add(1, 'late', null, []);
  await until(() => before.tried.length === 1);
  before.box.end();
  const after = outbox([200], things, 'two');
  after.box.inherit('three');
  equal(after.box.size, 0);
  after.box.inherit('one');
  after.box.flush();
  await until(() => after.box.size === 0);
  equal(after.tried, before.tried);
  equal(things.size, 0);
});

Deno.test('who signs in next does not wait for what somebody else was sending', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const { box, tried, stored } = outbox([promise, 201, 201]);
  box.add(1, 'hanging', null, []);
  box.end();
  box.begin(2, 'two');
  box.add(1, 'mine', null, []);
  await until(() => stored.length === 1);
  resolve(503);
  box.add(1, 'more', null, []);
  await until(() => box.size === 0);
  equal([stored, tried.map((each) => each.content)], [['mine', 'more'], ['hanging', 'mine', 'more']]);
});

Deno.test('what was refused is not sent by another page unasked', async () => {
  const things = new Map<string, string>();
  const before = outbox([403], things);
  before.box.add(1, 'unwanted', null, []);
  await until(() => before.box.of(1)[0].state === 'failed');
  before.box.end();
  const after = outbox([201], things, 'two');
  after.box.inherit('one');
  after.box.flush();
  const [item] = after.box.of(1);
  equal([item.state, item.error, after.tried.length], ['failed', 'No', 0]);
  after.box.again(item);
  await until(() => after.box.size === 0);
  equal(after.stored, ['unwanted']);
});

Deno.test('what is being sent is not taken back: it may be there already', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const { box, tried, stored } = outbox([promise]);
  const takenBack: string[] = [];
  box.onTakenBack = (each) => takenBack.push(each.content);
  const item = box.add(1, 'look', null, [{ state: 'done', fileId: '1' } as Upload]);
  await until(() => tried.length === 1);
  box.cancelFile(item, item.uploads[0]);
  box.discard(item);
  equal([box.size, item.uploads.length], [1, 1]);
  resolve(201);
  await until(() => box.size === 0);
  equal([stored, takenBack], [['look'], []]);
});

Deno.test('a frame with our label is as good as an answer', async () => {
  const { box, tried } = outbox([null]);
  const item = box.add(1, 'heard', null, []);
  await until(() => tried.length === 1);
  box.acknowledged(item.key);
  equal(box.size, 0);
  box.end();
});

Deno.test('an answer to what was deleted meanwhile is said without it', async () => {
  const { box, tried, stored } = outbox([{ status: 404, code: 'message_not_found' }, 201]);
  box.add(1, 'indeed', { id: 5, seq: 5, sender_name: 'Bea', message_type: 'text', content: 'So?', is_deleted: false }, []);
  await until(() => box.size === 0);
  equal(stored, ['indeed']);
  equal(tried.map((each) => each.reply_to ?? null), [5, null]);
});

/** Those that wait are tried again when time has passed that these tests do not have. */
async function timersOf(act: () => Promise<void>): Promise<number[]> {
  const { setTimeout: real } = globalThis;
  const waits: number[] = [];
  Object.assign(globalThis, { setTimeout: (then: () => void, wait = 0) => wait < 1_000 ? real(then, wait) : waits.push(wait) });
  try {
    await act();
  } finally {
    Object.assign(globalThis, { setTimeout: real });
  }
  return waits;
}

Deno.test('what waits is not tried again because a file goes on, nor before the service wants to hear of it', async () => {
  const { box, tried, signals } = outbox([{ status: 503, code: 'x', after: '40' }]);
  const waits = await timersOf(async () => {
    box.add(1, 'later', null, []);
    await until(() => box.of(1)[0].state === 'waiting');
    for (let share = 0; share < 5; share++) {
      signals.tell('uploads');
      await new Promise((resolve) => setTimeout(resolve));
    }
    equal(tried.length, 1);
  });
  equal(waits.includes(40_000), true);
  box.end();
});

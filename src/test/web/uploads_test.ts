import { Api, type RawAnswer, Refused, Unreachable } from '../../main/resources/web/app/core/api.ts';
import { Drafts } from '../../main/resources/web/app/core/drafts.ts';
import { Outbox } from '../../main/resources/web/app/core/outbox.ts';
import { send } from '../../main/resources/web/app/core/resumable.ts';
import { Signals } from '../../main/resources/web/app/core/signals.ts';
import type { Uploaded } from '../../main/resources/web/app/core/types.ts';
import { type Upload, Uploads } from '../../main/resources/web/app/core/uploads.ts';
import { asker, equal, kept, message, until } from './testsupport.ts';

Object.assign(globalThis, { document: new EventTarget(), location: new URL('http://localhost/') });

/** A network on which uploads take until they are let through. */
class Slow extends Api {
  readonly begun: { name: string; size: number; answer: () => void }[] = [];

  override upload(file: Blob, name: string): Promise<Uploaded> {
    const { promise, resolve } = Promise.withResolvers<Uploaded>();
    const id = String(this.begun.length);
    this.begun.push({ name, size: file.size, answer: () => resolve({ id, url: '', type: file.type, size: file.size, name }) });
    return promise;
  }
}

const file = (name: string, size: number) => new File(['x'.repeat(size)], name, { type: 'image/jpeg' });

Deno.test('uploads three at once, the others in their order', async () => {
  const api = new Slow(asker);
  const uploads = new Uploads(api, new Signals());
  for (let number = 1; number <= 5; number++) {
    uploads.add(file(`${number}.jpg`, number));
  }
  equal(api.begun.map((each) => each.name), ['1.jpg', '2.jpg', '3.jpg']);
  api.begun[1].answer();
  await until(() => api.begun.length === 4);
  equal(api.begun[3].name, '4.jpg');
});

Deno.test('a photo that is made smaller while it waits is uploaded once', async () => {
  const api = new Slow(asker);
  const uploads = new Uploads(api, new Signals());
  [1, 2, 3].forEach((number) => uploads.add(file(`${number}.jpg`, number)));
  const photo = uploads.add(file('large.jpg', 100));
  await uploads.start(photo, Promise.resolve(file('small', 10)));
  api.begun.forEach((each) => each.answer());
  await until(() => api.begun.length === 4);
  api.begun[3].answer();
  await until(() => photo.state === 'done');
  equal(api.begun.map((each) => each.size), [1, 2, 3, 10]);
});

Deno.test('a small file is tried again until it is there, and what was written after it waits', async () => {
  const answers = [new Unreachable('offline'), new Refused(503, 'x', 'No', 0), null];
  const posted: string[] = [];
  const api = new class extends Slow {
    override upload(file: Blob, name: string): Promise<Uploaded> {
      const failure = answers.shift();
      const answer = super.upload(file, name);
      this.begun.at(-1)!.answer();
      return failure ? Promise.reject(failure) : answer;
    }
  }(asker, (_path, init) => {
    posted.push(JSON.parse(init!.body as string).content);
    return Promise.resolve(new Response(JSON.stringify(message({ seq: posted.length }))));
  });
  const signals = new Signals();
  const uploads = new Uploads(api, signals);
  const outbox = new Outbox(api, uploads, kept(), signals, () => {});
  outbox.begin(1, 'one');
  outbox.add(1, 'look', null, [uploads.add(file('1.jpg', 1))]);
  outbox.add(1, 'later', null, []);
  for (let tries = 1; tries <= 2; tries++) {
    await until(() => api.begun.length === tries);
    equal([uploads.active, posted], [true, []]);
    await new Promise((resolve) => setTimeout(resolve));
    dispatchEvent(new Event('online'));
  }
  await until(() => outbox.size === 0);
  equal([uploads.active, posted], [false, ['look', 'later']]);
});

Deno.test('a file that the service goes on to refuse fails, and what was written after it goes out', async () => {
  const posted: string[] = [];
  const api = new class extends Slow {
    override upload(file: Blob, name: string): Promise<Uploaded> {
      void super.upload(file, name);
      return Promise.reject(this.refused(502, '<html>502 Bad Gateway</html>', null));
    }
  }(asker, (_path, init) => {
    posted.push(JSON.parse(init!.body as string).content);
    return Promise.resolve(new Response(JSON.stringify(message({ seq: 1 }))));
  });
  const signals = new Signals();
  const uploads = new Uploads(api, signals);
  const outbox = new Outbox(api, uploads, kept(), signals, () => {});
  outbox.begin(1, 'one');
  const photo = uploads.add(file('1.jpg', 1));
  outbox.add(1, 'look', null, [photo]);
  outbox.add(1, 'later', null, []);
  while (photo.state !== 'failed') {
    await new Promise((resolve) => setTimeout(resolve));
    dispatchEvent(new Event('online'));
  }
  await until(() => posted.length > 0);
  equal([api.begun.length > 10, posted, outbox.size, photo.error], [true, ['later'], 1, 'Upload failed']);
});

/** Requests that never hear anything, nor does anybody say that they will not. */
class Silent extends EventTarget {
  readonly upload = new EventTarget();
  open(): void {}
  setRequestHeader(): void {}
  send(): void {}
  abort(): void {
    this.dispatchEvent(new Event('abort'));
    this.dispatchEvent(new Event('loadend'));
  }
}

Deno.test('a small file on a line that died without a word is given up, also when all of it was sent', async () => {
  const { XMLHttpRequest: real, setInterval: often, clearInterval: never, Date: { now } } = globalThis;
  let time = 0;
  const timers = new Map<number, () => void>();
  const requests: Silent[] = [];
  Object.assign(globalThis, {
    XMLHttpRequest: class extends Silent {
      constructor() {
        super();
        requests.push(this);
      }
    },
    setInterval: (act: () => void) => timers.set(timers.size, act).size - 1,
    clearInterval: (timer: number) => timers.delete(timer),
  });
  Date.now = () => time;
  try {
    for (const sent of [false, true]) {
      time = 0;
      const upload = new Api(asker).upload(file('1.jpg', 1), '1.jpg', null, () => {}, new AbortController().signal).catch((failure) => failure);
      if (sent) {
        requests.at(-1)!.upload.dispatchEvent(new Event('load'));
      }
      for (; timers.size && time < 600_000; time += 1_000) {
        timers.forEach((act) => act());
      }
      equal(timers.size, 0);
      equal(await upload instanceof Unreachable, true);
    }
  } finally {
    Object.assign(globalThis, { XMLHttpRequest: real, setInterval: often, clearInterval: never });
    Date.now = now;
  }
});

Deno.test('the page may go once a message is kept with all its files, and not before', async () => {
  const api = new Slow(asker);
  api.raw = () => new Promise(() => {});
  const signals = new Signals();
  const things = new Map<string, string>();
  const uploads = new Uploads(api, signals, kept(things));
  const outbox = new Outbox(api, uploads, kept(things), signals, () => {});
  uploads.begin(1, 'one');
  outbox.begin(1, 'one');
  const small = uploads.add(file('small.jpg', 1));
  const large = uploads.add(file('large.jpg', 6_000_000));
  outbox.add(1, 'both', null, [small, large]);
  equal(uploads.active, true);
  api.begun[0].answer();
  await until(() => small.state === 'done');
  equal([uploads.active, small.message?.content, large.message?.content], [false, 'both', 'both']);
  const draft = uploads.add(file('draft.jpg', 1));
  equal([uploads.active, draft.preview !== null], [true, true]);
  uploads.end();
  equal(draft.preview, null);
});

Deno.test('a message whose file the browser did not keep is there in the next session, and asks for it', async () => {
  const things = new Map<string, string>();
  const session = (page: string) => {
    const api = new Slow(asker);
    const signals = new Signals();
    const uploads = new Uploads(api, signals, kept(things));
    const outbox = new Outbox(api, uploads, kept(things), signals, () => {});
    outbox.begin(1, page);
    uploads.begin(1, page);
    return { api, uploads, outbox };
  };
  const before = session('one');
  before.outbox.add(1, 'look', null, [before.uploads.add(file('1.jpg', 1), undefined, null, 1)]);
  before.uploads.end();
  before.outbox.end();
  const { api, outbox, uploads } = session('two');
  uploads.inherit('one', (upload) => outbox.resume(upload));
  await until(() => outbox.of(1)[0]?.state === 'failed');
  const [item] = outbox.of(1);
  equal([item.content, uploads.active, api.begun.length], ['look', false, 0]);
  equal(item.uploads[0].missing, true);
  outbox.discard(item);
  equal(things.size, 0);
});

Deno.test('a photo that was made smaller, and that the browser did not keep, can be chosen again', async () => {
  const things = new Map<string, string>();
  const page = (name: string) => {
    const api = new Slow(asker);
    const uploads = new Uploads(api, new Signals(), kept(things));
    uploads.begin(1, name);
    return { api, uploads };
  };
  const photo = (size: number) => new File(['x'.repeat(size)], 'photo.png', { type: 'image/png', lastModified: 1 });
  const { api, uploads } = page('one');
  uploads.add(photo(100), Promise.resolve(new Blob(['small'], { type: 'image/webp' })));
  await until(() => api.begun.length === 1);
  uploads.end();
  const after = page('two');
  const back: Upload[] = [];
  after.uploads.inherit('one', (upload) => back.push(upload));
  await until(() => back[0].missing);
  equal([after.uploads.supply(back[0], photo(99)), after.uploads.supply(back[0], photo(100))], [false, true]);
  await until(() => after.api.begun.length === 1);
  equal([api, after.api].map(({ begun: [{ name, size }] }) => [name, size]), [['photo.webp', 5], ['photo.png', 100]]);
  after.uploads.end();
});

Deno.test('what the service has of other bytes is not gone on with', async () => {
  const sent: string[] = [];
  const api = new class extends Api {
    override raw(method: string, path: string, headers: Record<string, string>, { body }: { body?: XMLHttpRequestBodyInit } = {}): Promise<RawAnswer> {
      sent.push(`${method} ${path} ${headers['Upload-Length'] ?? (body as Blob | undefined)?.size ?? ''}`);
      const answers: Record<string, string> = { 'Upload-Length': '10', 'Upload-Offset': '7', Location: '/api/uploads/new', 'Upload-Attachment': '1' };
      return Promise.resolve({ status: 200, text: '', header: (name) => method === 'PATCH' || name !== 'Upload-Attachment' ? answers[name] : null });
    }
  }(asker);
  const transfer = { blob: new Blob(['12345678901']), name: 'a.jpg', duration: null, url: '/api/uploads/old' };
  equal(await send(api, transfer, () => {}, () => {}, new AbortController().signal), '1');
  equal(sent, ['HEAD /api/uploads/old ', 'POST /api/uploads 11', 'PATCH /api/uploads/new 11']);
});

Deno.test('what was written after a file waits for it on the next page, too', async () => {
  const things = new Map<string, string>();
  const posted: string[] = [];
  const page = (name: string) => {
    const api = new Slow(asker, (_path, init) => {
      posted.push(JSON.parse(init!.body as string).content);
      return Promise.resolve(new Response(JSON.stringify(message({ seq: posted.length }))));
    });
    api.raw = () => new Promise(() => {});
    const signals = new Signals();
    const uploads = new Uploads(api, signals, kept(things));
    const outbox = new Outbox(api, uploads, kept(things), signals, () => {});
    uploads.begin(1, name);
    outbox.begin(1, name);
    return { uploads, outbox };
  };
  const before = page('one');
  const look = before.outbox.add(1, 'look', null, [before.uploads.add(file('large.jpg', 6_000_000), undefined, null, 1)]);
  await until(() => new Date().toISOString() > look.createdAt);
  before.outbox.add(1, 'later', null, []);
  before.outbox.add(2, 'elsewhere', null, []);
  await until(() => before.outbox.of(2).length === 0);
  before.uploads.end();
  before.outbox.end();
  const after = page('two');
  after.outbox.inherit('one');
  after.uploads.inherit('one', (upload) => after.outbox.resume(upload));
  after.outbox.flush();
  equal(after.outbox.of(1).map((item) => item.content), ['look', 'later']);
  // Nor does the browser of these tests keep files: the first one fails, and holds nothing up.
  await until(() => posted.length > 1);
  equal([posted, after.outbox.of(1).map((item) => [item.content, item.state])], [['elsewhere', 'later'], [['look', 'failed']]]);
});

Deno.test('a file that waited too long to go on is asked for, and holds nothing up', async () => {
  const stored = { id: 'a', room: 1, name: 'large.jpg', kind: 'image', size: 6_000_000, mark: '1', duration: null, url: '/api/uploads/1', progress: 0.5, state: 'paused', error: null, page: 'one' };
  const waiting = { key: 'k', content: 'both', reply: null, createdAt: '2026-01-01T10:00:00Z', count: 2 };
  const things = new Map(Object.entries({
    'parley.upload.1.a': { ...stored, fileId: null, message: { ...waiting, index: 0 }, at: 0 },
    'parley.upload.1.b': { ...stored, id: 'b', fileId: '7', state: 'done', message: { ...waiting, index: 1 }, at: Date.now() },
    'parley.upload.1.c': { ...stored, id: 'c', fileId: null, message: null, at: 0 },
  }).map(([key, value]) => [key, JSON.stringify(value)]));
  const posted: string[] = [];
  const api = new Slow(asker, (_path, init) => {
    posted.push(JSON.parse(init!.body as string).content);
    return Promise.resolve(new Response(JSON.stringify(message({ seq: posted.length }))));
  });
  const signals = new Signals();
  const uploads = new Uploads(api, signals, kept(things));
  const outbox = new Outbox(api, uploads, kept(things), signals, () => {});
  uploads.begin(1, 'two');
  outbox.begin(1, 'two');
  uploads.inherit('one', (upload) => outbox.resume(upload));
  outbox.add(1, 'later', null, []);
  await until(() => posted.length > 0);
  const [item] = outbox.of(1);
  equal([item.content, item.state, item.uploads.map(({ missing, url, state }) => [missing, url, state])],
    ['both', 'failed', [[true, null, 'failed'], [false, '/api/uploads/1', 'done']]]);
  equal([posted, things.has('parley.upload.1.c')], [['later'], false]);
});

/** A browser that keeps files, as much of IndexedDB as that takes; a full one says so when all was asked. */
function keepingFiles(isFull = false) {
  const files = new Map<string, Blob>();
  const request = (result: unknown) => {
    const asked: { result: unknown; onsuccess?: () => void } = { result };
    queueMicrotask(() => asked.onsuccess?.());
    return asked;
  };
  const store = {
    put: (blob: Blob, id: string) => request(files.set(id, blob)),
    get: (id: string) => request(files.get(id)),
    delete: (id: string) => request(files.delete(id)),
  };
  const transaction = () => {
    const begun: { objectStore: () => unknown; oncomplete?: () => void; onabort?: () => void } = { objectStore: () => store };
    queueMicrotask(() => isFull ? begun.onabort?.() : begun.oncomplete?.());
    return begun;
  };
  Object.assign(globalThis, { indexedDB: { open: () => request({ transaction, close: () => {} }) } });
  return { files, end: () => Reflect.deleteProperty(globalThis, 'indexedDB') };
}

Deno.test('the page may go once a file is kept in the browser, and not when there is no room for it', async () => {
  for (const isFull of [false, true]) {
    const { files, end } = keepingFiles(isFull);
    try {
      const uploads = new Uploads(new Slow(asker), new Signals(), kept());
      uploads.begin(1, 'one');
      uploads.add(file('1.jpg', 1));
      await until(() => files.size === 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      equal(uploads.active, isFull);
    } finally {
      end();
    }
  }
});

Deno.test('a message that waits for its files can be taken back, is not sent without any, and holds nothing up afterwards', async () => {
  const posted: [string, number][] = [];
  const api = new Slow(asker, (_path, init) => {
    const { content, attachment_ids } = JSON.parse(init!.body as string);
    posted.push([content, attachment_ids.length]);
    return Promise.resolve(new Response(JSON.stringify(message({ seq: posted.length }))));
  });
  const signals = new Signals();
  const uploads = new Uploads(api, signals);
  const outbox = new Outbox(api, uploads, kept(), signals, () => {});
  const takenBack: string[] = [];
  outbox.onTakenBack = (item) => takenBack.push(item.content);
  outbox.begin(1, 'one');
  const [one, other, last] = [1, 2, 3].map((number) => uploads.add(file(`${number}.jpg`, number)));
  const both = outbox.add(1, 'both', null, [one, other]);
  outbox.add(1, 'between', null, []);
  const look = outbox.add(1, 'look', null, [last]);
  outbox.add(1, 'later', null, []);
  outbox.cancelFile(both, one);
  equal([posted, takenBack], [[], []]);
  outbox.discard(both);
  await until(() => posted.length === 1);
  outbox.cancelFile(look, last);
  await until(() => outbox.size === 0);
  equal([posted, takenBack], [[['between', 0], ['later', 0]], ['look']]);
});

/** A file that was changed on the disk after it was chosen. */
class Changed extends File {
  override slice(): Blob {
    return Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException('', 'NotReadableError')) });
  }
}

Deno.test('a file that changed on the disk is sent as the browser kept it, else asked for, and holds nothing up', async () => {
  const { files, end } = keepingFiles();
  const keep = files.set.bind(files);
  // Nor can a browser copy it any more.
  files.set = () => files;
  try {
    for (const size of [1, 6_000_000]) {
      for (const isKept of [true, false]) {
        const posted: string[] = [];
        const api = new class extends Slow {
          override upload(blob: Blob, name: string): Promise<Uploaded> {
            const answer = super.upload(blob, name);
            this.begun.at(-1)!.answer();
            return blob instanceof Changed ? Promise.reject(new Unreachable('changed')) : answer;
          }
        }(asker, (_path, init) => {
          posted.push(JSON.parse(init!.body as string).content);
          return Promise.resolve(new Response(JSON.stringify(message({ seq: posted.length }))));
        });
        let tries = 0;
        api.raw = () => ++tries > 1 && isKept ? new Promise(() => {}) : Promise.reject(new Unreachable('changed'));
        const signals = new Signals();
        const uploads = new Uploads(api, signals, kept());
        const outbox = new Outbox(api, uploads, kept(), signals, () => {});
        uploads.begin(1, 'one');
        outbox.begin(1, 'one');
        const upload = uploads.add(new Changed(['x'.repeat(size)], '1.jpg', { type: 'image/jpeg' }), undefined, null, 1);
        if (isKept) {
          keep(upload.id, file('1.jpg', size));
        }
        outbox.add(1, 'look', null, [upload]);
        outbox.add(1, 'later', null, []);
        if (!isKept) {
          await until(() => posted.length === 1);
          equal([posted, upload.state, upload.missing, upload.error], [['later'], 'failed', true, 'Choose this file again to go on']);
          api.raw = () => new Promise(() => {});
          upload.url = '/api/uploads/1';
          const now = new File(['y'.repeat(size)], '1.jpg', { lastModified: 1 });
          equal([uploads.supply(upload, new File(['y'], '2.jpg')), uploads.supply(upload, now)], [false, true]);
          equal([upload.state, upload.url, await upload.blob.slice(0, 1).text()], ['uploading', null, 'y']);
        } else if (size === 1) {
          await until(() => posted.length === 2);
          equal(posted, ['look', 'later']);
        } else {
          await until(() => tries === 2);
          equal([upload.state, upload.blob.size, posted], ['uploading', size, []]);
        }
        uploads.end();
        outbox.end();
      }
    }
  } finally {
    end();
  }
});

Deno.test('what was recorded until the session ended is there in the next one of the same person', async () => {
  const { end } = keepingFiles();
  try {
    const things = new Map<string, string>();
    const begun = (userId: number) => {
      const uploads = new Uploads(new Slow(asker), new Signals(), kept(things));
      uploads.begin(userId, `page ${userId}`);
      return uploads;
    };
    const before = begun(1);
    before.end();
    await before.leave(1, new File(['hello'], 'voice-message.webm', { type: 'audio/webm' }), 3, 7);
    const back: [number, Upload][] = [];
    for (const userId of [2, 1]) {
      const pages = [...things.values()].map((stored) => JSON.parse(stored).page as string);
      const uploads = begun(userId);
      uploads.inherit(pages[0], (upload) => back.push([userId, upload]));
      await until(() => back.every(([, upload]) => upload.state === 'uploading'));
      uploads.end();
    }
    equal(back.map(([userId, { name, kind, duration, room }]) => [userId, name, kind, duration, room]), [[1, 'voice-message.webm', 'voice', 3, 7]]);
  } finally {
    end();
  }
});

Deno.test('files that the service gave up before their message got there are sent once more, also from the next page, which shows them', async () => {
  const { files, end } = keepingFiles();
  try {
    const things = new Map<string, string>();
    const answers = [null, 404, 201];
    const posted: string[][] = [];
    const page = (name: string) => {
      const api = new Slow(asker, (_path, init) => {
        posted.push(JSON.parse(init!.body as string).attachment_ids);
        const status = answers.shift();
        return status ? Promise.resolve(new Response(JSON.stringify({ ...message({ seq: 1 }), code: 'file_not_found' }), { status })) : Promise.reject(new TypeError('offline'));
      });
      const signals = new Signals();
      const uploads = new Uploads(api, signals, kept(things));
      const outbox = new Outbox(api, uploads, kept(things), signals, () => {});
      uploads.begin(1, name);
      outbox.begin(1, name);
      return { api, uploads, outbox };
    };
    const before = page('one');
    const photos = [1, 2].map((number) => before.uploads.add(file(`${number}.jpg`, number), undefined, null, 1));
    before.api.begun.forEach((each) => each.answer());
    await until(() => photos.every((photo) => photo.state === 'done') && files.size === 2);
    before.outbox.add(1, '', null, photos);
    await until(() => posted.length === 1);
    before.uploads.end();
    before.outbox.end();
    const after = page('two');
    after.outbox.inherit('one');
    after.uploads.inherit('one', (upload) => after.outbox.resume(upload));
    const [item] = after.outbox.of(1);
    equal(item.uploads.map(({ name, state }) => [name, state]), [['1.jpg', 'done'], ['2.jpg', 'done']]);
    after.outbox.flush();
    await until(() => after.api.begun.length === 2);
    equal([item.state, files.size], ['uploading', 2]);
    after.api.begun.forEach((each) => each.answer());
    await until(() => after.outbox.size === 0);
    equal(posted, [['0', '1'], ['0', '1'], ['0', '1']]);
    await until(() => files.size === 0);
    equal(things.size, 0);
  } finally {
    end();
  }
});

Deno.test('a file that failed says so at once, also behind what waits', async () => {
  let posts = 0;
  const api = new class extends Slow {
    override upload(): Promise<Uploaded> {
      return Promise.reject(new Refused(415, 'x', 'Not this one', 0));
    }
  }(asker, () => {
    posts++;
    return Promise.reject(new TypeError('offline'));
  });
  const signals = new Signals();
  const uploads = new Uploads(api, signals);
  const outbox = new Outbox(api, uploads, kept(), signals, () => {});
  outbox.begin(1, 'one');
  outbox.add(1, 'first', null, []);
  await until(() => posts === 1);
  const told: unknown[] = [];
  outbox.onFailed = (each) => told.push(each);
  const item = outbox.add(1, 'look', null, [uploads.add(file('1.jpg', 1))]);
  await until(() => item.state === 'failed');
  equal([item.error, told.length, told[0] === item], ['Not this one', 1, true]);
  outbox.end();
});

Deno.test('the page may not go while there is no room for what was written and chosen', async () => {
  let hasRoom = false;
  const store = kept(new Map(), () => hasRoom);
  const api = new Slow(asker, () => Promise.reject(new TypeError('offline')));
  const signals = new Signals();
  const uploads = new Uploads(api, signals, store);
  const outbox = new Outbox(api, uploads, store, signals, () => {});
  const drafts = new Drafts(store);
  const unsafe = () => [uploads.active, outbox.active, drafts.active];
  drafts.begin(1);
  uploads.begin(1, 'one');
  outbox.begin(1, 'one');
  const photo = uploads.add(file('1.jpg', 1));
  api.begun[0].answer();
  await until(() => photo.state === 'done');
  const item = outbox.add(1, 'look', null, []);
  drafts.of(1).text = 'and';
  drafts.keep(1);
  await until(() => item.state === 'waiting');
  equal(unsafe(), [true, true, true]);
  hasRoom = true;
  outbox.again(item);
  drafts.keep(1);
  const next = outbox.add(1, '', null, [photo]);
  equal(unsafe(), [false, false, false]);
  outbox.discard(next);
  outbox.end();
});

Deno.test('files that another page left join nothing that is written or chosen on this one, and stay for the next', () => {
  const stored = { name: '1.jpg', kind: 'image', size: 1, mark: '1', duration: null, url: null, message: null, progress: 1, state: 'done', error: null, at: Date.now(), page: 'one' };
  const things = new Map([1, 1, 2, 3].map((room, number) => [`parley.upload.1.${number}`, JSON.stringify({ ...stored, id: `${number}`, fileId: `${number}`, room })]));
  const take = (page: string, busy: (drafts: Drafts) => void) => {
    const uploads = new Uploads(new Slow(asker), new Signals(), kept(things));
    const drafts = new Drafts(kept());
    drafts.begin(1);
    uploads.begin(1, page);
    busy(drafts);
    uploads.inherit('one', (upload) => drafts.of(upload.room).uploads.push(upload), (room) => drafts.isFree(room));
    return [1, 2, 3].map((room) => drafts.of(room).uploads.map((upload) => upload.id));
  };
  const first = take('two', (drafts) => {
    drafts.of(2).text = 'my own';
    drafts.keep(2);
    drafts.edit(3, message({ seq: 1 }));
  });
  equal(first, [['0', '1'], [], []]);
  const next = take('three', (drafts) => {
    drafts.of(2).text = 'my own';
    drafts.keep(2);
    drafts.follow('parley.draft.1.2', '{"text":"my own","reply":null}', '{"text":"with a photo","reply":null}');
    drafts.edit(3, message({ seq: 1 }));
    drafts.endEdit(3);
  });
  equal(next, [[], ['2'], ['3']]);
});

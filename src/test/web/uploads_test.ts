import { Api } from '../../main/resources/web/app/core/api.ts';
import { Signals } from '../../main/resources/web/app/core/signals.ts';
import type { Uploaded } from '../../main/resources/web/app/core/types.ts';
import { Uploads } from '../../main/resources/web/app/core/uploads.ts';
import { equal, until } from './testsupport.ts';

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
  const api = new Slow(() => 'token');
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
  const api = new Slow(() => 'token');
  const uploads = new Uploads(api, new Signals());
  [1, 2, 3].forEach((number) => uploads.add(file(`${number}.jpg`, number)));
  const photo = uploads.add(file('large.jpg', 100));
  await uploads.start(photo, Promise.resolve(file('small', 10)));
  api.begun.forEach((each) => each.answer());
  await until(() => api.begun.length === 4);
  api.begun[3].answer();
  await until(() => photo.state === 'done');
  await until(() => !uploads.active);
  equal(api.begun.map((each) => each.size), [1, 2, 3, 10]);
});

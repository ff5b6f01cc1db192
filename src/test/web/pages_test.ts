import { Pages } from '../../main/resources/web/app/core/pages.ts';
import { equal, kept, until } from './testsupport.ts';

function left(...pages: string[]) {
  return kept(new Map(pages.map((page, number) => [`parley.upload.1.${number}`, JSON.stringify({ page })])));
}

Deno.test('a page that is loaded again takes up what it had itself, before what others left', () => {
  const own = kept();
  const taken: string[] = [];
  new Pages(left(), () => {}, own).begin(1, 'mine');
  new Pages(left('a', 'mine', 'b'), (page, late) => taken.push(`${page} ${late}`), own).begin(1, 'next');
  equal(taken, ['mine false', 'a false', 'b false']);
});

Deno.test('a browser that denies locks is one without them', async () => {
  const taken: string[] = [];
  Object.defineProperty(navigator, 'locks', { configurable: true, value: { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) } });
  try {
    new Pages(left('a'), (page) => taken.push(page), kept()).begin(1, 'mine');
    await until(() => taken.length > 0);
    equal(taken, ['a']);
  } finally {
    Reflect.deleteProperty(navigator, 'locks');
  }
});

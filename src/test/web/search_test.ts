import { Search } from '../../main/resources/web/app/core/search.ts';
import type { Found, Message } from '../../main/resources/web/app/core/types.ts';
import { equal } from './testsupport.ts';

/** A conversation of which some messages match, looked at in parts of a hundred. */
function history(length: number, matching: number[]) {
  const asked: (number | null)[] = [];
  return {
    asked,
    find: (_room: number, _words: string, before: number | null, limit: number): Promise<Found> => {
      asked.push(before);
      const to = before ?? length + 1;
      const floor = Math.max(1, to - 100);
      const seqs = matching.filter((seq) => seq < to && seq >= floor).slice(-limit);
      const searched_to = seqs.length < limit ? floor : seqs[0];
      return Promise.resolve({ messages: seqs.map((seq) => ({ seq }) as Message), total: length, searched_to, has_more: searched_to > 1 });
    },
  };
}

const seqs = (search: Search) => search.found.map((message) => message.seq);

Deno.test('looks at parts in which nothing is until the beginning', async () => {
  const api = history(950, [7]);
  const search = new Search(api, 1, 'needle', () => {});
  await search.more();
  equal([seqs(search), search.hasMore, search.busy, api.asked.length], [[7], false, false, 10]);
});

Deno.test('stops at a page, and goes on from there when asked', async () => {
  const api = history(1000, Array.from({ length: 1000 }, (_, at) => at + 1).filter((seq) => seq % 20 === 0));
  const search = new Search(api, 1, 'often', () => {});
  await search.more();
  equal([search.found.length, search.found[0].seq, search.found[29].seq, search.hasMore], [30, 1000, 420, true]);
  await search.more();
  equal([search.found.length, search.found[49].seq, search.hasMore, new Set(seqs(search)).size], [50, 20, false, 50]);
});

Deno.test('asks no more when nobody looks', async () => {
  const api = history(100_000, []);
  const search = new Search(api, 1, 'needle', () => {});
  const looking = search.more();
  search.stop();
  await looking;
  equal([api.asked.length, search.busy], [1, false]);
});

Deno.test('keeps what it found when the link breaks, and goes on where it was', async () => {
  const api = history(250, [240, 90]);
  let calls = 0;
  const search = new Search({ find: (...all) => ++calls === 2 ? Promise.reject(new Error('lost')) : api.find(...all) }, 1, 'needle', () => {});
  await search.more();
  equal([seqs(search), (search.failure as Error).message, search.busy], [[240], 'lost', false]);
  await search.more();
  equal([seqs(search), search.failure, api.asked], [[240, 90], null, [null, 151, 51]]);
});

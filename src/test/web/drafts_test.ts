import { Drafts } from '../../main/resources/web/app/core/drafts.ts';
import { equal, kept, message } from './testsupport.ts';

function drafts(things = new Map<string, string>()) {
  const drafts = new Drafts(kept(things));
  drafts.begin(1);
  return drafts;
}

Deno.test('what was being written before an edit comes back in its own room', () => {
  const one = drafts();
  one.of(1).text = 'for Bea';
  one.of(2).text = 'for Cyd';
  one.edit(1, message({ seq: 1 }));
  one.edit(2, message({ seq: 2 }));
  one.edit(1, message({ seq: 3 }));
  equal(one.of(1).text, 'message 3');
  one.endEdit(1);
  one.endEdit(2);
  equal([1, 2].map((room) => [one.of(room).text, one.of(room).editing]), [['for Bea', null], ['for Cyd', null]]);
});

Deno.test('what was made of one message is not lost to whoever edits another', () => {
  const one = drafts();
  one.of(1).text = 'for Bea';
  one.edit(1, message({ seq: 1 }));
  one.of(1).text = 'better words';
  one.edit(1, message({ seq: 1 }));
  equal(one.of(1).text, 'better words');
  one.edit(1, message({ seq: 2 }));
  equal(one.of(1).text, 'message 2');
  one.edit(1, message({ seq: 3 }));
  one.endEdit(1);
  equal(one.of(1).text, 'for Bea\nbetter words');
});

Deno.test('what did not go is written again before what was written since, beside an edit, too', () => {
  const one = drafts();
  one.of(1).text = 'since';
  one.edit(1, message({ seq: 1 }));
  one.giveBack(1, 'caption', null);
  equal([one.of(1).text, one.of(1).editing !== null], ['message 1', true]);
  one.endEdit(1);
  equal(one.of(1).text, 'caption\nsince');
});

Deno.test('an edit of a message that is gone is kept with what was being written before', () => {
  const things = new Map<string, string>();
  const one = drafts(things);
  one.of(1).text = 'before';
  one.edit(1, message({ seq: 1 }));
  one.of(1).text = 'better words';
  one.orphan(1);
  equal([one.of(1).text, one.of(1).editing], ['before\nbetter words', null]);
  equal(drafts(things).of(1).text, 'before\nbetter words');
  one.edit(1, message({ seq: 2 }));
  one.orphan(1);
  equal(one.of(1).text, 'before\nbetter words');
});

Deno.test('nothing is kept of a message that was to be answered and is gone, but that it was', () => {
  const things = new Map<string, string>();
  const one = drafts(things);
  const reply = { id: 5, seq: 5, sender_name: 'Bea', message_type: 'text' as const, content: 'the secret is 42', is_deleted: false };
  Object.assign(one.of(1), { text: 'my answer', reply });
  one.keep(1);
  const two = drafts(things);
  two.empty(1, 4);
  equal(two.of(1).reply, reply);
  two.empty(1, 5);
  for (const each of [two, drafts(things)]) {
    equal([each.of(1).text, each.of(1).reply], ['my answer', { ...reply, content: '', is_deleted: true }]);
  }
});

Deno.test('an edit that was not saved survives a reload, with what was being written before', () => {
  const things = new Map<string, string>();
  const one = drafts(things);
  one.of(1).text = 'before';
  one.edit(1, message({ seq: 1 }));
  one.of(1).text = 'better words';
  one.keep(1);
  const two = drafts(things);
  equal([two.of(1).text, two.of(1).editing?.id], ['better words', 1]);
  two.endEdit(1);
  equal([two.of(1).text, drafts(things).of(1).text], ['before', 'before']);
});

Deno.test('a draft follows what another tab makes of it unless something else was written here', () => {
  const one = drafts();
  const [first, second] = ['{"text":"shall we","reply":null}', '{"text":"shall we meet?","reply":null}'];
  equal(one.of(1).text, '');
  one.follow('parley.draft.1.1', null, first);
  one.follow('parley.draft.1.1', first, second);
  one.follow('parley.draft.2.1', second, first);
  equal(one.of(1).text, 'shall we meet?');
  one.edit(1, message({ seq: 1 }));
  one.follow('parley.draft.1.1', second, null);
  equal(one.of(1).text, 'message 1');
  one.endEdit(1);
  equal(one.of(1).text, '');
  one.of(1).text = 'my own';
  one.follow('parley.draft.1.1', null, first);
  equal(one.of(1).text, 'my own');
});

Deno.test('what is written in another tab leaves an edit alone that it does not know of', () => {
  const things = new Map<string, string>();
  const [one, two] = [drafts(things), drafts(things)];
  equal([one.of(1).text, two.of(1).text], ['', '']);
  one.edit(1, message({ seq: 1 }));
  one.of(1).text = 'better words';
  one.keep(1);
  two.of(1).text = 'meanwhile';
  two.keep(1);
  const next = drafts(things);
  equal([next.of(1).text, next.of(1).editing?.id, next.of(1).aside], ['better words', 1, 'meanwhile']);
});

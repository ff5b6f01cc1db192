import { Timeline } from '../../main/resources/web/app/core/timeline.ts';
import { equal, message } from './testsupport.ts';

const seqs = (timeline: Timeline) => timeline.messages.map((each) => each.seq);

function window(from: number, to: number, atStart = true, atEnd = true): Timeline {
  const timeline = new Timeline();
  timeline.reset(Array.from({ length: to - from + 1 }, (_, place) => message({ seq: from + place })), atStart, atEnd);
  return timeline;
}

Deno.test('takes the next message once, however often it is told', () => {
  const timeline = window(1, 3);
  equal(timeline.receive(message({ seq: 4 })), 'added');
  equal(timeline.receive(message({ seq: 4, version: 2 })), 'changed');
  equal(timeline.receive(message({ seq: 4, version: 1 })), 'known');
  equal(seqs(timeline), [1, 2, 3, 4]);
});

Deno.test('notices a gap and takes nothing behind it, until the gap is filled', () => {
  const timeline = window(1, 3);
  equal(timeline.receive(message({ seq: 6 })), 'gap');
  equal(timeline.atEnd, false);
  timeline.append([4, 5, 6].map((seq) => message({ seq })), false);
  equal(seqs(timeline), [1, 2, 3, 4, 5, 6]);
  equal(timeline.atEnd, true);
});

Deno.test('an older state never replaces a newer one', () => {
  const timeline = window(1, 2);
  timeline.receive(message({ seq: 2, version: 9, content: 'new' }));
  timeline.receive(message({ seq: 2, version: 5, content: 'old' }));
  equal(timeline.find(2)!.content, 'new');
});

Deno.test('a frame that does not know whose like it was leaves it as it was', () => {
  const timeline = window(1, 1);
  timeline.receive(message({ seq: 1, version: 2, is_liked: true, like_count: 1 }));
  timeline.receive(message({ seq: 1, version: 3, content: 'edited', like_count: 1 }));
  equal(timeline.find(1)!.is_liked, true);
});

Deno.test('a deleted message leaves a tombstone, and nothing of it in replies', () => {
  const timeline = window(1, 2);
  timeline.receive(message({ seq: 3, reply_to: 1, reply_preview: { id: 1, seq: 1, sender_name: 'Ada', message_type: 'text', content: 'secret', is_deleted: false } }));
  timeline.remove({ id: 1, room_id: 1, seq: 1, version: 10 });
  equal(timeline.find(1)!.is_deleted, true);
  equal(timeline.find(1)!.content, '');
  equal(timeline.find(3)!.reply_preview!.content, '');
});

Deno.test('an edited message is quoted as it is now, also when it is not loaded itself', () => {
  const timeline = window(11, 12);
  const answer = { reply_to: 3, reply_preview: { id: 3, seq: 3, sender_name: 'Ada', message_type: 'text', content: 'tipo', is_deleted: false } } as const;
  timeline.receive(message({ seq: 13, ...answer }));
  timeline.receive(message({ seq: 14 }));
  const [, other] = [13, 14].map((seq) => timeline.find(seq));
  const edited_at = '2026-01-01T11:00:00Z';
  timeline.receive(message({ seq: 3, content: 'as it was first' }));
  equal(timeline.find(13)!.reply_preview!.content, 'tipo');
  equal(timeline.receive(message({ seq: 3, version: 5, content: 'typo', edited_at })), 'outside');
  equal([timeline.find(13)!.reply_preview!.content, timeline.find(14) === other], ['typo', true]);
  timeline.receive(message({ seq: 3, version: 6, content: '🙂'.repeat(101), edited_at }));
  equal(timeline.find(13)!.reply_preview!.content, '🙂'.repeat(100) + '…');
});

Deno.test('a state that is older than what is shown changes no quote', () => {
  const timeline = window(1, 1);
  timeline.receive(message({ seq: 1, version: 3, content: 'new' }));
  timeline.receive(message({ seq: 2, reply_to: 1, reply_preview: { id: 1, seq: 1, sender_name: 'Ada', message_type: 'text', content: 'new', is_deleted: false } }));
  timeline.receive(message({ seq: 1, version: 2, content: 'old' }));
  equal(timeline.find(2)!.reply_preview!.content, 'new');
});

Deno.test('grows at both ends and is cut at the far one', () => {
  const timeline = window(101, 150, false, false);
  timeline.prepend(Array.from({ length: 50 }, (_, place) => message({ seq: 51 + place })), true);
  timeline.append(Array.from({ length: 50 }, (_, place) => message({ seq: 151 + place })), true);
  equal([timeline.first, timeline.last], [51, 200]);
  timeline.trim(100, 'start');
  equal([timeline.first, timeline.last, timeline.atEnd], [51, 150, false]);
  timeline.trim(60, 'end');
  equal([timeline.first, timeline.last, timeline.atStart], [91, 150, false]);
});

Deno.test('a page that does not fit to what is there is left out', () => {
  const timeline = window(10, 12, false, false);
  timeline.append([20, 21].map((seq) => message({ seq })), true);
  timeline.prepend([1, 2].map((seq) => message({ seq })), true);
  equal(seqs(timeline), [10, 11, 12]);
});

Deno.test('what is not at the end takes no live messages', () => {
  const timeline = window(10, 12, false, false);
  equal(timeline.receive(message({ seq: 13 })), 'outside');
  equal(seqs(timeline), [10, 11, 12]);
});

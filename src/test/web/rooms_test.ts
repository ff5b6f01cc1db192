import { Rooms } from '../../main/resources/web/app/core/rooms.ts';
import { equal, member, message, room, user } from './testsupport.ts';

const ME = 1;

function rooms(...list: ReturnType<typeof room>[]): Rooms {
  const all = new Rooms(() => ME);
  list.forEach((each) => all.put(each));
  return all;
}

Deno.test('counts what is unread once, though a message is told twice', () => {
  const all = rooms(room());
  const frame = { type: 'new_message', data: message({ seq: 1 }) } as const;
  all.apply(frame);
  all.apply(frame);
  equal(all.get(1)!.unread, 1);
  equal(all.get(1)!.last!.seq, 1);
});

Deno.test('posting reads what came before, in whatever tab', () => {
  const all = rooms(room());
  all.apply({ type: 'new_message', data: message({ seq: 1 }) });
  all.apply({ type: 'new_message', data: message({ seq: 2, version: 2, sender_details: user(ME) }) });
  equal(all.get(1)!.unread, 0);
  equal(all.get(1)!.lastRead, 2);
});

Deno.test('a receipt of oneself from another tab empties the badge, one of somebody else does not', () => {
  const all = rooms(room({ last_seq: 4, unread_count: 4 }));
  all.apply({ type: 'message_read', data: { room_id: 1, user_id: 2, user_name: '', last_read_seq: 4, version: 5 } });
  equal(all.get(1)!.unread, 4);
  equal(all.get(1)!.room.members[1].last_read_seq, 4);
  all.apply({ type: 'message_read', data: { room_id: 1, user_id: ME, user_name: '', last_read_seq: 4, version: 6 } });
  equal(all.get(1)!.unread, 0);
});

Deno.test('a message that comes, changes or goes changes the messages of a room, a receipt does not', () => {
  const all = rooms(room({ version: 1 }));
  const read = (version: number) => all.apply({ type: 'message_read', data: { room_id: 1, user_id: 2, user_name: '', last_read_seq: 1, version } });
  const changedAt = () => all.get(1)!.changedAt;
  all.apply({ type: 'new_message', data: message({ seq: 1, version: 2 }) });
  equal(changedAt(), 2);
  read(3);
  equal(changedAt(), 2);
  all.apply({ type: 'message_update', data: message({ seq: 1, version: 4 }) });
  equal(changedAt(), 4);
  read(5);
  all.apply({ type: 'message_deleted', data: { id: 1, room_id: 1, seq: 1, version: 6 } });
  read(7);
  equal(changedAt(), 6);
  all.put(room({ version: 8 }));
  equal(changedAt(), 8);
});

Deno.test('a list that was read before a live message does not take it back', () => {
  const all = rooms(room());
  all.apply({ type: 'new_message', data: message({ seq: 1, version: 3 }) });
  all.put(room({ version: 2 }));
  equal(all.get(1)!.last!.seq, 1);
  equal(all.get(1)!.unread, 1);
});

Deno.test('the cursor stands still while changes are fetched', () => {
  const all = rooms(room());
  const state = all.get(1)!;
  all.apply({ type: 'new_message', data: message({ seq: 1, version: 3 }) });
  equal(state.cursor, 3);
  state.catchingUp = true;
  all.apply({ type: 'new_message', data: message({ seq: 5, version: 9 }) });
  equal(state.cursor, 3);
});

Deno.test('an unknown room is fetched, a lost one disappears', () => {
  const all = rooms(room());
  equal(all.apply({ type: 'new_message', data: message({ seq: 1, room_id: 7 }) }), { fetch: 7 });
  all.apply({ type: 'room_update', data: room({ is_member: false, members: [], version: 4 }) });
  equal(all.get(1), undefined);
});

Deno.test('that one was removed is not heard of a room that one has come back to since', () => {
  const all = rooms(room({ version: 5 }));
  equal([all.apply({ type: 'room_update', data: room({ is_member: false, members: [], version: 4 }) }), all.get(1)?.id], [null, 1]);
});

Deno.test('a room is found by its title, by who else is in it and by the last that was said', () => {
  const all = rooms(room({ room_type: 'group', name: 'Circle', members: [member(ME), member(2), member(3)] }));
  equal(all.words(all.get(1)!), ['Circle', 'Person 2', 'Person 3']);
  all.apply({ type: 'new_message', data: message({ seq: 1, message_type: 'image', content: 'Look' }) });
  equal(all.words(all.get(1)!).at(-1), '📷 Look');
});

Deno.test('readers of a message are those who read so far, not its sender, nor who came later', () => {
  const [me, bea, cyd, dan] = [1, 2, 3, 4].map((id) => ({ ...member(id), last_read_seq: id === 3 ? 4 : 5, joined_seq: id === 4 ? 5 : 0 }));
  const all = rooms(room({ room_type: 'group', members: [me, bea, cyd, dan] }));
  equal(all.readers(all.get(1)!, message({ seq: 5, sender_details: user(ME) })), [bea]);
});

Deno.test('newest activity first', () => {
  const all = rooms(room({ id: 1 }), room({ id: 2 }));
  all.apply({ type: 'new_message', data: message({ seq: 1, room_id: 1, created_at: '2026-01-03T00:00:00Z' }) });
  equal(all.sorted().map((state) => state.id), [1, 2]);
});

Deno.test('presence and typing follow a person everywhere and end when they leave', () => {
  const all = rooms(room({ id: 1 }), room({ id: 2, room_type: 'group', name: 'Group', members: [member(1), member(2), member(3)] }));
  all.apply({ type: 'presence', data: { user_id: 2, user_name: 'Bea', avatar_url: null, is_online: true } });
  all.apply({ type: 'typing', data: { room_id: 2, user_id: 2, user_name: 'Bea', is_typing: true } });
  equal([1, 2].map((id) => all.get(id)!.room.members[1].is_online), [true, true]);
  equal([...all.get(2)!.typing.values()].map((each) => each.user_name), ['Bea']);
  all.apply({ type: 'presence', data: { user_id: 2, user_name: 'Bea', avatar_url: null, is_online: false } });
  equal(all.get(2)!.typing.size, 0);
});

Deno.test('a new name or picture that comes with a message or with a visit is shown wherever its owner is', () => {
  const all = rooms(room({ id: 1 }), room({ id: 2 }));
  const shown = () => [1, 2].map((id) => [all.title(all.get(id)!.room), all.other(all.get(id)!.room)!.avatar_url]);
  const frame = (seq: number, name: string) => ({ type: 'new_message', data: message({ seq, sender_details: { ...user(2, name), avatar_url: `/${name}` } }) }) as const;
  all.apply(frame(1, 'Bea'));
  all.apply(frame(2, 'Beatrice'));
  all.apply(frame(1, 'Bea'));
  equal(shown(), [['Beatrice', '/Beatrice'], ['Beatrice', '/Beatrice']]);
  all.apply({ type: 'presence', data: { user_id: 2, user_name: 'B.', avatar_url: '/B', is_online: false } });
  equal(shown()[1], ['B.', '/B']);
  equal(all.other(all.get(1)!.room)!.last_seen, member(2).last_seen);
});

Deno.test('a like of somebody that a frame does not name makes the message be asked for', () => {
  const all = rooms(room());
  all.get(1)!.timeline.reset([message({ seq: 1 })], true, true);
  const liked = message({ seq: 1, version: 2, like_count: 1 });
  equal('refresh' in all.apply({ type: 'message_update', data: liked })!, true);
});

Deno.test('typing whose end was not heard is over unless it was said again', () => {
  const all = new Rooms(() => 1);
  const state = all.put(room());
  const [first, second] = [1, 2].map(() => ({ room_id: 1, user_id: 2, user_name: 'Bea', is_typing: true }));
  all.apply({ type: 'typing', data: first });
  all.apply({ type: 'typing', data: second });
  equal([all.stopped(first), state.typing.size], [false, 1]);
  equal([all.stopped(second), state.typing.size], [true, 0]);
});

Deno.test('a room that is left open keeps a bounded part, and of that what its reader looks at', () => {
  for (const away of [false, true]) {
    const all = new Rooms(() => 1);
    const state = all.put(room());
    state.timeline.reset([], true, true);
    state.away = away;
    for (let seq = 1; seq <= 1000; seq++) {
      all.apply({ type: 'new_message', data: message({ seq, version: seq }) });
    }
    const { first, last, atStart, atEnd } = state.timeline;
    equal([first, last, atStart, atEnd], away ? [1, 400, true, false] : [801, 1000, false, true]);
  }
});

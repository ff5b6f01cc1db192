import { Client } from '../../main/resources/web/app/core/client.ts';
import type { Config } from '../../main/resources/web/app/core/types.ts';
import { equal, room, user } from './testsupport.ts';

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

Deno.test('a caption whose only file is not to be sent is a draft again', () => {
  const { client } = signedIn();
  client.api.upload = () => new Promise(() => {});
  const photo = client.uploads.add(new File(['x'], '1.jpg'), undefined, null, 1);
  const item = client.outbox.add(1, 'look', null, [photo]);
  client.outbox.cancelFile(item, photo);
  equal([client.outbox.size, client.drafts.of(1).text], [0, 'look']);
});

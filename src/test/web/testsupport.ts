import type { Member, Message, Room, User } from '../../main/resources/web/app/core/types.ts';

export function equal(actual: unknown, expected: unknown): void {
  const [one, other] = [actual, expected].map((value) => JSON.stringify(value));
  if (one !== other) {
    throw new Error(`${one}, expected ${other}`);
  }
}

export function user(id: number, name = `Person ${id}`): User {
  return { id, name, email: `p${id}@example.org`, avatar_url: null, is_online: false, last_seen: null };
}

/** Somebody who is signed in. */
export const asker = () => ({ token: 'token', user: user(1) });

export function message(parts: Partial<Message> & { seq: number }): Message {
  return {
    id: parts.seq,
    room_id: 1,
    version: 1,
    content: `message ${parts.seq}`,
    message_type: 'text',
    local_temp_id: null,
    files_data: null,
    duration: null,
    created_at: '2026-01-01T10:00:00Z',
    edited_at: null,
    is_read: false,
    is_deleted: false,
    like_count: 0,
    sender_details: user(2),
    receiver_details: null,
    reply_to: null,
    reply_preview: null,
    pinned: false,
    has_media: false,
    read_count: 0,
    ...parts,
  };
}

export function member(id: number): Member {
  return { ...user(id), role: 'member', joined_at: '2026-01-01T09:00:00Z', last_read_seq: 0, joined_seq: 0 };
}

export function room(parts: Partial<Room> = {}): Room {
  return {
    id: 1,
    name: null,
    room_type: 'direct',
    created_by: 1,
    created_at: '2026-01-01T09:00:00Z',
    updated_at: '2026-01-01T09:00:00Z',
    members: [member(1), member(2)],
    last_seq: 0,
    version: 0,
    is_member: true,
    unread_count: 0,
    last_read_seq: 0,
    ...parts,
  };
}

/** Keeps things in memory, as a browser without storage does for a while; as much as there is room for. */
export function kept(things = new Map<string, string>(), hasRoom = () => true) {
  return {
    get: <T>(key: string) => JSON.parse(things.get(key) ?? 'null') as T | null,
    set: (key: string, value: unknown) => hasRoom() && things.set(key, JSON.stringify(value)) === things,
    remove: (key: string) => void things.delete(key),
    keys: (prefix: string) => [...things.keys()].filter((key) => key.startsWith(prefix)),
  };
}

export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 500) {
      throw new Error('It did not come to that');
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

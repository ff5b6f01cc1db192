import { preview } from './format.ts';
import { merge, Timeline, tombstone, WINDOW } from './timeline.ts';
import type { Frame, Member, Message, PresenceChange, Receipt, Room, Typing, User } from './types.ts';

/** A room and what this client knows of it. */
export interface RoomState {
  id: number;
  room: Room;
  last: Message | null;
  unread: number;
  /** How far its owner has read. */
  lastRead: number;
  timeline: Timeline;
  /** The version with which a message last came, changed or went; receipts change none. */
  changedAt: number;
  /** Everything up to this version of the room has been applied to the timeline. */
  cursor: number;
  /** Changes are being fetched: live frames do not move the cursor past what is still missing. */
  catchingUp: boolean;
  /** Who types, by id. */
  typing: Map<number, Typing>;
  /** Above this message stands the "new" line, until the room is left. */
  newFrom: number | null;
  /** Its reader looks at something older than the newest. */
  away: boolean;
}

/** What the caller has to do after a frame, since it takes the network. */
export type Effect = { fetch: number } | { fill: number } | { refresh: Message } | { left: Room } | { arrived: Message } | null;

/** Every room of the signed-in person, changed by frames; each frame may come twice and late without harm. */
export class Rooms {
  readonly byId = new Map<number, RoomState>();

  constructor(readonly me: () => number) {}

  get(id: number | null): RoomState | undefined {
    return id === null ? undefined : this.byId.get(id);
  }

  /** Newest activity first. */
  sorted(): RoomState[] {
    return [...this.byId.values()].sort((a, b) => activity(b).localeCompare(activity(a)) || b.id - a.id);
  }

  unread(): number {
    let sum = 0;
    for (const state of this.byId.values()) {
      sum += state.unread;
    }
    return sum;
  }

  other(room: Room): Member | undefined {
    return room.room_type === 'direct' ? room.members.find((member) => member.id !== this.me()) ?? room.members[0] : undefined;
  }

  title(room: Room): string {
    return this.other(room)?.name ?? room.name ?? '';
  }

  /** Who has read a message, but for its sender. */
  readers({ room }: RoomState, { seq, sender_details }: Message): Member[] {
    return room.members.filter((member) => member.id !== sender_details.id && member.last_read_seq >= seq && member.joined_seq < seq);
  }

  /** What a room is found by: its title, who else is in it, and the last that was said. */
  words({ room, last }: RoomState): string[] {
    const others = room.members.filter((member) => member.id !== this.me());
    return [this.title(room), ...others.map((member) => member.name), ...(last ? [preview(last)] : [])];
  }

  /** A room as REST tells it. */
  put(room: Room): RoomState {
    const old = this.byId.get(room.id);
    const lastRead = Math.max(room.last_read_seq ?? 0, old?.lastRead ?? 0);
    if (!old) {
      const state: RoomState = {
        id: room.id,
        room,
        last: room.last_message ?? null,
        unread: room.unread_count ?? 0,
        lastRead,
        timeline: new Timeline(),
        changedAt: room.version,
        cursor: 0,
        catchingUp: false,
        typing: new Map(),
        newFrom: null,
        away: false,
      };
      this.byId.set(room.id, state);
      return state;
    }
    if (room.version >= old.room.version) {
      old.changedAt = room.version;
      old.room = room;
      old.last = room.last_message ? (old.last?.id === room.last_message.id ? merge(old.last, room.last_message) : room.last_message) : old.last;
      // The service may not have heard yet how far was read: what came after that is unread.
      old.unread = lastRead > (room.last_read_seq ?? 0) ? Math.max(0, room.last_seq - lastRead) : room.unread_count ?? old.unread;
    }
    old.lastRead = lastRead;
    return old;
  }

  apply(frame: Frame): Effect {
    switch (frame.type) {
      case 'new_message':
        return this.posted(frame.data);
      case 'message_update':
        return this.changed(frame.data);
      case 'message_deleted': {
        const state = this.byId.get(frame.data.room_id);
        if (state) {
          state.timeline.remove(frame.data);
          if (state.last?.id === frame.data.id) {
            state.last = tombstone(state.last, frame.data.version);
          }
          changed(state, frame.data.version);
        }
        return null;
      }
      case 'message_read':
        this.read(frame.data);
        return null;
      case 'room_update':
        return this.updated(frame.data);
      case 'typing':
        this.typed(frame.data);
        return null;
      case 'presence':
        this.came(frame.data);
        return null;
      default:
        return null;
    }
  }

  private posted(message: Message): Effect {
    const state = this.byId.get(message.room_id);
    if (!state) {
      return { fetch: message.room_id };
    }
    const isNew = message.seq > state.room.last_seq;
    const mine = message.sender_details.id === this.me();
    const received = state.timeline.receive(message);
    if (!state.catchingUp) {
      state.timeline.trim(state.away ? 2 * WINDOW : WINDOW, state.away ? 'start' : 'end');
    }
    state.typing.delete(message.sender_details.id);
    if (isNew) {
      state.room.last_seq = message.seq;
      state.room.updated_at = message.created_at;
      state.last = message;
      if (mine) {
        // Posting marks what came before as read.
        state.unread = 0;
        state.lastRead = message.seq;
      } else {
        state.unread++;
      }
      const poster = state.room.members.find((member) => member.id === message.sender_details.id);
      if (poster) {
        poster.last_read_seq = Math.max(poster.last_read_seq, message.seq);
        const { name, avatar_url } = message.sender_details;
        if (name !== poster.name || avatar_url !== poster.avatar_url) {
          this.renamed(message.sender_details);
        }
      }
    } else if (state.last?.id === message.id) {
      state.last = merge(state.last, message);
    }
    changed(state, message.version);
    return received === 'gap' ? { fill: message.room_id } : isNew && !mine && !message.is_deleted ? { arrived: message } : null;
  }

  private changed(message: Message): Effect {
    const state = this.byId.get(message.room_id);
    if (!state) {
      return null;
    }
    const old = state.timeline.find(message.seq);
    const received = state.timeline.receive(message);
    if (state.last?.id === message.id) {
      state.last = merge(state.last, message);
    }
    changed(state, message.version);
    if (received === 'gap') {
      return { fill: message.room_id };
    }
    // Whose like it was, a frame does not say; it may have been this person, in another tab.
    return received === 'changed' && old && message.is_liked === undefined && old.like_count !== message.like_count ? { refresh: message } : null;
  }

  private read(receipt: Receipt): void {
    const state = this.byId.get(receipt.room_id);
    if (!state) {
      return;
    }
    const reader = state.room.members.find((member) => member.id === receipt.user_id);
    if (reader) {
      reader.last_read_seq = Math.max(reader.last_read_seq, receipt.last_read_seq);
    }
    if (receipt.user_id === this.me()) {
      this.readUpTo(state, receipt.last_read_seq);
    }
    saw(state, receipt.version);
  }

  /** Its owner has read this far, here or in another tab. */
  readUpTo(state: RoomState, seq: number): void {
    if (seq <= state.lastRead) {
      return;
    }
    state.lastRead = seq;
    if (seq >= state.room.last_seq) {
      state.unread = 0;
    } else if (state.timeline.atEnd && state.timeline.first <= seq + 1) {
      state.unread = state.timeline.messages.filter((message) => message.seq > seq && message.sender_details.id !== this.me()).length;
    } else {
      state.unread = Math.min(state.unread, state.room.last_seq - seq);
    }
  }

  private updated(room: Room): Effect {
    const state = this.byId.get(room.id);
    if (!room.is_member) {
      // One may be back since.
      const isLate = state && room.version < state.room.version;
      return state && !isLate && this.byId.delete(room.id) ? { left: state.room } : null;
    }
    if (!state) {
      return { fetch: room.id };
    }
    if (room.version >= state.room.version) {
      const { last_seq, updated_at } = state.room;
      state.room = { ...state.room, ...room, last_seq: Math.max(last_seq, room.last_seq), updated_at: updated_at > room.updated_at ? updated_at : room.updated_at };
    }
    saw(state, room.version);
    return null;
  }

  private typed(typing: Typing): void {
    const state = this.byId.get(typing.room_id);
    if (state && typing.user_id !== this.me()) {
      if (typing.is_typing) {
        state.typing.set(typing.user_id, typing);
      } else {
        state.typing.delete(typing.user_id);
      }
    }
  }

  /** Unless it was said again since. @returns whether that typing still went on */
  stopped(typing: Typing): boolean {
    const going = this.byId.get(typing.room_id)?.typing;
    return going?.get(typing.user_id) === typing && going.delete(typing.user_id);
  }

  private came(change: PresenceChange): void {
    for (const state of this.byId.values()) {
      const member = state.room.members.find((each) => each.id === change.user_id);
      if (member) {
        if (!change.is_online) {
          // Not when somebody is renamed who is away.
          member.last_seen = member.is_online ? new Date().toISOString() : member.last_seen;
          state.typing.delete(change.user_id);
        }
        Object.assign(member, { name: change.user_name, avatar_url: change.avatar_url, is_online: change.is_online });
      }
    }
  }

  /** Somebody's name or picture as it is now, wherever they are shown. */
  renamed(user: User): void {
    for (const state of this.byId.values()) {
      const member = state.room.members.find((each) => each.id === user.id);
      if (member) {
        member.name = user.name;
        member.avatar_url = user.avatar_url;
      }
    }
  }
}

/** Versions come in increasing order, so the latest one heard is where catching up begins. */
function saw(state: RoomState, version: number): void {
  state.room.version = Math.max(state.room.version, version);
  if (!state.catchingUp) {
    state.cursor = Math.max(state.cursor, version);
  }
}

function changed(state: RoomState, version: number): void {
  state.changedAt = Math.max(state.changedAt, version);
  saw(state, version);
}

function activity(state: RoomState): string {
  return state.last?.created_at ?? state.room.updated_at;
}

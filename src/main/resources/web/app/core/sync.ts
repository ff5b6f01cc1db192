import { type Api, NEWEST } from './api.ts';
import type { Effect, Rooms, RoomState } from './rooms.ts';
import type { Signals } from './signals.ts';
import { WINDOW } from './timeline.ts';
import type { Frame, Gone, Message, Room } from './types.ts';

const PAGE = 50;
/** Pages of changes; who missed more gets the window anew. */
const MOST_PAGES = 4;
const REMEMBERED = 300;
/** Who types says so every few seconds; when that is not heard any more, neither was its end. In milliseconds. */
const TYPING = 10_000;
/** Within so many milliseconds a liked message is asked for, once: not by all who have it loaded at the same moment. */
const LIKED = 10_000;

/** Brings rooms up to date: at the start, after a lost link, and while somebody scrolls. */
export class Sync {
  onArrived: (message: Message) => void = () => {};
  onGone: (gone: Gone) => void = () => {};
  onLeft: (room: Room) => void = () => {};
  /** The first list of rooms is there. */
  ready = false;

  /** Frames that came while the list of rooms was on its way; null when it is not. */
  private held: Frame[] | null = null;
  /** Who asked for all rooms meanwhile: they are asked for once more. */
  private readonly again: ((refreshed: Promise<void>) => void)[] = [];
  /** The latest frames about messages: a page that was read before them may arrive after them. */
  private readonly recent: Frame[] = [];
  /** Rooms that showed their end when catching up with them failed. */
  private readonly failedAtEnd = new WeakSet<RoomState>();
  /** Messages that will be asked for, by id. */
  private readonly liked = new Map<number, number>();
  /** Messages whose links are asked for anew, by id. */
  private readonly renewing = new Map<number, Promise<Message | null>>();
  private readonly busy = new Map<string, Promise<boolean>>();
  /** Where somebody went last, by room: a message's seq or {@link NEWEST}; an answer for what was before comes too late. */
  private readonly jumps = new Map<number, number>();

  constructor(private readonly api: Api, private readonly rooms: Rooms, private readonly signals: Signals) {}

  /** Nothing of this session is there for the next one, nor what is still on its way. */
  end(): void {
    this.ready = false;
    this.held = null;
    this.again.length = 0;
    this.recent.length = 0;
    this.liked.forEach((timer) => clearTimeout(timer));
    this.liked.clear();
    this.renewing.clear();
    this.busy.clear();
    this.jumps.clear();
  }

  /** A live frame. */
  hear(frame: Frame): void {
    if (frame.type === 'new_message' || frame.type === 'message_update' || frame.type === 'message_deleted') {
      this.recent.push(frame);
      if (this.recent.length > REMEMBERED) {
        this.recent.shift();
      }
    }
    if (this.held) {
      this.held.push(frame);
    } else {
      this.take(frame);
    }
  }

  /** The link is back (or new): all rooms, then what the loaded ones have missed. Frames wait meanwhile. */
  async refresh(): Promise<void> {
    if (this.held) {
      return new Promise((resolve) => this.again.push(resolve));
    }
    const held: Frame[] = [];
    this.held = held;
    // That they stopped may be among what was missed; that they go on will be heard.
    this.rooms.byId.forEach((state) => state.typing.clear());
    const behind: { state: RoomState; atEnd: boolean }[] = [];
    // What came to exist after the question may not be in its answer.
    const asked = [...this.rooms.byId.values()];
    try {
      const answer = await this.api.rooms();
      const present = new Set(answer.rooms.map((room) => room.id));
      for (const state of asked) {
        if (!present.has(state.id) && this.rooms.byId.delete(state.id)) {
          this.onLeft(state.room);
        }
      }
      const arrived: Message[] = [];
      for (const room of answer.rooms) {
        const before = this.rooms.get(room.id)?.unread ?? 0;
        const state = this.rooms.put(room);
        if (this.ready && state.last && !state.last.is_deleted && state.unread > before) {
          arrived.push(state.last);
        }
        state.catchingUp = state.timeline.loaded && room.version > state.cursor;
        if (state.catchingUp) {
          behind.push({ state, atEnd: this.failedAtEnd.delete(state) || state.timeline.atEnd });
        }
      }
      this.ready = true;
      // Of each room the newest stands for all that was missed.
      arrived.forEach((message) => this.onArrived(message));
    } finally {
      // Not once the session is over.
      if (this.held === held) {
        this.held = null;
        held.forEach((frame) => this.take(frame));
        this.signals.tell('rooms');
        if (this.again.length) {
          const refreshed = this.refresh();
          this.again.splice(0).forEach((resolve) => resolve(refreshed));
        }
      }
    }
    await Promise.all(behind.map(({ state, atEnd }) => this.catchUp(state, atEnd)));
  }

  private async catchUp(state: RoomState, atEnd: boolean): Promise<void> {
    let complete = true;
    try {
      let since = state.cursor;
      for (let pages = 0;; pages++) {
        const answer = await this.api.changes(state.id, since);
        if (answer.has_more && pages === MOST_PAGES) {
          await this.reload(state);
          complete = false;
          since = answer.version;
          break;
        }
        answer.changes.forEach((frame) => this.take(frame));
        since = answer.version;
        if (!answer.has_more) {
          break;
        }
      }
      state.cursor = Math.max(since, state.cursor);
      // Not when it failed: what comes live must not hide what is missing before it.
      state.catchingUp = false;
    } finally {
      if (state.catchingUp && atEnd) {
        this.failedAtEnd.add(state);
      } else if (atEnd && complete) {
        // Live messages came while what is before them was on its way.
        await this.fill(state);
      }
      this.signals.tell('timeline', state.id);
      this.signals.tell('rooms');
    }
  }

  /** The same stretch of history anew, for who missed too much to be told change by change. */
  private async reload(state: RoomState): Promise<void> {
    const { timeline } = state;
    const from = Math.max(0, timeline.first - 1);
    const page = await this.api.after(state.id, from, WINDOW);
    timeline.reset(page.messages, from === 0, !page.has_more);
    this.reapply(state);
  }

  take(frame: Frame): void {
    const effect = this.rooms.apply(frame);
    if (frame.type === 'message_deleted') {
      this.onGone(frame.data);
    }
    const room = frame.type !== 'pong' && frame.type !== 'error' && 'room_id' in frame.data ? frame.data.room_id : undefined;
    if (frame.type === 'typing') {
      this.signals.tell('typing', room);
      setTimeout(() => {
        if (this.rooms.stopped(frame.data)) {
          this.signals.tell('typing', room);
        }
      }, TYPING);
    } else if (frame.type === 'new_message' || frame.type === 'message_update' || frame.type === 'message_deleted' || frame.type === 'message_read') {
      this.signals.tell('timeline', room);
      this.signals.tell('rooms');
    } else {
      this.signals.tell('rooms');
    }
    this.follow(effect);
  }

  private follow(effect: Effect): void {
    if (!effect) {
      return;
    }
    if ('fetch' in effect) {
      void this.fetchRoom(effect.fetch);
    } else if ('fill' in effect) {
      const state = this.rooms.get(effect.fill);
      if (state && !state.catchingUp) {
        void this.fill(state);
      }
    } else if ('refresh' in effect) {
      this.refreshSoon(effect.refresh);
    } else if ('left' in effect) {
      this.onLeft(effect.left);
    } else {
      this.onArrived(effect.arrived);
    }
  }

  private fetchRoom(id: number): Promise<boolean> {
    return this.once(`room ${id}`, async () => {
      const room = await this.api.room(id);
      const known = this.rooms.get(id) !== undefined;
      const state = this.rooms.put(room);
      if (!known && state.last && state.unread > 0) {
        this.onArrived(state.last);
      }
      // What came after the room was read and before it was here.
      this.recent.filter((frame) => frame.type !== 'pong' && frame.type !== 'error' && 'room_id' in frame.data && frame.data.room_id === id)
        .forEach((frame) => this.take(frame));
      this.signals.tell('rooms');
    });
  }

  private refreshSoon(message: Message): void {
    if (!this.liked.has(message.id)) {
      this.liked.set(message.id, setTimeout(() => {
        this.liked.delete(message.id);
        void this.refreshMessage(message);
      }, Math.random() * LIKED));
    }
  }

  /** One message as it is now for this person, with links that are valid again. */
  async refreshMessage(message: Pick<Message, 'room_id' | 'seq'>): Promise<Message | null> {
    const page = await this.api.after(message.room_id, message.seq - 1, 1).catch(() => null);
    const state = this.rooms.get(message.room_id);
    const fresh = page?.messages[0];
    if (!fresh || !state) {
      return null;
    }
    if (state.timeline.receive(fresh) === 'gap') {
      this.follow({ fill: message.room_id });
    }
    this.signals.tell('timeline', message.room_id);
    return fresh;
  }

  /** The same, asked for once by all who find at one moment that its links have expired while the page was open. */
  renew(message: Pick<Message, 'id' | 'room_id' | 'seq'>): Promise<Message | null> {
    const asked = this.renewing.get(message.id) ?? this.refreshMessage(message).finally(() => this.renewing.delete(message.id));
    this.renewing.set(message.id, asked);
    return asked;
  }

  /**
   * The first look at a room: where its owner stopped reading, or its newest messages.
   *
   * @returns whether they are there, as of all that is loaded for a reader
   */
  open(state: RoomState): Promise<boolean> {
    if (state.timeline.loaded) {
      return Promise.resolve(true);
    }
    return this.once(`open ${state.id}`, async () => {
      const cursor = state.room.version;
      const from = Math.max(0, state.lastRead - PAGE / 2);
      const page = state.unread > PAGE / 2 ? await this.api.after(state.id, from, PAGE) : await this.api.before(state.id, NEWEST, PAGE);
      const newest = state.unread <= PAGE / 2;
      state.timeline.reset(page.messages, newest ? !page.has_more : from === 0, newest ? true : !page.has_more);
      state.cursor = cursor;
      this.reapply(state);
    });
  }

  older(state: RoomState): Promise<boolean> {
    const { timeline } = state;
    if (timeline.atStart || !timeline.loaded || !timeline.messages.length) {
      return Promise.resolve(true);
    }
    return this.once(`page ${state.id}`, async () => {
      const page = await this.api.before(state.id, timeline.first, PAGE);
      timeline.prepend(page.messages, page.has_more);
      timeline.trim(WINDOW, 'start');
      this.reapply(state);
    });
  }

  newer(state: RoomState): Promise<boolean> {
    const { timeline } = state;
    if (timeline.atEnd || !timeline.loaded) {
      return Promise.resolve(true);
    }
    return this.once(`page ${state.id}`, async () => {
      const page = await this.api.after(state.id, timeline.last, PAGE);
      timeline.append(page.messages, page.has_more);
      timeline.trim(WINDOW, 'end');
      this.reapply(state);
    });
  }

  /** Fetches what was not heard of, up to the newest; a window that was further behind is left to its reader. */
  private async fill(state: RoomState): Promise<void> {
    for (let pages = 0, loaded = true; loaded && !state.timeline.atEnd && pages < MOST_PAGES; pages++) {
      loaded = await this.newer(state);
    }
  }

  /** The newest messages, wherever the window is now. */
  newest(state: RoomState): Promise<boolean> {
    this.jumps.set(state.id, NEWEST);
    if (state.timeline.atEnd) {
      return Promise.resolve(true);
    }
    return this.once(`jump ${state.id}`, async () => {
      const page = await this.api.before(state.id, NEWEST, PAGE);
      if (!this.isLatest(state, NEWEST)) {
        return;
      }
      state.timeline.reset(page.messages, !page.has_more, true);
      this.reapply(state);
    });
  }

  /** A window around one message. */
  around(state: RoomState, seq: number): Promise<boolean> {
    this.jumps.set(state.id, seq);
    if (state.timeline.find(seq)) {
      return Promise.resolve(true);
    }
    return this.once(`jump ${state.id} ${seq}`, async () => {
      const from = Math.max(0, seq - PAGE / 2);
      const page = await this.api.after(state.id, from, PAGE);
      if (!this.isLatest(state, seq)) {
        return;
      }
      state.timeline.reset(page.messages, from === 0, !page.has_more);
      this.reapply(state);
    });
  }

  /** Whether nobody has gone elsewhere in the room since. */
  isLatest(state: RoomState, seq: number): boolean {
    return this.jumps.get(state.id) === seq;
  }

  private reapply(state: RoomState): void {
    for (const frame of this.recent) {
      if (frame.type === 'new_message' || frame.type === 'message_update') {
        if (frame.data.room_id === state.id && state.timeline.receive(frame.data, false) === 'gap') {
          void this.fill(state);
        }
      } else if (frame.type === 'message_deleted' && frame.data.room_id === state.id) {
        state.timeline.remove(frame.data);
      }
    }
    this.signals.tell('timeline', state.id);
  }

  /** @returns whether it could be done */
  private once(key: string, act: () => Promise<void>): Promise<boolean> {
    let running = this.busy.get(key);
    if (!running) {
      running = act().then(() => true, (failure) => {
        console.info('Not loaded', key, String(failure));
        return false;
      }).finally(() => {
        if (this.busy.get(key) === running) {
          this.busy.delete(key);
        }
      });
      this.busy.set(key, running);
    }
    return running;
  }
}

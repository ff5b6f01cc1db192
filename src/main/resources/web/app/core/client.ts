import { Api, Cancelled } from './api.ts';
import { Drafts } from './drafts.ts';
import { uuid } from './ids.ts';
import { type Kept, keptIn } from './kept.ts';
import { Outbox } from './outbox.ts';
import { Pages } from './pages.ts';
import { Rooms, type RoomState } from './rooms.ts';
import { type Session, SESSION, Sessions } from './session.ts';
import { Signals } from './signals.ts';
import { type Link, LiveSocket } from './socket.ts';
import { Sync } from './sync.ts';
import type { Config, Frame, Gone, Message, User } from './types.ts';
import { Uploads } from './uploads.ts';

/** The service ends typing after six seconds that are not renewed. */
const TYPING_EVERY = 3_000;
/** Milliseconds after which what could not be asked is asked again, the link being open. */
const AGAIN = 5_000;

/** Everything the screens show and do, put together. */
export class Client {
  readonly signals = new Signals();
  readonly kept: Kept = keptIn(() => localStorage);
  readonly api: Api = new Api(() => this.session);
  readonly sessions = new Sessions(this.api, this.kept);
  readonly socket = new LiveSocket(() => this.session?.token ?? null);
  readonly rooms = new Rooms(() => this.session?.user.id ?? 0);
  readonly sync = new Sync(this.api, this.rooms, this.signals);
  readonly uploads = new Uploads(this.api, this.signals, this.kept);
  readonly drafts = new Drafts(this.kept);
  readonly outbox = new Outbox(this.api, this.uploads, this.kept, this.signals, (message) => {
    this.sync.take({ type: 'new_message', data: message });
  });
  private readonly pages = new Pages(this.kept, (page, late) => {
    const rooms = new Set<number>();
    this.outbox.inherit(page);
    this.uploads.inherit(page, (upload) => {
      if (upload.message) {
        this.outbox.resume(upload);
      } else {
        this.drafts.of(upload.room).uploads.push(upload);
        rooms.add(upload.room);
      }
    }, (room) => this.drafts.isFree(room));
    this.outbox.flush();
    this.signals.tell('uploads');
    if (late) {
      rooms.forEach((room) => this.onFiles(room));
    }
  });

  config: Config | null = null;
  link: Link = 'stopped';
  /** The session ended without its owner wanting it. */
  ended = false;
  private typedAt = 0;
  /** What could not be asked when the link opened is asked again. */
  private retry = 0;
  /** How far its owner has read, by room, of which the service has not said that it knows: a link may die with what is sent on it. */
  private readonly reading = new Map<number, number>();

  constructor() {
    this.sessions.onBegin = (session) => this.begin(session);
    this.sessions.onEnd = (unwanted) => this.end(unwanted);
    this.sessions.onToken = () => this.socket.wake();
    this.api.onBack = () => this.socket.wake();
    this.sync.onGone = (gone) => this.drafts.empty(gone.room_id, gone.id);
    this.outbox.onTakenBack = ({ room, content, reply }) => {
      this.drafts.giveBack(room, content, reply);
      this.signals.tell('drafts');
    };
    this.socket.onFrame = (frame) => this.hear(frame);
    this.socket.onRefused = () => void this.api.me().catch(() => {});
    this.socket.onLink = (link) => {
      this.link = link;
      this.signals.tell('link');
      if (link === 'open') {
        void this.catchUp();
      }
    };
  }

  get session(): Session | null {
    return this.sessions.current;
  }

  get me(): User {
    return this.session!.user;
  }

  /** Whether something would be lost with the page. */
  get active(): boolean {
    return this.uploads.active || this.outbox.active || this.drafts.active;
  }

  /** Whether something would be sent later, or not at all, if its owner signed out. */
  get unsent(): boolean {
    return this.active || this.outbox.size > 0;
  }

  /** Goes on where the last visit ended, and follows what other tabs and the network do. */
  start(): void {
    addEventListener('online', () => this.wake());
    addEventListener('offline', () => this.socket.lost());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') {
        this.wake();
      }
    });
    addEventListener('storage', (event) => {
      // No key: all was cleared.
      if (event.key === SESSION || event.key === null) {
        this.sessions.follow();
      } else if (event.key && this.drafts.follow(event.key, event.oldValue, event.newValue)) {
        this.signals.tell('drafts');
      } else if (event.key) {
        this.pages.follow(event.key);
      }
    });
    this.sessions.start();
  }

  private wake(): void {
    this.socket.wake();
    this.sessions.wake();
  }

  private begin(session: Session): void {
    this.ended = false;
    this.drafts.begin(session.user.id);
    const page = uuid();
    this.outbox.begin(session.user.id, page);
    this.uploads.begin(session.user.id, page);
    this.pages.begin(session.user.id, page);
    this.socket.start();
    this.signals.tell('session');
    void this.api.config().then((config) => this.config = config).catch(() => {});
    void this.api.me().then((user) => this.changed(user)).catch(() => {});
  }

  private end(unwanted: boolean): void {
    this.ended = unwanted;
    clearTimeout(this.retry);
    this.socket.stop();
    this.pages.end();
    this.uploads.end();
    this.outbox.end();
    this.rooms.byId.clear();
    this.sync.end();
    this.reading.clear();
    this.typedAt = 0;
    this.signals.tell('session');
  }

  /** One's own name or picture, as the service has it now. */
  changed(user: User): void {
    if (this.session) {
      this.sessions.keep({ user });
      this.rooms.renamed(user);
      this.signals.tell('session');
      this.signals.tell('rooms');
    }
  }

  /** What waits for a room that one is not in any more goes nowhere; its words are a draft, should one come back. @returns whether there was anything */
  abandon(room: number): boolean {
    const items = this.outbox.of(room);
    const files = this.drafts.of(room).uploads.splice(0);
    this.outbox.takeBack(...items);
    files.forEach((upload) => this.uploads.cancel(upload));
    return items.length + files.length > 0;
  }

  private async catchUp(): Promise<void> {
    clearTimeout(this.retry);
    try {
      await this.sync.refresh();
      // Nobody sees what is not sent to a room that was lost unheard; what was not tried yet may be for one that is new.
      this.outbox.takeBack(...this.outbox.failed.filter(({ room }) => !this.rooms.get(room)));
      this.config ??= await this.api.config();
    } catch {
      clearTimeout(this.retry);
      // If the link broke again, the next one catches up.
      this.retry = setTimeout(() => {
        if (this.link === 'open') {
          void this.catchUp();
        }
      }, AGAIN);
    }
    this.outbox.flush();
    this.reading.forEach((seq, room) => {
      const state = this.rooms.get(room);
      if (state && (state.room.last_read_seq ?? 0) < seq) {
        this.socket.send('mark_read', { room_id: room, seq });
      } else {
        this.reading.delete(room);
      }
    });
  }

  private hear(frame: Frame): void {
    if (frame.type === 'new_message' && frame.data.sender_details.id === this.session?.user.id) {
      this.sync.hear(frame);
      this.outbox.acknowledged(frame.data.local_temp_id);
    } else {
      this.sync.hear(frame);
    }
    if (frame.type === 'message_read' && frame.data.user_id === this.session?.user.id && frame.data.last_read_seq >= (this.reading.get(frame.data.room_id) ?? 0)) {
      this.reading.delete(frame.data.room_id);
    }
  }

  typing(room: number, isTyping: boolean): void {
    const now = Date.now();
    if (isTyping ? now - this.typedAt > TYPING_EVERY : this.typedAt > 0) {
      this.typedAt = isTyping ? now : 0;
      this.socket.send('typing', { room_id: room, is_typing: isTyping });
    }
  }

  /** Its owner has seen everything up to this message. */
  read(state: RoomState, seq: number): void {
    if (seq <= state.lastRead) {
      return;
    }
    this.rooms.readUpTo(state, seq);
    this.reading.set(state.id, seq);
    this.socket.send('mark_read', { room_id: state.id, seq });
    this.signals.tell('rooms');
  }

  /** A change of a message, shown as soon as it is answered. @returns whether it was made */
  async change(act: Promise<Message | Gone>): Promise<boolean> {
    try {
      const answer = await act;
      this.sync.take('content' in answer ? { type: 'message_update', data: answer } : { type: 'message_deleted', data: answer });
      return true;
    } catch (failure) {
      if (!(failure instanceof Cancelled)) {
        this.onTrouble(failure);
      }
      return false;
    }
  }

  /** Files that were chosen in a tab that is gone are among those to send now. */
  onFiles: (room: number) => void = () => {};
  /** Something the person asked for did not work. */
  onTrouble: (failure: unknown) => void = () => {};
}

export const client = new Client();

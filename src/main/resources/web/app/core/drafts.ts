import type { Kept } from './kept.ts';
import { emptied } from './timeline.ts';
import type { Message, ReplyPreview } from './types.ts';
import type { Upload } from './uploads.ts';

interface Stored {
  text: string;
  reply: ReplyPreview | null;
}

/** Under a key of its own: a tab that knows of no edit leaves another's alone. */
interface StoredEdit {
  message: Message;
  text: string;
}

/** What somebody is writing in a room. */
export interface Draft {
  text: string;
  reply: ReplyPreview | null;
  editing: Message | null;
  /** What was being written before an edit began. */
  aside: string;
  uploads: Upload[];
  /** What was written survives the page. */
  safe: boolean;
  /** Some of it was written on this page. */
  touched: boolean;
}

/** One draft a room; text, reply and edit survive a reload. */
export class Drafts {
  private readonly byRoom = new Map<number, Draft>();
  private prefix = '';
  private edits = '';

  constructor(private readonly kept: Kept) {}

  begin(userId: number): void {
    this.prefix = `parley.draft.${userId}.`;
    this.edits = `parley.edit.${userId}.`;
    this.byRoom.clear();
  }

  of(room: number): Draft {
    let draft = this.byRoom.get(room);
    if (!draft) {
      const { text = '', reply = null } = this.kept.get<Stored>(this.prefix + room) ?? {};
      const edit = this.kept.get<StoredEdit>(this.edits + room);
      draft = { text: edit?.text ?? text, reply, editing: edit?.message ?? null, aside: edit ? text : '', uploads: [], safe: true, touched: false };
      this.byRoom.set(room, draft);
    }
    return draft;
  }

  /**
   * Another tab kept a draft, or sent it: this one follows unless something else was written here.
   *
   * @param before what was kept until then, as JSON like what is kept now
   * @returns whether it does
   */
  follow(key: string, before: string | null, now: string | null): boolean {
    const draft = this.prefix && key.startsWith(this.prefix) ? this.byRoom.get(Number(key.slice(this.prefix.length))) : undefined;
    if (!draft) {
      return false;
    }
    const [old, fresh] = [before, now].map((kept): Stored => kept ? JSON.parse(kept) : { text: '', reply: null });
    const text = draft.editing ? 'aside' : 'text';
    if (draft[text] !== old.text || draft.reply?.id !== old.reply?.id) {
      return false;
    }
    draft[text] = fresh.text;
    draft.reply = fresh.reply;
    draft.touched = draft.editing !== null;
    return true;
  }

  /** Whether something would be lost with the page. */
  get active(): boolean {
    return [...this.byRoom.values()].some((draft) => !draft.safe);
  }

  /** Whether files that were chosen on another page would go with nothing that was written or chosen on this one. */
  isFree(room: number): boolean {
    const { touched, uploads } = this.of(room);
    return !touched && !uploads.length;
  }

  /** What was being written waits, with what was made of another message. */
  edit(room: number, message: Message): void {
    const draft = this.of(room);
    if (draft.editing?.id !== message.id) {
      Object.assign(draft, { touched: true, aside: written(draft), editing: message, text: message.content });
    }
  }

  /** Back to what was being written before. */
  endEdit(room: number): void {
    const draft = this.of(room);
    this.unedited(room, draft.aside);
  }

  /** The message is gone, what was made of it is not: it stays below what was being written before. */
  orphan(room: number): void {
    this.unedited(room, written(this.of(room)));
  }

  /** The message is gone, and with it what is kept of it to be answered; that this is an answer stays. */
  empty(room: number, id: number): void {
    const draft = this.of(room);
    if (draft.reply?.id === id && !draft.reply.is_deleted) {
      draft.reply = emptied(draft.reply);
      this.keep(room);
    }
  }

  /** What was sent off and did not go is written here again, before what was written since. */
  giveBack(room: number, text: string, reply: ReplyPreview | null): void {
    const draft = this.of(room);
    const since = draft.editing ? 'aside' : 'text';
    draft[since] = [text, draft[since]].filter((each) => each.trim()).join('\n');
    draft.reply ??= reply;
    this.keep(room);
  }

  private unedited(room: number, text: string): void {
    Object.assign(this.of(room), { editing: null, text, aside: '' });
    this.kept.remove(this.edits + room);
    this.keep(room);
  }

  keep(room: number): void {
    const draft = this.of(room);
    const { text: shown, reply, editing, aside } = draft;
    draft.safe = !editing || this.kept.set(this.edits + room, { message: editing, text: shown } satisfies StoredEdit);
    const text = editing ? aside : shown;
    draft.touched = editing !== null || text !== '' || reply !== null;
    if (text || reply) {
      draft.safe = this.kept.set(this.prefix + room, { text, reply } satisfies Stored) && draft.safe;
    } else {
      this.kept.remove(this.prefix + room);
    }
  }
}

/** All that would be lost with an edit, or without one. */
function written({ text, editing, aside }: Draft): string {
  const isSame = text.trim() === editing?.content.trim();
  return isSame ? aside : [aside, text].filter((each) => each.trim()).join('\n');
}

import type { Kept } from './kept.ts';
import type { Message, ReplyPreview } from './types.ts';
import type { Upload } from './uploads.ts';

/** What somebody is writing in a room. */
export interface Draft {
  text: string;
  reply: ReplyPreview | null;
  editing: Message | null;
  uploads: Upload[];
}

/** One draft a room; text and reply survive a reload. */
export class Drafts {
  private readonly byRoom = new Map<number, Draft>();
  private prefix = '';

  constructor(private readonly kept: Kept) {}

  begin(userId: number): void {
    this.prefix = `parley.draft.${userId}.`;
    this.byRoom.clear();
  }

  of(room: number): Draft {
    let draft = this.byRoom.get(room);
    if (!draft) {
      const kept = this.kept.get<Pick<Draft, 'text' | 'reply'>>(this.prefix + room);
      draft = { text: kept?.text ?? '', reply: kept?.reply ?? null, editing: null, uploads: [] };
      this.byRoom.set(room, draft);
    }
    return draft;
  }

  keep(room: number): void {
    const { text, reply, editing } = this.of(room);
    if (editing) {
      return;
    }
    if (text || reply) {
      this.kept.set(this.prefix + room, { text, reply });
    } else {
      this.kept.remove(this.prefix + room);
    }
  }
}

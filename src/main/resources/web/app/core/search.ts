import type { Api } from './api.ts';
import type { Message } from './types.ts';

const PAGE = 30;

/** Looks for words in a conversation, from its newest messages back, until a page is found or everything was looked at. */
export class Search {
  /** Newest first. */
  found: readonly Message[] = [];
  hasMore = false;
  busy = false;
  begun = false;
  failure: unknown = null;
  private before: number | null = null;
  private stopped = false;

  constructor(
    private readonly api: Pick<Api, 'find'>,
    private readonly room: number,
    readonly text: string,
    public changed: () => void,
  ) {}

  async more(): Promise<void> {
    if (this.busy) {
      return;
    }
    this.busy = true;
    this.begun = true;
    this.stopped = false;
    this.failure = null;
    this.changed();
    const wanted = this.found.length + PAGE;
    try {
      do {
        const part = await this.api.find(this.room, this.text, this.before, wanted - this.found.length);
        this.found = [...this.found, ...part.messages.toReversed()];
        this.before = part.searched_to;
        this.hasMore = part.has_more;
        this.changed();
      } while (this.hasMore && this.found.length < wanted && !this.stopped);
    } catch (failure) {
      this.failure = failure;
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** Nobody looks at what it finds for now. */
  stop(): void {
    this.stopped = true;
  }
}

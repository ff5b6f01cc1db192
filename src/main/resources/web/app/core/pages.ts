import type { Kept } from './kept.ts';

/** A page that is loaded again goes on with what it had itself: the others leave it the time for that, in milliseconds. */
const RELOAD = 5_000;

/**
 * The pages of a person in one browser. What one of them keeps bears its mark and is its alone for as long as it is there;
 * when it is gone, one of the others takes up all of it, so that what belongs together stays together.
 */
export class Pages {
  private prefixes: string[] = [];
  private over = new AbortController();
  /** Pages whose things are taken up, now or once they are gone; and this one. */
  private readonly known = new Set<string>();

  /** @param inherit takes up what a page has left */
  constructor(private readonly kept: Kept, private readonly inherit: (page: string) => void, private readonly reload = RELOAD) {}

  /** @param page the mark of this one, for this session */
  begin(userId: number, page: string): void {
    this.over = new AbortController();
    this.prefixes = [`parley.outbox.${userId}.`, `parley.upload.${userId}.`];
    this.known.add(page);
    void this.take(page, () => {});
    this.prefixes.flatMap((prefix) => this.kept.keys(prefix)).forEach((key) => this.watch(key));
  }

  end(): void {
    this.over.abort();
    this.known.clear();
  }

  /** Another page has kept something under this key. */
  follow(key: string): void {
    // Where there are no locks, nobody knows whether that page is still there.
    if (locks() && this.prefixes.some((prefix) => key.startsWith(prefix))) {
      this.watch(key);
    }
  }

  private watch(key: string): void {
    const stored = this.kept.get<{ page: string }>(key);
    if (stored && !this.known.has(stored.page)) {
      this.known.add(stored.page);
      void this.succeed(stored.page);
    }
  }

  /** Waits until a page is gone, and was not just loaded again, to be its heir. */
  private async succeed(page: string): Promise<void> {
    const { signal } = this.over;
    while (!signal.aborted && !await this.take(page, () => this.inherit(page))) {
      await locks()!.request(name(page), { signal }, () => {}).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, this.reload));
    }
  }

  /** Does something for a page and stands for it until the session ends. @returns false when another does */
  private take(page: string, act: () => void): Promise<boolean> {
    const { signal } = this.over;
    return new Promise((taken) => {
      const granted = async (lock: Lock | null) => {
        taken(lock !== null);
        if (lock && !signal.aborted) {
          act();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }
      };
      if (locks()) {
        void locks()!.request(name(page), { ifAvailable: true }, granted);
      } else {
        act();
        taken(true);
      }
    });
  }
}

/** Missing on pages that did not come over TLS. */
function locks(): LockManager | undefined {
  return (navigator as { locks?: LockManager }).locks;
}

function name(page: string): string {
  return `parley.page.${page}`;
}

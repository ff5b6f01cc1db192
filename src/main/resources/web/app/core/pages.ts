import { type Kept, keptIn } from './kept.ts';

/** A page that is loaded again goes on with what it had itself: the others leave it the time for that, in milliseconds. */
const RELOAD = 5_000;
/** Where a page that is loaded again finds the mark it had. */
const MARK = 'parley.page';

interface Marked {
  page: string;
}

/**
 * The pages of a person in one browser. What one of them keeps bears its mark and is its alone for as long as it is there;
 * when it is gone, one of the others takes up all of it, so that what belongs together stays together.
 */
export class Pages {
  private prefixes: string[] = [];
  private over = new AbortController();
  /** Pages whose things are taken up, now or once they are gone; and this one. */
  private readonly known = new Set<string>();

  /** @param inherit takes up what a page has left; late when that was there for some time beside this one */
  constructor(
    private readonly kept: Kept,
    private readonly inherit: (page: string, late: boolean) => void,
    private readonly own: Kept = keptIn(() => sessionStorage),
    private readonly reload = RELOAD,
  ) {}

  /** @param page the mark of this one, for this session */
  begin(userId: number, page: string): void {
    this.over = new AbortController();
    this.prefixes = [`parley.outbox.${userId}.`, `parley.upload.${userId}.`];
    this.known.add(page);
    void this.take(page, () => {});
    const keys = this.prefixes.flatMap((prefix) => this.kept.keys(prefix));
    // What it had itself comes first: what others left may find no place beside it.
    const before = this.own.get<string>(MARK);
    this.own.set(MARK, page);
    keys.filter((key) => this.kept.get<Marked>(key)?.page === before).forEach((key) => this.watch(key));
    keys.forEach((key) => this.watch(key));
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
    const stored = this.kept.get<Marked>(key);
    if (stored && !this.known.has(stored.page)) {
      this.known.add(stored.page);
      void this.succeed(stored.page);
    }
  }

  /** Waits until a page is gone, and was not just loaded again, to be its heir. */
  private async succeed(page: string): Promise<void> {
    const { signal } = this.over;
    let late = false;
    while (!signal.aborted && !await this.take(page, () => this.inherit(page, late))) {
      late = true;
      await locks()!.request(name(page), { signal }, () => {}).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, this.reload));
    }
  }

  /** Does something for a page and stands for it until the session ends. @returns false when another does */
  private take(page: string, act: () => void): Promise<boolean> {
    const { signal } = this.over;
    return new Promise((taken) => {
      let denied = true;
      const granted = async (lock: Lock | null) => {
        denied = false;
        taken(lock !== null);
        if (lock && !signal.aborted) {
          act();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }
      };
      const alone = () => {
        if (denied) {
          act();
          taken(true);
        }
      };
      if (locks()) {
        // Where they are denied, nobody else has them either.
        locks()!.request(name(page), { ifAvailable: true }, granted).catch(alone);
      } else {
        alone();
      }
    });
  }
}

/** Missing on pages that did not come over TLS. */
export function locks(): LockManager | undefined {
  return (navigator as { locks?: LockManager }).locks;
}

function name(page: string): string {
  return `parley.page.${page}`;
}

import { type Api, Cancelled, Refused, Unreachable } from './api.ts';
import { Backoff } from './backoff.ts';
import type { Kept } from './kept.ts';
import type { SignedIn, User } from './types.ts';

/** What the tabs of a browser share; times are those of its clock, in milliseconds. */
export interface Session {
  token: string;
  user: User;
  /** When half of the token's life is over; what an older program kept does not say. */
  renewAt?: number;
  /** When a tab asked for another token that it is still waiting for. */
  askedAt?: number;
}

export const SESSION = 'parley.session';
/** For a tab that asks for a token: it may be gone. */
const PATIENCE = 60_000;
const LOOK = 200;
/** Of several tabs that find the token half over at once, the first asks and the others see that. */
const SPREAD = 1_000;
/** Before a session ends its tokens last ever shorter. */
const SOONEST = 5_000;
/** Timers stand still while the computer sleeps: the clock is looked at again. */
const LATEST = 60_000;

/** Who is signed in: one session for all tabs of a browser, which goes on with another token before one expires. */
export class Sessions {
  current: Session | null = null;
  onBegin: (session: Session) => void = () => {};
  onEnd: (unwanted: boolean) => void = () => {};
  /** There is another token for the same person. */
  onToken: () => void = () => {};

  private timer = 0;
  private readonly backoff = new Backoff(5_000, 60_000);
  /** When a renewal that failed is tried again, or sooner if nobody could be asked and the network is back. */
  private againAt = 0;
  private unreached = false;
  /** The browser has room for the session. */
  private isKept = true;

  constructor(private readonly api: Api, private readonly kept: Kept) {
    api.onRefused = (token) => this.refused(token);
  }

  /** Goes on where the last visit ended. */
  start(): void {
    const session = this.kept.get<Session>(SESSION);
    if (session) {
      this.begin(session);
    }
  }

  async signIn(answer: Promise<SignedIn>): Promise<void> {
    const session = begun(await answer);
    this.isKept = this.kept.set(SESSION, session);
    this.begin(session);
  }

  /** @param unwanted its owner did not ask for that */
  signOut(unwanted = false): void {
    this.kept.remove(SESSION);
    this.end(unwanted);
  }

  private begin(session: Session): void {
    this.current = session;
    this.settled();
    this.onBegin(session);
    this.schedule();
  }

  private end(unwanted: boolean): void {
    if (this.current) {
      this.current = null;
      clearTimeout(this.timer);
      this.onEnd(unwanted);
    }
  }

  /** What all tabs have; only this one where nothing can be kept. */
  private get shared(): Session | null {
    return this.isKept ? this.kept.get<Session>(SESSION) : this.current;
  }

  /** For all tabs, unless somebody signed out or in in one of them, of which this one has yet to hear. */
  keep(change: Partial<Session>): void {
    const { shared } = this;
    if (shared && shared.user.id === this.current?.user.id) {
      this.current = { ...shared, ...change };
      this.isKept = this.kept.set(SESSION, this.current);
    }
  }

  /** Another tab has another token, or somebody signed in or out there. */
  follow(): void {
    const { current } = this;
    const session = this.kept.get<Session>(SESSION);
    if (session && session.user.id === current?.user.id) {
      this.current = session;
      this.schedule();
      if (session.token !== current.token) {
        this.onToken();
      }
    } else {
      this.end(false);
      // First everything that is shown to the one goes, then the other begins.
      setTimeout(() => {
        const session = this.kept.get<Session>(SESSION);
        if (session && !this.current) {
          this.begin(session);
        }
      });
    }
  }

  /** A token that another tab, or this one, has another for by now is no news. @returns whether there is another */
  private async refused(token: string): Promise<boolean> {
    // The one that is on its way may have made all before it void.
    await this.answered();
    if (this.shared?.token === token) {
      this.signOut(true);
    } else if (this.current?.token === token) {
      this.follow();
    }
    return this.current !== null && this.current.token !== token;
  }

  private async answered(): Promise<void> {
    while (isAsked(this.shared)) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  /** The network is back, or somebody looks at the page again, perhaps after a night. */
  wake(): void {
    if (this.unreached) {
      this.settled();
    }
    this.schedule();
  }

  private settled(): void {
    this.backoff.reset();
    this.againAt = 0;
    this.unreached = false;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.current) {
      const wait = Math.max(this.current.renewAt ?? 0, this.againAt) - Date.now();
      this.timer = setTimeout(() => void this.renew(), Math.min(LATEST, Math.max(0, wait) + Math.random() * SPREAD));
    }
  }

  private async renew(): Promise<void> {
    const { shared } = this;
    if (shared && Date.now() >= Math.max(shared.renewAt ?? 0, this.againAt) && !isAsked(shared)) {
      try {
        // Not in place of one that came with another password meanwhile.
        await this.ask(() => this.api.refresh(), (token) => this.shared?.token === token);
        this.settled();
      } catch (failure) {
        this.unreached = failure instanceof Unreachable;
        this.againAt = Date.now() + Math.max(this.backoff.next(), failure instanceof Refused ? failure.retryAfter * 1_000 : 0);
      }
    }
    this.schedule();
  }

  /** The service ends all other sessions of this person; what goes on in this browser does so with the new token. */
  async changePassword(current: string, password: string): Promise<void> {
    await this.answered();
    await this.ask(() => this.api.changePassword(current, password), () => true);
  }

  private async ask(what: () => Promise<SignedIn>, isWanted: (token: string) => boolean): Promise<void> {
    if (!this.current) {
      throw new Cancelled('session');
    }
    const { token } = this.current;
    this.keep({ askedAt: Date.now() });
    try {
      const answer = begun(await what());
      this.keep({ ...isWanted(token) ? answer : {}, askedAt: undefined });
      this.onToken();
      this.schedule();
    } catch (failure) {
      this.keep({ askedAt: undefined });
      if (failure instanceof Refused && failure.status === 401) {
        await this.refused(token);
      }
      throw failure;
    }
  }
}

function begun({ access_token, expires_in, user }: SignedIn): Session {
  return { token: access_token, user, renewAt: Date.now() + Math.max(SOONEST, expires_in * 500) };
}

function isAsked(session: Session | null): boolean {
  return session?.askedAt !== undefined && Math.abs(Date.now() - session.askedAt) < PATIENCE;
}

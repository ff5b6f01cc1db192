import { Api, Refused, Unreachable } from '../../main/resources/web/app/core/api.ts';
import { type Session, SESSION, Sessions } from '../../main/resources/web/app/core/session.ts';
import { equal, kept, user } from './testsupport.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LIFE = HOUR;

/** A browser, the service and a clock: tabs share what is kept, hear of it a moment later, and time passes when it is told to. */
class World {
  time = 1_000 * HOUR;
  readonly things = new Map<string, string>();
  readonly asked: string[] = [];
  /** Tokens the service takes. */
  readonly good = new Set<string>(['first']);
  /** What becomes of requests for a token. */
  status: number | null = 200;
  retryAfter = '';
  lasts = LIFE;
  /** How long an answer takes. */
  delay = 0;
  private readonly tabs: Sessions[] = [];
  private timers: { at: number; act: () => void; id: number }[] = [];
  private ids = 0;

  later = (act: () => void, after = 0) => {
    this.timers.push({ at: this.time + after, act, id: ++this.ids });
    return this.ids;
  };

  never = (id: number) => {
    this.timers = this.timers.filter((timer) => timer.id !== id);
  };

  tab(change: Partial<Session> = {}, things = this.things, hasRoom = true) {
    const api: Api = new Api(() => sessions.current, this.fetch);
    const own = kept(things, () => hasRoom);
    const sessions: Sessions = new Sessions(api, {
      ...own,
      set: (key, value) => own.set(key, value) && this.told(sessions),
      remove: (key) => void (own.remove(key), this.told(sessions)),
    });
    const ended: boolean[] = [];
    sessions.onEnd = (unwanted) => ended.push(unwanted);
    if (!things.has(SESSION)) {
      own.set(SESSION, { token: 'first', user: user(1), renewAt: this.time + LIFE / 2, ...change });
    }
    sessions.start();
    this.tabs.push(sessions);
    return { api, sessions, ended, token: () => sessions.current?.token };
  }

  private told(by: Sessions): boolean {
    this.later(() => this.tabs.filter((tab) => tab !== by).forEach((tab) => tab.follow()), 5);
    return true;
  }

  fetch = async (path: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const token = (init!.headers as Record<string, string>).Authorization?.slice('Bearer '.length);
    const isGood = this.good.has(token);
    const { status } = this;
    if (path === '/api/chat/rooms') {
      return new Response('{"rooms": []}', { status: isGood ? 200 : 401 });
    }
    this.asked.push(`${String(path).split('/').at(-1)} ${token}`);
    const fresh = `token ${this.asked.length}`;
    if (isGood && status === 200) {
      if (path === '/api/auth/password') {
        this.good.clear();
      }
      this.good.add(fresh);
    }
    await new Promise<void>((resolve) => this.later(resolve, this.delay));
    if (status === null) {
      throw new TypeError('offline');
    }
    return new Response(JSON.stringify({ access_token: fresh, token_type: 'Bearer', expires_in: this.lasts / 1_000, user: user(1) }), {
      status: isGood ? status : 401,
      headers: { 'Retry-After': this.retryAfter },
    });
  };

  /** @param asleep no timer runs meanwhile */
  async pass(milliseconds: number, asleep = false): Promise<void> {
    const end = this.time + milliseconds;
    await turn();
    for (;;) {
      const next = this.timers.reduce<typeof this.timers[0] | null>((first, each) => each.at <= end && (!first || each.at < first.at) ? each : first, null);
      if (asleep || !next) {
        break;
      }
      this.time = Math.max(this.time, next.at);
      this.never(next.id);
      next.act();
      await turn();
    }
    this.time = end;
  }
}

const { setTimeout: later, clearTimeout: never } = globalThis;

/** Whatever needs no time is done. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) {
    await new Promise((resolve) => later(resolve));
  }
}

function inWorld(name: string, act: (world: World) => Promise<void>): void {
  Deno.test(name, async () => {
    const { now } = Date;
    const world = new World();
    Object.assign(globalThis, { setTimeout: world.later, clearTimeout: world.never });
    Date.now = () => world.time;
    try {
      await act(world);
    } finally {
      Object.assign(globalThis, { setTimeout: later, clearTimeout: never });
      Date.now = now;
    }
  });
}

inWorld('a token is renewed when half of its life is over, again and again', async (world) => {
  const { token, ended } = world.tab();
  await world.pass(LIFE / 2 - 2_000);
  equal(world.asked, []);
  await world.pass(MINUTE);
  equal([world.asked, token()], [['refresh first'], 'token 1']);
  await world.pass(LIFE / 2);
  equal([world.asked, token(), ended], [['refresh first', 'refresh token 1'], 'token 2', []]);
});

inWorld('what an older program kept is renewed at once', async (world) => {
  const { token } = world.tab({ renewAt: undefined });
  await world.pass(2_000);
  equal([world.asked, token()], [['refresh first'], 'token 1']);
});

inWorld('one renewal serves all tabs, and those that come later', async (world) => {
  world.delay = 2_000;
  const tabs = Array.from({ length: 4 }, () => world.tab());
  await world.pass(LIFE / 2 + MINUTE);
  tabs.push(world.tab());
  await world.pass(MINUTE);
  equal(world.asked, ['refresh first']);
  equal(tabs.map(({ token }) => token()), Array(5).fill('token 1'));
  equal(tabs.flatMap(({ ended }) => ended), []);
});

inWorld('after a night the token is renewed as soon as somebody looks', async (world) => {
  const { sessions, token } = world.tab();
  await world.pass(LIFE - MINUTE, true);
  sessions.wake();
  await world.pass(1_000);
  equal([world.asked, token()], [['refresh first'], 'token 1']);
});

inWorld('and within a minute when nobody does', async (world) => {
  const { token } = world.tab();
  await world.pass(1_000);
  await world.pass(LIFE - MINUTE, true);
  await world.pass(MINUTE);
  equal(token(), 'token 1');
});

inWorld('a renewal that fails is tried again, more and more seldom, and signs nobody out', async (world) => {
  for (const status of [null, 503, 429, 404]) {
    world.asked.length = 0;
    world.status = status;
    const { sessions, ended, token } = world.tab({}, new Map([[SESSION, JSON.stringify({ token: 'first', user: user(1) })]]));
    await world.pass(MINUTE);
    const soon = world.asked.length;
    await world.pass(10 * MINUTE);
    const late = world.asked.length - soon;
    equal([soon >= 3 && soon <= 6, late >= 8 && late <= 22, token(), ended], [true, true, 'first', []]);
    world.status = 200;
    await world.pass(2 * MINUTE);
    equal(token(), `token ${world.asked.length}`);
    sessions.signOut();
  }
});

inWorld('when the network is back nobody waits, nor is one asked sooner that said when', async (world) => {
  world.status = null;
  const { sessions, token } = world.tab({ renewAt: 0 });
  await world.pass(10 * MINUTE);
  world.status = 429;
  world.retryAfter = '600';
  sessions.wake();
  await world.pass(1_000);
  const tries = world.asked.length;
  world.status = 200;
  sessions.wake();
  await world.pass(590_000);
  equal([world.asked.length, token()], [tries, 'first']);
  await world.pass(MINUTE);
  equal(token(), `token ${tries + 1}`);
});

inWorld('a session that has ended signs out all tabs, and one of them says so', async (world) => {
  const tabs = [world.tab(), world.tab()];
  world.good.clear();
  await world.pass(LIFE / 2 + MINUTE);
  equal([world.asked.length, tabs.map(({ token }) => token())], [1, [undefined, undefined]]);
  equal(tabs.flatMap(({ ended }) => ended).sort(), [false, true]);
  equal(world.things.size, 0);
});

inWorld('no tab is signed out by another password, even before its token is here', async (world) => {
  const [one, other] = [world.tab(), world.tab()];
  world.delay = 3_000;
  const change = one.sessions.changePassword('old', 'new');
  await world.pass(1_000);
  // The service takes the old token no longer, but its answer is still on its way.
  const rooms = [one, other].map(({ api }) => api.rooms());
  await world.pass(3_000);
  await change;
  equal((await Promise.all(rooms)).map((answer) => answer.rooms), [[], []]);
  equal([one, other].map(({ token, ended }) => [token(), ended]), [['token 1', []], ['token 1', []]]);
});

inWorld('a renewal that another password has overtaken changes nothing', async (world) => {
  world.delay = 3_000;
  const { sessions, token, ended } = world.tab({ renewAt: 0 });
  await world.pass(1_500);
  equal(world.asked, ['refresh first']);
  // As another tab does that has not heard of the renewal.
  sessions.keep({ askedAt: undefined });
  const change = sessions.changePassword('old', 'new');
  await world.pass(10_000);
  await change;
  equal([world.asked, token(), ended], [['refresh first', 'password first'], 'token 2', []]);
});

inWorld('a password that is refused changes nothing, and the next request asks with the same token', async (world) => {
  const { api, sessions, token, ended } = world.tab();
  for (const status of [400, 403, 429, null]) {
    world.status = status;
    const failed = sessions.changePassword('wrong', 'new').catch((failure) => failure);
    await world.pass(1_000);
    equal(await failed instanceof (status ? Refused : Unreachable), true);
    equal((await api.rooms()).rooms, []);
  }
  equal([token(), ended], ['first', []]);
});

inWorld('a token that another browser made void ends the session, also for who changes the password', async (world) => {
  for (const ask of [(tab: ReturnType<World['tab']>) => tab.api.rooms(), (tab: ReturnType<World['tab']>) => tab.sessions.changePassword('old', 'new')]) {
    world.good.clear();
    const tab = world.tab({}, new Map([[SESSION, JSON.stringify({ token: 'first', user: user(1), renewAt: world.time + HOUR })]]));
    const failed = ask(tab).catch((failure) => failure.status);
    await world.pass(1_000);
    equal([await failed, tab.ended, tab.token()], [401, [true], undefined]);
  }
});

inWorld('a tab that is gone while it asks is not waited for forever', async (world) => {
  const { token } = world.tab({ renewAt: 0, askedAt: world.time });
  await world.pass(50_000);
  equal(world.asked, []);
  await world.pass(30_000);
  equal(token(), 'token 1');
});

inWorld('who has signed out in another tab stays so, whatever was on its way', async (world) => {
  world.delay = 3_000;
  const [one, other] = [world.tab({ renewAt: 0 }), world.tab({ renewAt: 0 })];
  await world.pass(1_500);
  equal(world.asked.length, 1);
  world.things.clear();
  await world.pass(3_000);
  [one, other].forEach(({ sessions }) => sessions.follow());
  await world.pass(3_000);
  equal([world.things.size, one.token(), other.token()], [0, undefined, undefined]);
});

inWorld('where the browser keeps nothing the session goes on nevertheless', async (world) => {
  const { sessions, token, ended } = world.tab({}, new Map(), false);
  await sessions.signIn(Promise.resolve({ access_token: 'first', token_type: 'Bearer', expires_in: LIFE / 1_000, user: user(1) }));
  await world.pass(LIFE / 2 + MINUTE);
  equal([token(), ended], ['token 1', []]);
  const change = sessions.changePassword('old', 'new');
  await world.pass(1_000);
  await change;
  equal([token(), ended], ['token 2', []]);
});

import './style.css';
import { Attempts, type Report, scanned, told } from './attempts.ts';
import * as diagnose from './diagnose.ts';
import type { Answer, Finding, Upload } from './diagnose.ts';

const SESSION = 'parley.session';
const WORDS = { running: 'Trying …', ok: 'Well', warning: 'Look', failed: 'Failed' };
const NAMES: Record<string, string> = {
  database: 'Database',
  database_clock: 'Clock of the database',
  store: 'File store',
  store_clock: 'Clock of the store',
  disk: 'Room for uploads',
  previews: 'Programs that make previews',
};
const PART = [1000, 1499];
const TICKS = 5;
const TICK = 200;

const list = document.querySelector<HTMLElement>('#checks')!;
const summary = document.querySelector<HTMLElement>('#summary')!;
const again = document.querySelector<HTMLButtonElement>('#again')!;

function element(parent: Element, tag: string, name: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  parent.append(made);
  return made;
}

/** A line that says what is tried, and then what came of it. */
async function check(id: string, title: string, attempt: (say: (text: string) => void) => Promise<Finding> | Finding): Promise<Finding> {
  const line = element(list, 'li', '');
  line.dataset.check = id;
  line.dataset.state = 'running';
  const state = element(line, 'span', 'state', WORDS.running);
  element(line, 'h2', '', title);
  const found = element(line, 'p', 'found');
  let finding: Finding;
  try {
    finding = await attempt((text) => found.textContent = text);
  } catch (failure) {
    finding = { state: 'failed', text: `It could not be tried: ${failure instanceof Error ? failure.message : failure}` };
  }
  line.dataset.state = finding.state;
  state.textContent = WORDS[finding.state];
  found.textContent = finding.text;
  if (finding.advice) {
    element(line, 'p', 'advice', finding.advice);
  }
  return finding;
}

function token(): string | null {
  try {
    return (JSON.parse(localStorage.getItem(SESSION) ?? 'null') as { token: string } | null)?.token ?? null;
  } catch {
    return null;
  }
}

async function examine(attempts: Attempts): Promise<void> {
  const start = Date.now();
  const answer = await attempts.get('/api/admin/doctor');
  if (answer.status === 401 || answer.status === 403) {
    summary.textContent = answer.status === 401
      ? 'You are no longer signed in. Sign in at the conversations, then come back.'
      : 'This page is for admins of the service: POST /api/auth/admin with the secret parley.admin-code makes you one.';
    return;
  }
  const server = answer.headers.get('Server');
  const cached = diagnose.caching(answer.headers.get('Cache-Control'), answer.headers.get('Age'));
  if (!answer.ok) {
    const refusal = await told(answer);
    await check('server', 'Requests', () => ({ state: 'failed', text: `${diagnose.hop(refusal)} answered ${refusal.status}.` }));
    return;
  }
  const report = await answer.json() as Report;
  const roundTrip = Date.now() - start;
  await check('front', `Parley ${report.version}`, () => diagnose.front(server));
  const address = await check('address', 'Public address', () => diagnose.address(report.request, report.base_url, location.origin));
  await check('client', 'Addresses of clients', () => diagnose.clientAddress(report.request, server));
  for (const { name, state, detail } of report.checks) {
    await check(name, NAMES[name] ?? name, () => ({ state, text: detail }));
  }
  const spent = report.checks.reduce((sum, one) => sum + one.took_millis, 0);
  await check('clock', 'Clock of the server', () =>
    // The server looked at its clock before it made its checks' answer, after nearly all of the time.
    diagnose.clock(Date.parse(report.now) - (start + Math.min(roundTrip, spent)), Math.max(1, roundTrip - spent)));
  const posts: Answer[] = [];
  await files(attempts, cached, posts);
  const { file, request, frame } = report.limits;
  const body = await upload(attempts, 'upload', file, server, request);
  if (body?.kind === 'answered') {
    posts.push(body.answer);
  }
  await sockets(attempts, frame, () => diagnose.stranger(address, posts), body, server);
  await check('stream', 'Answers as they are made', async () => diagnose.stream(await attempts.stream(), TICKS, TICK, server));
  if (body?.kind === 'answered' && body.answer.status === 200 && request > file && diagnose.isLimited(request)) {
    offer('upload', `Try ${diagnose.size(request)} as well`, () => upload(attempts, 'largest', request, server));
  }
}

/** @param most bytes of the largest request that Parley takes */
async function upload(attempts: Attempts, id: string, bytes: number, server: string | null, most = bytes): Promise<Upload | null> {
  let outcome: Upload | null = null;
  await check(id, `A body of ${diagnose.size(bytes)}`, async (say) => {
    outcome = await attempts.sink(bytes, (sent) => say(`${diagnose.size(sent)} sent`));
    return diagnose.largeBody(outcome, bytes, server, most);
  });
  return outcome;
}

/** A button in a check's line that goes further, once; it may take minutes that nobody should have to wait for. */
function offer(id: string, text: string, further: () => Promise<unknown>): void {
  const line = list.querySelector(`[data-check='${id}']`)!;
  const button = element(line, 'button', 'more', text) as HTMLButtonElement;
  button.type = 'button';
  button.addEventListener('click', async () => {
    button.remove();
    again.disabled = true;
    await further();
    summarise();
    again.disabled = false;
  });
}

/** @param posts is told what was answered */
async function files(attempts: Attempts, cached: Finding, posts: Answer[]): Promise<void> {
  const content = Array.from({ length: 400 }, (_, line) => `Line ${line} of a file that tries a deployment.`).join('\n');
  const bytes = new TextEncoder().encode(content).length;
  let file: { id: string; url: string } | null = null;
  let fetched = false;
  await check('file', 'A small file', async (say) => {
    const stored = await told(await attempts.upload(new Blob([content]), 'doctor.txt'));
    posts.push(stored);
    if (stored.status !== 201) {
      return diagnose.smallFile(stored, null);
    }
    file = (JSON.parse(stored.body) as { files: { id: string; url: string }[] }).files[0];
    say('Stored, and asked for again');
    const address = here(file.url);
    const start = performance.now();
    const answer = await told(await scanned(() => attempts.get(address)));
    fetched = answer.status === 200;
    return diagnose.smallFile(stored, { answer, same: answer.body === content, millis: performance.now() - start });
  });
  if (file) {
    const { id, url } = file as { id: string; url: string };
    await check('range', 'Parts of files', async () => {
      if (!fetched) {
        return { state: 'warning', text: 'Not tried, for the small file could not be fetched.' };
      }
      const part = await attempts.get(here(url), { Range: `bytes=${PART[0]}-${PART[1]}` });
      const got = (await part.arrayBuffer()).byteLength;
      return diagnose.range(part.status, part.headers.get('Content-Range'), PART[1] - PART[0] + 1, got, bytes);
    });
    await attempts.forget(id);
  }
  await check('caching', 'Caches in between', () => cached);
}

/** A wrong base URL is told of elsewhere; what is tried here is this address. */
function here(url: string): string {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}

async function sockets(
  attempts: Attempts,
  frame: number,
  isStranger: () => boolean,
  body: Upload | null,
  server: string | null,
): Promise<void> {
  let socket: WebSocket | null = null;
  await check('socket', 'Sockets', async () => {
    const opened = await attempts.open();
    if (!opened) {
      const plain = await attempts.get('/api/chat/ws').then(told).catch(() => null);
      return diagnose.socket(null, plain, isStranger(), server);
    }
    const pong = await attempts.ping(opened);
    socket = pong.kind === 'answered' ? opened : null;
    if (!socket) {
      opened.close();
    }
    return diagnose.socket(pong, null, false, server);
  });
  if (socket) {
    const open = socket as WebSocket;
    const wait = diagnose.frameWait(frame, body);
    await check('frame', `A frame of ${diagnose.size(frame)}`, async (say) => {
      say(`An answer is waited for up to ${Math.ceil(wait / 1000)} s`);
      return diagnose.largeFrame(await attempts.ping(open, frame, wait), frame, wait, body, server);
    });
    open.close();
  }
}

function summarise(): void {
  const lines = [...list.querySelectorAll<HTMLElement>('li')];
  const count = (state: string) => lines.filter((line) => line.dataset.state === state).length;
  if (lines.length > 0) {
    summary.textContent = count('failed') > 0
      ? `${count('failed')} of ${lines.length} failed.`
      : count('warning') > 0
      ? `Nothing failed; ${count('warning')} of ${lines.length} deserve a look.`
      : `All ${lines.length} are well.`;
  }
}

async function run(): Promise<void> {
  again.disabled = true;
  list.replaceChildren();
  const known = token();
  if (!known) {
    summary.textContent = 'Sign in at the conversations, as an admin of the service, then come back.';
  } else {
    summary.textContent = 'Trying …';
    try {
      await examine(new Attempts(known));
    } catch (failure) {
      await check('server', 'Requests', () => Promise.reject(failure));
    }
    summarise();
  }
  summary.dataset.done = 'true';
  again.disabled = false;
}

again.addEventListener('click', () => void run());
void run();

import './style.css';
import { Attempts, type Report, told } from './attempts.ts';
import * as diagnose from './diagnose.ts';
import type { Finding } from './diagnose.ts';

const SESSION = 'parley.session';
const WORDS = { running: 'Trying …', ok: 'Well', warning: 'Look', failed: 'Failed' };
const NAMES: Record<string, string> = {
  database: 'Database',
  database_clock: 'Clock of the database',
  store: 'File store',
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
async function check(id: string, title: string, attempt: (say: (text: string) => void) => Promise<Finding> | Finding): Promise<void> {
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
  await check('address', 'Public address', () => diagnose.address(report.request, report.base_url, location.origin));
  await check('client', 'Addresses of clients', () => diagnose.clientAddress(report.request, server));
  for (const { name, state, detail } of report.checks) {
    await check(name, NAMES[name] ?? name, () => ({ state, text: detail }));
  }
  const spent = report.checks.reduce((sum, one) => sum + one.took_millis, 0);
  await check('clock', 'Clock of the server', () =>
    // The server looked at its clock before it made its checks' answer, after nearly all of the time.
    diagnose.clock(Date.parse(report.now) - (start + Math.min(roundTrip, spent)), Math.max(1, roundTrip - spent)));
  await files(attempts, cached);
  await check('upload', `A body of ${diagnose.size(report.limits.file)}`, async (say) =>
    diagnose.largeBody(await attempts.sink(report.limits.file, (sent) => say(`${diagnose.size(sent)} sent`)), report.limits.file, server));
  await sockets(attempts, report.limits.frame, server);
  await check('stream', 'Answers as they are made', async () => diagnose.stream(await attempts.stream(), TICKS, TICK, server));
}

async function files(attempts: Attempts, cached: Finding): Promise<void> {
  const content = Array.from({ length: 400 }, (_, line) => `Line ${line} of a file that tries a deployment.`).join('\n');
  const bytes = new TextEncoder().encode(content).length;
  let file: { id: string; url: string } | null = null;
  await check('file', 'A small file', async () => {
    const stored = await told(await attempts.upload(new Blob([content]), 'doctor.txt'));
    if (stored.status !== 201) {
      return diagnose.smallFile(stored, null);
    }
    file = (JSON.parse(stored.body) as { files: { id: string; url: string }[] }).files[0];
    const back = await attempts.get(here(file.url));
    return diagnose.smallFile(stored, back.ok ? await back.text() === content : null);
  });
  if (file) {
    const { id, url } = file as { id: string; url: string };
    await check('range', 'Parts of files', async () => {
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

async function sockets(attempts: Attempts, frame: number, server: string | null): Promise<void> {
  let socket: WebSocket | null = null;
  await check('socket', 'Sockets', async () => {
    socket = await attempts.open();
    if (!socket) {
      const plain = await attempts.get('/api/chat/ws').then(told).catch(() => null);
      return diagnose.socket(null, plain, server);
    }
    const pong = await attempts.ping(socket);
    return diagnose.socket(pong.kind === 'answered' ? pong.millis : null, null, server);
  });
  if (socket) {
    const open = socket as WebSocket;
    await check('frame', `A frame of ${diagnose.size(frame)}`, async () => diagnose.largeFrame(await attempts.ping(open, frame), frame, server));
    open.close();
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
  summary.dataset.done = 'true';
  again.disabled = false;
}

again.addEventListener('click', () => void run());
void run();

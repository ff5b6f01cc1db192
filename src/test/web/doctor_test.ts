import { scanned } from '../../main/resources/web/doctor/attempts.ts';
import * as diagnose from '../../main/resources/web/doctor/diagnose.ts';
import { equal } from './testsupport.ts';

const MIB = 2 ** 20;
const problem = (status: number, detail: string): diagnose.Answer => ({
  status,
  server: null,
  reason: '',
  type: 'application/problem+json;charset=UTF-8',
  body: JSON.stringify({ status, detail }),
});
const page = (status: number, server: string | null, body: string): diagnose.Answer => ({ status, server, reason: '', type: 'text/html', body });
const answered = (answer: diagnose.Answer, millis = 100): diagnose.Upload => ({ kind: 'answered', answer, millis });
const has = (text: string | undefined, ...parts: string[]) => equal(parts.filter((part) => !text?.includes(part)), []);

Deno.test('names who refused a large body', () => {
  const nginx = diagnose.largeBody(answered(page(413, 'nginx/1.26.3', '<h1>413 Request Entity Too Large</h1>')), 100 * MIB, 'nginx/1.26.3');
  equal(nginx.state, 'failed');
  has(nginx.text, 'nginx', 'in front of Parley', '413', '100 MB');
  has(nginx.advice, 'client_max_body_size');

  const hidden = diagnose.largeBody(answered(page(413, null, '<hr><center>nginx</center>')), MIB, null);
  has(hidden.text, 'nginx');

  const unknown = diagnose.largeBody(answered(page(413, 'Acme', 'no')), MIB, 'Acme');
  has(unknown.text, 'Something in front of Parley');
  has(unknown.advice, 'ten of the largest files');

  const parley = diagnose.largeBody(answered(problem(413, 'Request too large')), 2000 * MIB, 'nginx');
  has(parley.text, 'Parley itself', 'Request too large');
  has(parley.advice, 'parley.files.*');

  const cut = diagnose.largeBody({ kind: 'cut', sent: 3 * MIB, millis: 50 }, 100 * MIB, 'nginx');
  has(cut.text, 'after 3 MB of 100 MB');
  has(cut.advice, 'client_max_body_size');
});

Deno.test('a body that arrived must have arrived whole, and as it was sent', () => {
  const sunk = (received: number, took: number, millis: number) =>
    diagnose.largeBody(
      answered({ status: 200, server: null, reason: '', type: 'application/json', body: JSON.stringify({ received, took_millis: took }) }, millis),
      MIB,
      'nginx',
    );
  equal(sunk(MIB, 90, 100).state, 'ok');
  equal(sunk(MIB - 1, 90, 100).state, 'failed');
  equal(sunk(MIB, 9_000, 10_000).state, 'ok');
  const kept = sunk(MIB, 100, 10_000);
  equal(kept.state, 'warning');
  has(kept.advice, 'proxy_request_buffering');
});

Deno.test('says how large the body was that passed, and that larger ones were not tried', () => {
  const sunk = (millis: number) =>
    answered({ status: 200, server: null, reason: '', type: 'application/json', body: JSON.stringify({ received: 100 * MIB, took_millis: 90 }) }, millis);
  const passed = diagnose.largeBody(sunk(100), 100 * MIB, 'nginx', 1100 * MIB);
  equal(passed.state, 'ok');
  has(passed.text, '100 MB reached Parley', 'Not tried', 'up to 1100 MB');
  has(passed.advice, 'If a larger one is refused', 'client_max_body_size');
  has(diagnose.largeBody(sunk(10_000), 100 * MIB, 'nginx', 1100 * MIB).text, 'keeps whole uploads', 'Not tried');
  has(diagnose.largeBody(sunk(100), 100 * MIB, null, 2 ** 63).text, 'any size');
  const all = diagnose.largeBody(sunk(100), 100 * MIB, 'nginx', 100 * MIB);
  equal([all.text, all.advice], ['100 MB reached Parley in 100 ms.', undefined]);
});

Deno.test('a page that Parley takes for a stranger hears why', () => {
  const stranger: diagnose.Answer = { status: 403, server: 'nginx', reason: 'CORS Rejected - Invalid origin', type: null, body: '' };
  for (const finding of [diagnose.smallFile(stranger, null), diagnose.largeBody(answered(stranger), MIB, 'nginx')]) {
    equal(finding.state, 'failed');
    has(finding.text, 'Parley itself', 'another origin');
    has(finding.advice, 'parley.base-url');
  }
});

Deno.test('names who does not pass on a socket', () => {
  equal(diagnose.socket({ kind: 'answered', millis: 12 }, null, false, 'nginx').state, 'ok');
  const stripped = diagnose.socket(null, problem(404, 'Not found'), false, 'nginx/1.26');
  has(stripped.text, 'nginx in front of Parley', 'upgrade');
  has(stripped.advice, 'proxy_set_header Upgrade');
  const blocked = diagnose.socket(null, page(403, 'cloudflare', ''), false, 'cloudflare');
  has(blocked.text, 'Cloudflare', '403');
  equal(diagnose.socket(null, null, false, null).state, 'failed');
});

Deno.test('a socket that Parley itself refuses is nobody else\'s fault', () => {
  const foreign = diagnose.socket(null, problem(404, 'Not found'), true, 'nginx');
  has(foreign.text, 'Parley itself', 'another origin');
  has(foreign.advice, 'parley.base-url');
  equal(/upgrade/i.test(foreign.text + foreign.advice), false);

  const expired = diagnose.socket(null, problem(401, 'Token expired'), false, 'nginx');
  has(expired.text, 'Parley itself answered 401', 'Token expired');
  equal(expired.advice, undefined);

  const unknown = diagnose.socket(null, problem(404, 'Not found'), false, 'nginx');
  has(unknown.text, 'Or Parley itself', '429', '401', '403', '503');
  has(unknown.advice, 'parley.sockets.per-user', 'parley.origins');

  const crowded = diagnose.socket({ kind: 'closed', code: 1013, reason: 'Too many sockets, close some and come back' }, null, false, 'nginx');
  has(crowded.text, 'Parley itself', 'Too many sockets');
  has(crowded.advice, 'parley.sockets.per-user');
  const mute = diagnose.socket({ kind: 'silent' }, null, false, 'nginx');
  has(mute.text, 'opened', 'not answered');
  equal(/upgrade/i.test(mute.text + mute.advice), false);
});

Deno.test('a page is a stranger\'s when its posts are refused as such, or none passes and the address is another', () => {
  const known: diagnose.Finding = { state: 'ok', text: '' };
  const other: diagnose.Finding = { state: 'failed', text: '' };
  const cors: diagnose.Answer = { status: 403, server: null, reason: 'CORS Rejected - Invalid origin', type: null, body: '' };
  const overHttp2: diagnose.Answer = { ...cors, reason: '' };
  const stored: diagnose.Answer = { status: 201, server: null, reason: '', type: 'application/json', body: '{}' };
  equal(diagnose.stranger(known, [cors]), true);
  equal(diagnose.stranger(other, [overHttp2]), true);
  equal(diagnose.stranger(other, []), true);
  equal(diagnose.stranger(other, [page(413, 'nginx', ''), stored]), false);
  equal(diagnose.stranger(known, [overHttp2]), false);
});

Deno.test('tells a frame that Parley refused from one that something cut', () => {
  const frame = (outcome: diagnose.Frame, server: string | null) => diagnose.largeFrame(outcome, 16 * MIB, 60_000, null, server);
  equal(frame({ kind: 'answered', millis: 5 }, null).state, 'ok');
  has(frame({ kind: 'closed', code: 1009, reason: 'Too large' }, 'nginx').text, 'Parley itself', 'Too large');
  const full = frame({ kind: 'closed', code: 1013, reason: 'Too many large frames at once, try again later' }, 'nginx');
  has(full.text, 'Parley itself', '1013', 'Too many large frames');
  has(full.advice, 'Try again', 'parley.sockets.large-frames');
  has(frame({ kind: 'closed', code: 1013, reason: '' }, 'nginx').text, 'Something closed');
  has(frame({ kind: 'closed', code: 1006, reason: '' }, 'Apache/2.4').advice, 'ProxyTimeout');
  equal(frame({ kind: 'silent' }, null).state, 'failed');
});

Deno.test('a large frame is given the time that the line needs for it', () => {
  const body = (megabits: number) => {
    const millis = 100 * MIB * 8 / (megabits * 1000);
    return answered({ status: 200, server: null, reason: '', type: 'application/json', body: JSON.stringify({ received: 100 * MIB, took_millis: millis }) }, millis);
  };
  const needs = (megabits: number) => 16 * MIB * 8 / (megabits * 1000);
  for (const megabits of [1.5, 2, 6, 100]) {
    const wait = diagnose.frameWait(16 * MIB, body(megabits));
    equal(wait > 2 * needs(megabits) && wait > 30_000 && wait <= diagnose.LONGEST_UPLOAD, true);
  }
  equal(diagnose.frameWait(16 * MIB, body(1000)) < 60_000, true);
  equal(diagnose.frameWait(16 * MIB, null), diagnose.LONGEST_UPLOAD);
  // Refused at once, it says nothing of the line.
  equal(diagnose.frameWait(16 * MIB, answered(page(413, 'nginx', ''), 5)), diagnose.LONGEST_UPLOAD);
  const half = diagnose.frameWait(16 * MIB, { kind: 'silent', sent: 50 * MIB, millis: 600_000 });
  equal(half > 16 / 50 * 600_000 && half <= diagnose.LONGEST_UPLOAD, true);

  const silent = diagnose.largeFrame({ kind: 'silent' }, 16 * MIB, 112_000, body(6), 'nginx');
  equal(silent.state, 'failed');
  has(silent.text, 'within 112.0 s', 'takes 22.4 s');
  has(silent.advice, 'proxy_read_timeout');
  const crawling = diagnose.largeFrame({ kind: 'silent' }, 16 * MIB, 600_000, { kind: 'silent', sent: 10 * MIB, millis: 600_000 }, 'nginx');
  equal([crawling.state, crawling.advice], ['warning', undefined]);
  has(crawling.text, 'too slow');
});

Deno.test('answers that were made apart and arrive together were kept by somebody', () => {
  equal(diagnose.stream([0, 201, 405, 600, 799], 5, 200, null).state, 'ok');
  equal(diagnose.stream([0, 620, 800], 5, 200, null).state, 'ok');
  for (const arrivals of [[], [800], [800, 801, 802, 803, 803]]) {
    const kept = diagnose.stream(arrivals, 5, 200, 'nginx');
    equal(kept.state, 'warning');
    has(kept.advice, 'proxy_buffering off');
  }
});

Deno.test('clocks may differ by what is not known exactly, and by little more', () => {
  equal(diagnose.clock(40, 10).state, 'ok');
  equal(diagnose.clock(-4_000, 10).state, 'ok');
  equal(diagnose.clock(-9_000, 10).state, 'warning');
  equal(diagnose.clock(9_000, 10_000).state, 'ok');
  equal(diagnose.clock(90_000, 10).state, 'failed');
});

const seen: diagnose.Seen = {
  scheme: 'http',
  host: 'chat.example.org',
  client: '192.0.2.7',
  peer: '10.0.0.2',
  forwarded_for: '192.0.2.7',
  forwarded_proto: 'https',
};

Deno.test('the address that Parley makes links of is the one that people use', () => {
  equal(diagnose.address(seen, null, 'http://chat.example.org').state, 'ok');
  equal(diagnose.address({ ...seen, host: 'chat.example.org:80' }, null, 'http://chat.example.org').state, 'ok');
  equal(diagnose.address(seen, 'https://chat.example.org/', 'https://chat.example.org').state, 'ok');
  has(diagnose.address(seen, null, 'https://chat.example.org').advice, 'parley.base-url');
  equal(diagnose.address({ ...seen, host: 'parley-1:8080' }, null, 'https://chat.example.org').state, 'failed');
  equal(diagnose.address(seen, 'https://old.example.org', 'https://chat.example.org').state, 'failed');
});

Deno.test('clients are known by their own address or somebody hears how', () => {
  equal(diagnose.clientAddress(seen, 'nginx').state, 'ok');
  const disbelieved = diagnose.clientAddress({ ...seen, client: '10.0.0.2' }, 'nginx');
  equal(disbelieved.state, 'warning');
  has(disbelieved.advice, 'trusted-proxies=10.0.0.2');
  // An address is another's although it begins alike.
  for (const header of ['10.0.0.21', '110.0.0.2, 10.0.0.25', 'for=10.0.0.21;proto=https']) {
    equal(diagnose.clientAddress({ ...seen, client: '10.0.0.2', forwarded_for: header }, 'nginx').state, 'warning');
  }
  for (const header of ['10.0.0.2', '192.0.2.7,10.0.0.2', '10.0.0.2:4711', 'for=192.0.2.7;proto=https, proto=https;For="10.0.0.2:4711"']) {
    equal(diagnose.clientAddress({ ...seen, client: '10.0.0.2', forwarded_for: header }, 'nginx').state, 'ok');
  }
  const six = { ...seen, client: '2001:db8:0:0:0:0:0:1', peer: '2001:db8:0:0:0:0:0:1' };
  for (const header of ['2001:db8::1', '[2001:DB8::1]:443', 'for="[2001:db8::1]"']) {
    equal(diagnose.clientAddress({ ...six, forwarded_for: header }, 'nginx').state, 'ok');
  }
  equal(diagnose.clientAddress({ ...six, forwarded_for: '2001:db8::1f' }, 'nginx').state, 'warning');
  equal(diagnose.clientAddress({ ...seen, client: '10.0.0.2', forwarded_for: null }, 'nginx').state, 'warning');
  equal(diagnose.clientAddress({ ...seen, client: '10.0.0.2', forwarded_for: null }, null).state, 'ok');
});

Deno.test('parts of files and private answers pass as they are', () => {
  equal(diagnose.range(206, 'bytes 0-9/100', 10, 10, 100).state, 'ok');
  has(diagnose.range(200, null, 10, 100, 100).advice, 'Range');
  equal(diagnose.range(206, null, 10, 10, 100).state, 'failed');
  equal(diagnose.range(502, null, 10, 20, 100).state, 'failed');
  equal(diagnose.caching('no-store', null).state, 'ok');
  equal(diagnose.caching('private, no-cache', null).state, 'ok');
  equal(diagnose.caching('public, max-age=60', null).state, 'failed');
  equal(diagnose.caching('no-store', '12').state, 'failed');
});

Deno.test('a small file comes back as it was', () => {
  const stored: diagnose.Answer = { status: 201, server: null, reason: '', type: 'application/json', body: '{}' };
  const back = (answer: diagnose.Answer, same = false): diagnose.Fetched => ({ answer, same, millis: 18_000 });
  equal(diagnose.smallFile(stored, back({ ...stored, status: 200 }, true)).state, 'ok');
  has(diagnose.smallFile(stored, back({ ...stored, status: 200 })).text, 'changed');
  const gone = diagnose.smallFile(stored, back(page(502, 'nginx', '')));
  equal(gone.state, 'failed');
  has(gone.text, 'could not be fetched', 'nginx', '502');
  has(diagnose.smallFile(problem(503, 'Files cannot be stored right now; try again'), null).text, 'Parley itself', '503', 'stored right now');
  const stuck = diagnose.smallFile(stored, back(problem(423, 'This file is being scanned for viruses; try again')));
  equal(stuck.state, 'failed');
  has(stuck.text, 'scanned', 'stuck', '18.0 s');
  has(stuck.advice, 'parley.scan.address');
});

Deno.test('a file that is being scanned is asked for again when the server says, and not for ever', async () => {
  const locked = (after?: string) => new Response('{}', { status: 423, headers: after ? { 'Retry-After': after } : {} });
  const asked = async (answers: Response[], last: () => Response) => {
    const pauses: number[] = [];
    const answer = await scanned(() => Promise.resolve(answers.shift() ?? last()), (seconds) => {
      pauses.push(seconds);
      return Promise.resolve();
    });
    return { status: answer.status, pauses };
  };
  const ready = () => new Response('file');
  equal(await asked([], ready), { status: 200, pauses: [] });
  equal(await asked([locked('3'), locked(), locked('3600')], ready), { status: 200, pauses: [3, 2, 10] });
  equal(await asked([new Response('', { status: 404, headers: { 'Retry-After': '3' } })], ready), { status: 404, pauses: [] });
  const stuck = await asked([], () => locked('1'));
  equal(stuck, { status: 423, pauses: Array(9).fill(1) });
});

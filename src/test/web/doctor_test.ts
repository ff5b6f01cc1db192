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
  has(unknown.advice, '1,100 MB');

  const parley = diagnose.largeBody(answered(problem(413, 'Request too large')), 2000 * MIB, 'nginx');
  has(parley.text, 'Parley itself', 'Request too large');
  has(parley.advice, 'quarkus.http.limits.max-body-size');

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

Deno.test('a page that Parley takes for a stranger hears why', () => {
  const stranger: diagnose.Answer = { status: 403, server: 'nginx', reason: 'CORS Rejected - Invalid origin', type: null, body: '' };
  for (const finding of [diagnose.smallFile(stranger, null), diagnose.largeBody(answered(stranger), MIB, 'nginx')]) {
    equal(finding.state, 'failed');
    has(finding.text, 'Parley itself', 'another origin');
    has(finding.advice, 'parley.base-url');
  }
});

Deno.test('names who does not pass on a socket', () => {
  equal(diagnose.socket(12, null, 'nginx').state, 'ok');
  const stripped = diagnose.socket(null, problem(404, 'Not found'), 'nginx/1.26');
  has(stripped.text, 'nginx in front of Parley', 'upgrade');
  has(stripped.advice, 'proxy_set_header Upgrade');
  const blocked = diagnose.socket(null, page(403, 'cloudflare', ''), 'cloudflare');
  has(blocked.text, 'Cloudflare', '403');
  equal(diagnose.socket(null, null, null).state, 'failed');
});

Deno.test('tells a frame that Parley refused from one that something cut', () => {
  equal(diagnose.largeFrame({ kind: 'answered', millis: 5 }, 16 * MIB, null).state, 'ok');
  has(diagnose.largeFrame({ kind: 'closed', code: 1009, reason: 'Too large' }, 16 * MIB, 'nginx').text, 'Parley itself', 'Too large');
  has(diagnose.largeFrame({ kind: 'closed', code: 1006, reason: '' }, 16 * MIB, 'Apache/2.4').advice, 'ProxyTimeout');
  equal(diagnose.largeFrame({ kind: 'silent' }, 16 * MIB, null).state, 'failed');
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
  equal(diagnose.smallFile(stored, true).state, 'ok');
  equal(diagnose.smallFile(stored, false).state, 'failed');
  equal(diagnose.smallFile(stored, null).state, 'failed');
  has(diagnose.smallFile(problem(503, 'Files cannot be stored right now; try again'), null).text, 'Parley itself', '503', 'stored right now');
});

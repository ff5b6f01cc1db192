/** What the outcome of each attempt means, and who between browser and Parley is to blame. Nothing here touches the network. */

export type State = 'ok' | 'warning' | 'failed';

export interface Finding {
  state: State;
  text: string;
  advice?: string;
}

/** An answer, whoever gave it. */
export interface Answer {
  status: number;
  /** The header Server. */
  server: string | null;
  /** What stands beside the status, in HTTP/1.1. */
  reason: string;
  /** The media type. */
  type: string | null;
  /** Its beginning. */
  body: string;
}

/** How a request with a large body ended. */
export type Upload =
  | { kind: 'answered'; answer: Answer; millis: number }
  | { kind: 'cut'; sent: number; millis: number }
  | { kind: 'silent'; sent: number; millis: number };

/** How a socket that was to carry a frame ended. */
export type Frame = { kind: 'answered'; millis: number } | { kind: 'closed'; code: number; reason: string } | { kind: 'silent' };

/** How a small file came back. */
export interface Fetched {
  answer: Answer;
  /** Whether it is what was sent. */
  same: boolean;
  /** Since it was first asked for. */
  millis: number;
}

export interface Seen {
  scheme: string;
  host: string | null;
  client: string | null;
  peer: string | null;
  forwarded_for: string | null;
  forwarded_proto: string | null;
}

interface Product {
  name: string;
  sign: RegExp;
  body: string;
  upgrade: string;
  frame: string;
  buffering: string;
}

const PRODUCTS: Product[] = [
  {
    name: 'nginx',
    sign: /nginx|openresty/i,
    body: 'Raise client_max_body_size in nginx (docker/nginx.conf has 1100m, which is ten of the largest files by default).',
    upgrade: 'In nginx set proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade and proxy_set_header Connection "upgrade".',
    frame: 'Look at proxy_read_timeout and proxy_send_timeout in nginx.',
    buffering: 'Set proxy_http_version 1.1 in nginx, and proxy_buffering off.',
  },
  {
    name: 'Apache',
    sign: /apache/i,
    body: 'Raise LimitRequestBody in Apache.',
    upgrade: 'Let Apache pass it on: ProxyPass … upgrade=websocket.',
    frame: 'Look at ProxyTimeout in Apache.',
    buffering: 'Set flushpackets=on at ProxyPass in Apache.',
  },
  {
    name: 'Cloudflare',
    sign: /cloudflare/i,
    body: 'The size of uploads depends on the Cloudflare plan; direct the service\'s name past it, or lower parley.files.*.',
    upgrade: 'Switch WebSockets on under Network in Cloudflare.',
    frame: 'Lower quarkus.http.websocket-server.max-frame-size, or direct the service\'s name past Cloudflare.',
    buffering: 'Direct the service\'s name past Cloudflare if that matters.',
  },
  {
    name: 'Caddy',
    sign: /caddy/i,
    body: 'Raise request_body max_size in Caddy.',
    upgrade: 'Caddy passes sockets on by itself: look at header_up rules that remove Upgrade or Connection.',
    frame: 'Look at stream_timeout in Caddy.',
    buffering: 'Set flush_interval -1 at reverse_proxy in Caddy.',
  },
  {
    name: 'Envoy',
    sign: /envoy/i,
    body: 'Raise max_request_bytes of Envoy\'s buffer filter.',
    upgrade: 'Add upgrade_configs with upgrade_type websocket in Envoy.',
    frame: 'Look at stream_idle_timeout in Envoy.',
    buffering: 'Remove filters that buffer answers in Envoy.',
  },
];

const ANY: Omit<Product, 'name' | 'sign'> = {
  body: 'Raise the largest request body that the proxy lets through to as much as ten of the largest files take.',
  upgrade: 'Let the proxy pass on HTTP/1.1 with the headers Upgrade and Connection.',
  frame: 'Look at the proxy\'s limits and time-outs for WebSockets.',
  buffering: 'Let the proxy pass answers on as they come.',
};

const MIB = 2 ** 20;
/** Above the 30 s that Parley by itself lets a large frame wait for room (parley.sockets.patience). */
const FRAME_PATIENCE = 45_000;
/** A line is shared, and not as fast at all times. */
const SLACK = 3;
/** Nobody waits longer, for whatever it is. */
export const LONGEST_UPLOAD = 600_000;
/** Beyond, a limit is none: the server says 2^63 - 1. */
const NO_LIMIT = 2 ** 50;
/** Why Parley closes sockets, each with a reason in words; what stands between closes without. */
const PARLEYS_CLOSES: Record<number, string | undefined> = {
  1009: undefined,
  1012: 'Parley stops or restarts: try again.',
  1013: 'Try again when less is going on. If it stays so, look at parley.sockets.per-user and parley.sockets.large-frames.',
  4401: 'Sign in again at the conversations, then come back.',
};
/** Answers that Parley gives to a handshake and to the same request without one. */
const REFUSED_EITHER_WAY = [401, 429, 503];

/** Bytes as people read them. */
export function size(bytes: number): string {
  return bytes >= MIB ? `${(bytes / MIB).toFixed(bytes % MIB ? 1 : 0)} MB` : bytes >= 1024 ? `${Math.round(bytes / 1024)} kB` : `${bytes} bytes`;
}

function product(...hints: (string | null)[]): Product | undefined {
  return PRODUCTS.find(({ sign }) => hints.some((hint) => hint !== null && sign.test(hint)));
}

function isParley(answer: Answer): boolean {
  return isForeign(answer) || (answer.type?.startsWith('application/problem+json') ?? false);
}

/** Parley takes this page for somebody else's: it does not know the address at which it is reached. */
function isForeign(answer: Answer): boolean {
  return answer.status === 403 && answer.reason.startsWith('CORS');
}

const FOREIGN = 'Set parley.base-url to the address that people use, or let the proxy pass on Host with its port.';

/** Who gave an answer that is not the one that was wanted. */
export function hop(answer: Answer): string {
  if (isParley(answer)) {
    return 'Parley itself';
  }
  const known = product(answer.server, answer.body.slice(0, 2000));
  return known ? `${known.name}, in front of Parley,` : 'Something in front of Parley';
}

/** What stands in front: Parley itself sends no Server header. */
export function front(server: string | null): Finding {
  return server === null
    ? { state: 'ok', text: 'Nothing that names itself stands in front of Parley.' }
    : { state: 'ok', text: `${server} stands in front of Parley.` };
}

function advice(what: 'body' | 'upgrade' | 'frame' | 'buffering', ...hints: (string | null)[]): string {
  return (product(...hints) ?? ANY)[what];
}

function refused(answer: Answer): string {
  let detail = isForeign(answer) ? 'a page of another origin' : '';
  try {
    detail ||= (JSON.parse(answer.body) as { detail?: string }).detail ?? '';
  } catch {
    // Not ours.
  }
  return `${hop(answer)} answered ${answer.status}${detail ? ` “${detail}”` : ''}`;
}

/**
 * A body of so many bytes that was only to be counted.
 *
 * @param most bytes of the largest request that Parley takes
 */
export function largeBody(outcome: Upload, bytes: number, server: string | null, most = bytes): Finding {
  switch (outcome.kind) {
    case 'answered': {
      const { answer, millis } = outcome;
      if (answer.status === 200) {
        const { received, took_millis } = JSON.parse(answer.body) as { received: number; took_millis: number };
        if (received !== bytes) {
          return { state: 'failed', text: `Of ${size(bytes)} only ${size(received)} reached Parley.` };
        }
        return millis > 3_000 && took_millis < millis / 4
          ? {
            state: 'warning',
            text: `${size(bytes)} took ${seconds(millis)} from here and reached Parley within ${seconds(took_millis)}: `
              + `something keeps whole uploads before it passes them on.${untried(bytes, most)}`,
            advice: server && /nginx/i.test(server) ? 'Set proxy_request_buffering off in nginx.' : 'Let the proxy pass bodies on as they come.',
          }
          : {
            state: 'ok',
            text: `${size(bytes)} reached Parley in ${seconds(millis)}.${untried(bytes, most)}`,
            advice: most > bytes ? `If a larger one is refused: ${advice('body', server)}` : undefined,
          };
      }
      const text = `${refused(answer)} to a body of ${size(bytes)}.`;
      if (isParley(answer)) {
        return { state: 'failed', text, advice: isForeign(answer) ? FOREIGN : answer.status === 413 ? 'Raise parley.files.*: a request may be as large as ten of the largest files.' : undefined };
      }
      return { state: 'failed', text, advice: advice('body', answer.server, answer.body, server) };
    }
    case 'cut':
      return {
        state: 'failed',
        text: `The connection was closed after ${size(outcome.sent)} of ${size(bytes)}: so does a proxy that refuses large bodies.`,
        advice: advice('body', server),
      };
    case 'silent':
      return {
        state: 'failed',
        text: `Nobody answered within ${seconds(outcome.millis)}, ${size(outcome.sent)} of ${size(bytes)} were sent.`,
        advice: 'Look at the time-outs of the proxy, and at the line.',
      };
  }
}

function untried(bytes: number, most: number): string {
  return most <= bytes ? '' : ' Not tried: anything larger. A message with several of the largest files is one request, and Parley takes '
    + `${isLimited(most) ? `up to ${size(most)}` : 'any size'}.`;
}

/** Whether there is a largest request at all. */
export function isLimited(most: number): boolean {
  return most < NO_LIMIT;
}

/** How long the answer to a frame may take on a line as fast as it was for a large body, in milliseconds. */
export function frameWait(bytes: number, body: Upload | null): number {
  const rate = speed(body);
  return rate === null ? LONGEST_UPLOAD : Math.min(LONGEST_UPLOAD, Math.round(FRAME_PATIENCE + SLACK * bytes / rate));
}

/** Bytes a millisecond; what was refused says nothing of the line. */
function speed(body: Upload | null): number | null {
  switch (body?.kind) {
    case 'answered':
      return body.answer.status === 200 ? (JSON.parse(body.answer.body) as { received: number }).received / Math.max(1, body.millis) : null;
    case 'silent':
      return body.sent > 0 ? body.sent / Math.max(1, body.millis) : null;
    default:
      return null;
  }
}

/**
 * Whether Parley takes this page for a stranger's, whose sockets it refuses as it does their posts. HTTP/2 has no words
 * beside a status: there a refused post cannot be told from another's refusal, but the address is not the one Parley knows.
 *
 * @param posts what was answered to them
 */
export function stranger(address: Finding, posts: Answer[]): boolean {
  return posts.some(isForeign) || (address.state === 'failed' && !posts.some(({ status }) => status < 300));
}

/**
 * A socket.
 *
 * @param outcome of a ping, or null when no socket opened
 * @param plain what the same path answers to an ordinary request; only Parley knows of sockets there
 * @param foreign whether Parley takes this page for a stranger's
 */
export function socket(outcome: Frame | null, plain: Answer | null, foreign: boolean, server: string | null): Finding {
  switch (outcome?.kind) {
    case 'answered':
      return { state: 'ok', text: `A socket opened, and a ping was answered in ${seconds(outcome.millis)}.` };
    case 'closed':
      return closed(outcome, 'at the first ping', server);
    case 'silent':
      return { state: 'failed', text: 'A socket opened, and a ping was not answered.', advice: advice('frame', server) };
  }
  if (foreign) {
    return { state: 'failed', text: 'No socket opens: Parley itself takes this page for a page of another origin.', advice: FOREIGN };
  }
  if (plain && plain.status >= 400 && (!isParley(plain) || REFUSED_EITHER_WAY.includes(plain.status))) {
    return {
      state: 'failed',
      text: `No socket opens: ${refused(plain)} for the socket's path.`,
      advice: isParley(plain) ? undefined : advice('upgrade', plain.server, plain.body, server),
    };
  }
  return {
    state: 'failed',
    text: `No socket opens although requests pass, and browsers do not say why. Most likely ${product(server)?.name ?? 'something'} in front `
      + 'of Parley does not pass on the WebSocket upgrade. Or Parley itself refused the handshake: your sockets are too many '
      + '(429), your token has expired (401), the origin is not allowed (403), or it stops (503).',
    advice: `${advice('upgrade', server)} If that is so already, the proxy's log says which status /api/chat/ws got: for 429 close other `
      + 'windows or look at parley.sockets.per-user, for 403 at parley.base-url and parley.origins.',
  };
}

function closed({ code, reason }: { code: number; reason: string }, when: string, server: string | null): Finding {
  return reason && code in PARLEYS_CLOSES
    ? { state: 'failed', text: `Parley itself closed the socket (${code}) ${when}: “${reason}”`, advice: PARLEYS_CLOSES[code] }
    : { state: 'failed', text: `Something closed the socket (${code}) ${when}.`, advice: advice('frame', server) };
}

/**
 * A frame of so many bytes, the largest that is allowed.
 *
 * @param waited milliseconds, see {@link frameWait}
 * @param body what came of a large body, from which is known how fast the line is
 */
export function largeFrame(outcome: Frame, bytes: number, waited: number, body: Upload | null, server: string | null): Finding {
  switch (outcome.kind) {
    case 'answered':
      return { state: 'ok', text: `A frame of ${size(bytes)} was answered in ${seconds(outcome.millis)}.` };
    case 'closed':
      return closed(outcome, `at a frame of ${size(bytes)}`, server);
    case 'silent': {
      const rate = speed(body);
      const line = rate === null
        ? 'How fast your line is could not be learned from the large body: perhaps it is too slow.'
        : bytes / rate > waited
        ? `Your line is too slow to try: it would take ${seconds(bytes / rate)}.`
        : `Your line takes ${seconds(bytes / rate)} for so much.`;
      return {
        state: rate !== null && bytes / rate > waited ? 'warning' : 'failed',
        text: `A frame of ${size(bytes)} was not answered within ${seconds(waited)}. ${line}`,
        advice: rate !== null && bytes / rate > waited ? undefined : advice('frame', server),
      };
    }
  }
}

/** Pieces that were sent apart. @param arrivals when each came, in milliseconds @param apart how far apart they were sent */
export function stream(arrivals: number[], count: number, apart: number, server: string | null): Finding {
  const took = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
  if (arrivals.length > 1 && took > (count - 1) * apart / 2) {
    return { state: 'ok', text: 'Answers come as they are made.' };
  }
  return {
    state: 'warning',
    text: `Answers arrive all at once: ${product(server)?.name ?? 'something'} in front of Parley keeps them until they are whole. What is made slowly comes late.`,
    advice: advice('buffering', server),
  };
}

/** @param offset the server's clock less the browser's, in milliseconds @param roundTrip how exactly that is known */
export function clock(offset: number, roundTrip: number): Finding {
  const apart = Math.abs(offset);
  const text = `The server's clock differs from this computer's by ${seconds(apart)}, give or take ${seconds(roundTrip / 2)}.`;
  return apart - roundTrip / 2 > 60_000
    ? { state: 'failed', text, advice: 'One of the two is wrong: tokens and links seem expired, or not valid yet. Let the server follow NTP.' }
    : apart - roundTrip / 2 > 5_000
    ? { state: 'warning', text, advice: 'Let both follow NTP.' }
    : { state: 'ok', text };
}

/** Whether Parley knows where it is reached. */
export function address(seen: Seen, baseUrl: string | null, origin: string): Finding {
  const here = new URL(origin);
  if (baseUrl !== null) {
    return new URL(baseUrl).origin === here.origin
      ? { state: 'ok', text: `Parley knows that it is reached at ${here.origin}.` }
      : {
        state: 'failed',
        text: `Parley makes links to ${baseUrl}, and this page is at ${here.origin}.`,
        advice: 'Set parley.base-url to the address that people use.',
      };
  }
  const there = `${seen.scheme}://${seen.host}`;
  if (new URL(there).origin === here.origin) {
    return { state: 'ok', text: `Parley knows from the requests that it is reached at ${here.origin}.` };
  }
  return {
    state: 'failed',
    text: `Parley believes that it is reached at ${there}, and this page is at ${here.origin}: links to files will not work.`,
    advice: 'Set parley.base-url, and let the proxy pass on the header Host.',
  };
}

/** Whether addresses of clients are known, which limits on logins and registrations need. */
export function clientAddress(seen: Seen, server: string | null): Finding {
  if (seen.forwarded_for === null) {
    return server === null
      ? { state: 'ok', text: `Clients connect by themselves: you are ${seen.client}.` }
      : {
        state: 'warning',
        text: `To Parley everybody comes from ${seen.client}: the proxy does not say for whom it asks.`,
        advice: 'Let it set X-Forwarded-For and X-Forwarded-Proto.',
      };
  }
  if (seen.client === seen.peer && !hops(seen.forwarded_for).includes(canonical(seen.peer ?? ''))) {
    return {
      state: 'warning',
      text: `X-Forwarded-For says ${seen.forwarded_for} and is not believed: to Parley everybody comes from ${seen.peer}.`,
      advice: `Set quarkus.http.proxy.proxy-address-forwarding=true and quarkus.http.proxy.trusted-proxies=${seen.peer}.`,
    };
  }
  return { state: 'ok', text: `Parley knows clients by their own address: you are ${seen.client}.` };
}

/** The addresses in X-Forwarded-For, or in Forwarded (RFC 7239, 4), without ports. */
function hops(header: string): string[] {
  return header.split(',').map((hop) => {
    const node = (/(?:^|;)\s*for=([^;]*)/i.exec(hop.trim())?.[1] ?? hop).trim().replace(/^"(.*)"$/, '$1');
    return canonical(/^\[(.*)\](?::\d+)?$/.exec(node)?.[1] ?? node.replace(/^([\d.]+):\d+$/, '$1'));
  });
}

/** IPv6 can be written in several ways. */
function canonical(address: string): string {
  const url = `http://[${address}]`;
  return address.includes(':') && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address;
}

/** Part of a file. @param wanted how many bytes were asked for @param got how many came */
export function range(status: number, contentRange: string | null, wanted: number, got: number, whole: number): Finding {
  if (status === 206 && contentRange !== null && got === wanted) {
    return { state: 'ok', text: 'A file can be fetched in parts.' };
  }
  return status === 200 && got === whole
    ? {
      state: 'failed',
      text: 'Asked for a part of a file, something between sends the whole: video cannot be wound.',
      advice: 'Let the proxy pass on the header Range.',
    }
    : { state: 'failed', text: `Asked for a part of a file, the answer was ${status} with ${got} bytes.` };
}

/** An answer that is one person's own. */
export function caching(control: string | null, age: string | null): Finding {
  if (age !== null) {
    return { state: 'failed', text: 'A cache in between answered in Parley\'s place.', advice: 'Switch off caching for /api.' };
  }
  return control?.includes('private') || control?.includes('no-store')
    ? { state: 'ok', text: 'What is one person\'s own is kept by no cache in between.' }
    : {
      state: 'failed',
      text: `Something in between replaced Cache-Control by ${control ?? 'nothing'}: a cache may give one person's files to another.`,
      advice: 'Let the proxy pass on Cache-Control.',
    };
}

/** A small file that was stored and fetched again. @param back null when it was not even stored */
export function smallFile(stored: Answer, back: Fetched | null): Finding {
  if (stored.status !== 201 || back === null) {
    return { state: 'failed', text: `${refused(stored)} to a small file.`, advice: isForeign(stored) ? FOREIGN : undefined };
  }
  const { answer, same, millis } = back;
  if (answer.status === 423 && isParley(answer)) {
    return {
      state: 'failed',
      text: `A small file was stored, and after ${seconds(millis)} it is still being scanned for viruses: scanning is stuck. `
        + 'Files that people send stay withheld.',
      advice: 'See whether clamd answers at parley.scan.address, and what Parley\'s log says of it.',
    };
  }
  if (answer.status !== 200) {
    return { state: 'failed', text: `A small file was stored and could not be fetched: ${refused(answer)}.` };
  }
  return same
    ? { state: 'ok', text: 'A small file was stored and came back as it was.' }
    : { state: 'failed', text: 'A small file came back changed.' };
}

function seconds(millis: number): string {
  return millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(1)} s`;
}

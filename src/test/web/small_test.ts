import { Api } from '../../main/resources/web/app/core/api.ts';
import { Backoff } from '../../main/resources/web/app/core/backoff.ts';
import { bytes, dayLabel, duration, names, preview, relative } from '../../main/resources/web/app/core/format.ts';
import { uuid } from '../../main/resources/web/app/core/ids.ts';
import { kindOf, objection, objectionInside } from '../../main/resources/web/app/core/kinds.ts';
import type { Config } from '../../main/resources/web/app/core/types.ts';
import { equal, message, user } from './testsupport.ts';

Deno.test('waits longer each time, up to a limit, and never all at once', () => {
  const shortest = new Backoff(500, 30_000, () => 0);
  const longest = new Backoff(500, 30_000, () => 0.999999);
  equal([1, 2, 3].map(() => shortest.next()), [250, 500, 1000]);
  equal([1, 2, 3, 4, 5, 6, 7, 8].map(() => longest.next()).at(-1), 30_000);
  longest.reset();
  equal(longest.next(), 500);
});

Deno.test('tells once that the service answers again, a proxy or a refusal being no news of it', async () => {
  const answers = [200, null, 502, 404, 200, 503, 200];
  const api = new Api(() => null, () => {
    const status = answers.shift()!;
    return status ? Promise.resolve(new Response('{}', { status })) : Promise.reject(new TypeError('offline'));
  });
  const left: number[] = [];
  api.onBack = () => left.push(answers.length);
  while (answers.length) {
    await api.config().catch(() => {});
  }
  equal(left, [3, 0]);
});

Deno.test('ids are version 4 UUIDs and differ', () => {
  const ids = new Set(Array.from({ length: 1000 }, uuid));
  equal(ids.size, 1000);
  equal([...ids].every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)), true);
});

Deno.test('sizes and lengths as people read them', () => {
  equal([0, 999, 1024, 1536, 10 * 2 ** 20, 3.2 * 2 ** 30].map(bytes), ['0 B', '999 B', '1.0 kB', '1.5 kB', '10.0 MB', '3.2 GB']);
  equal([0, 7.4, 65, 3661].map(duration), ['0:00', '0:07', '1:05', '1:01:01']);
});

Deno.test('days and times as a calendar counts them', () => {
  const now = new Date(2026, 5, 10, 0, 30);
  const at = (...parts: [number, number, number, number]) => new Date(...parts).toISOString();
  equal(dayLabel(at(2026, 5, 10, 0), now), 'Today');
  equal(dayLabel(at(2026, 5, 9, 23), now), 'Yesterday');
  equal(dayLabel(at(2025, 5, 9, 23), now).includes('2025'), true);
  equal(relative(at(2026, 5, 9, 23), now), 'yesterday');
  equal([at(2026, 4, 9, 23), at(2025, 5, 9, 23)].map((then) => relative(then, now).includes('2025')), [false, true]);
});

Deno.test('of many people ten are named', () => {
  const people = (count: number) => Array.from({ length: count }, (_, id) => user(id));
  equal(names(people(10)).at(-1), 'Person 9');
  equal(names(people(12)).slice(-2), ['Person 9', 'and 2 more']);
});

Deno.test('a line for each kind of message', () => {
  equal(preview(message({ seq: 1, message_type: 'image', content: '' })), '📷 Photo');
  equal(preview(message({ seq: 1, message_type: 'voice', content: '' })), '🎤 Voice message');
  equal(preview(message({ seq: 1, message_type: 'video', content: 'look' })), '🎬 look');
  equal(preview(message({ seq: 1, message_type: 'file', content: '' })), '📎 File');
  equal(preview(message({ seq: 1, is_deleted: true, content: 'x' })), 'Message deleted');
});

const config: Config = {
  max_message_length: 5000,
  max_files_per_message: 10,
  max_page_size: 200,
  kinds: {
    image: { max_size: 1000, types: ['image/jpeg', 'image/png'] },
    video: { max_size: 2000, types: ['video/mp4'] },
    voice: { max_size: 1000, types: ['audio/webm'] },
    file: { max_size: 1000, types: ['application/pdf', 'text/plain'] },
  },
};

Deno.test('says before sending what the service would refuse', () => {
  equal(objection({ name: 'a.jpg', type: 'image/jpeg', size: 1000 }, config), null);
  equal(objection({ name: 'a.jpg', type: 'image/jpeg', size: 1001 }, config)!.includes('too large'), true);
  equal(objection({ name: 'a.svg', type: 'image/svg+xml', size: 10 }, config)!.includes('not allowed'), true);
  equal(objection({ name: 'a.pdf', type: '', size: 10 }, config), null);
  equal(objection({ name: 'a.pdf', type: 'application/pdf', size: 0 }, config)!.includes('empty'), true);
  equal(objection({ name: 'a.html', type: 'text/html', size: 10 }, config)!.includes('not allowed'), true);
  equal(objection({ name: 'a.heic', type: 'image/heic', size: 10 }, config)!.includes('not allowed'), true);
  equal(kindOf({ name: 'v.webm', type: 'audio/webm;codecs=opus' }).kind, 'voice');
});

Deno.test('refuses by its beginning what cannot be text and is nothing else that is taken', async () => {
  const refuses = async (name: string, content: string) => await objectionInside(new File([Uint8Array.from(content, (each) => each.charCodeAt(0))], name), config) !== null;
  equal([await refuses('setup.exe', 'MZ\0'), await refuses('disk.dmg', 'x'.repeat(4_095) + '\0'), await refuses('a.7z', '7z\xbc\xaf\0')], [true, true, true]);
  equal([await refuses('notes.md', 'text'), await refuses('late.log', 'x'.repeat(4_096) + '\0'), await refuses('listed.pdf', '\0')], [false, false, false]);
  const taken = ['PK\x03\x04', 'Rar!', '%PDF-', '\xd0\xcf\x11\xe0', '\xff\xd8\xff', '\xff\xfb', '\x89PNG', 'GIF89a', 'BM', 'RIFF', 'RF64', 'OggS', 'FLV', 'ID3', '\x1aE\xdf\xa3', '\0\0\0\nftyp', '\0\0\0\x08wide'];
  equal(await Promise.all(taken.map((start) => refuses('slides.pptx', start + '\0'))), taken.map(() => false));
});

Deno.test('leaves it to the service whether a file is text', () => {
  const files = { 'a.csv': 'text/csv', 'a.md': '', 'a.json': 'application/json', 'a.log': '', 'a.py': 'text/x-python', 'a.ts': 'video/mp2t', 'README': '' };
  equal(Object.entries(files).filter(([name, type]) => objection({ name, type, size: 10 }, config)), []);
});

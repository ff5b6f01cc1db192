import { beginning, codePoints, initials, isJumbo, isRecording, linkify, marked, recordingName, shownName } from '../../main/resources/web/app/core/text.ts';
import { equal } from './testsupport.ts';

const links = (text: string) => linkify(text).filter((part) => part.href).map((part) => part.href);

Deno.test('sound that was recorded here is told from sound that has a name', () => {
  equal([recordingName('webm'), 'Beethoven - Symphony No 9.mp3'].map(isRecording), [true, false]);
});

Deno.test('cuts no character in two', () => {
  equal([beginning('ab🙂c', 3), beginning('ab', 3)], ['ab🙂', 'ab']);
});

Deno.test('finds addresses, without the sentence around them', () => {
  equal(links('See https://example.org/a?b=1#c, and (http://example.org/x_(y)).'), ['https://example.org/a?b=1#c', 'http://example.org/x_(y)']);
  equal(links('www.example.org or ada@example.org!'), ['https://www.example.org/', 'mailto:ada@example.org']);
});

Deno.test('makes nothing clickable that could run', () => {
  equal(links('javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd JaVaScRiPt://example.org/%0aalert(1)'), []);
});

Deno.test('loses no character of a text', () => {
  for (const text of ['', 'plain', ' https://a.example , x', '<img src=x onerror=alert(1)>', 'مرحبا https://example.org مرحبا', '🎉 www.x.example']) {
    equal(linkify(text).map((part) => part.text).join(''), text);
  }
});

Deno.test('shows one to three emoji large, and nothing else', () => {
  for (const large of ['🎉', '👍🏽', '❤️', '👨‍👩‍👧', '🇵🇹', '🎉 🎉 🎉']) {
    equal([large, isJumbo(large)], [large, true]);
  }
  for (const small of ['', '1', '123', 'a🎉', '1🎉', '🎉🎉🎉🎉', '#', 'مرحبا']) {
    equal([small, isJumbo(small)], [small, false]);
  }
});

// Each of these would take minutes, or for ever, were any stretch of it looked at again and again.
Deno.test('no text takes longer than its length', () => {
  for (const piece of ['🇵', '👍🏽', '1\uFE0F', '🎉\u200D', '🎉', '\u{E0061}', 'e\u0301', ' ']) {
    equal(isJumbo(`🎉${piece.repeat(500_000)}a`), false);
  }
  for (const piece of [')', '.', '(', ').', '*a', 'a', 'a@', 'a.', '@', 'www.', 'mailto:', 'http://', '[', 'a@a.a+']) {
    for (const [before, after] of [['', ''], ['http://a.b/', ''], ['http://a.b/', 'a'], ['a@b', ''], ['', '@']]) {
      const text = before + piece.repeat(500_000 / piece.length) + after;
      equal(linkify(text).map((part) => part.text).join('') === text, true);
    }
  }
});

Deno.test('a name cannot pretend to be another', () => {
  equal(shownName('photo\u202Egpj.exe'), 'photogpj.exe');
  equal(shownName('a\u0000b\u200B.txt'), 'ab.txt');
  equal(shownName('\u202E'), 'file');
  equal(shownName('<b>x</b>.png'), '<b>x</b>.png');
});

Deno.test('counts as the service counts', () => equal(codePoints('a😀'), 2));

Deno.test('initials of any name', () => equal([initials('Ada Lovelace'), initials('王'), initials(''), initials('😀 x')], ['AL', '王', '?', '😀X']));

Deno.test('marks what was looked for, in any case, and shows a long text from shortly before it', () => {
  equal(marked('A red fox, RED.', ['red']).map(({ text, hit }) => hit ? `[${text}]` : text).join(''), 'A [red] fox, [RED].');
  equal(marked('redder', ['red', 'redder']), [{ text: 'redder', hit: true }]);
  equal(marked('a+b (c) 1.5 [x] a-b \\', ['a+b', '(c)', '1.5', '[x]', 'a-b', '\\']).filter((part) => part.hit).length, 6);
  equal(marked('ΕΛΛΆΔΑ', ['ελλάδα']), [{ text: 'ΕΛΛΆΔΑ', hit: true }]);
  equal(marked('nothing', ['red']), [{ text: 'nothing', hit: false }]);
  equal(marked('nothing', []), [{ text: 'nothing', hit: false }]);
  const long = marked(`${'word '.repeat(100)}needle${' word'.repeat(100)}`, ['needle']);
  equal([long[0].text.length < 50, long[0].text.startsWith('…word'), long[1].hit], [true, true, true]);
  equal(marked(`${'🎉'.repeat(100)}needle`, ['needle'])[0].text, `…${'🎉'.repeat(40)}`);
});

import { unblur } from '../../main/resources/web/app/core/thumbhash.ts';
import { equal } from './testsupport.ts';

Deno.test('a placeholder shows what the reference implementation makes of the same hash', () => {
  // npm's thumbhash 0.1.1: thumbHashToRGBA, which cuts what this rounds.
  const blur = unblur('GxgKHZhgdndwh4h2iGiIh9CiDeeI')!;
  equal([blur.width, blur.height, blur.rgba.length], [32, 23, 32 * 23 * 4]);
  const near = (some: number[], expected: number[]) => some.every((value, i) => Math.abs(value - expected[i]) <= 1);
  equal(near([...blur.rgba.slice(0, 12)], [25, 21, 17, 255, 27, 21, 19, 255, 30, 22, 22, 255]), true);
  equal(near([...blur.rgba.slice(-8)], [228, 193, 101, 255, 230, 193, 101, 255]), true);
  const sum = blur.rgba.reduce((all, value) => all + value, 0);
  equal(Math.abs(sum - 428703) < blur.rgba.length, true);
  const plain = unblur('mEkDAwB7eIh3h3f5B414iPg=')!;
  equal([plain.width, plain.height], [14, 32]);
  equal(near([...plain.rgba.slice(0, 4)], [197, 31, 62, 255]), true);
});

Deno.test('what is no placeholder shows nothing', () => {
  equal(['', 'AAAA', '?', '////////////', 'GxgKAAAA'].map(unblur), [null, null, null, null, null]);
});

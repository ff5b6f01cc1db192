/** What a ThumbHash (evanw.github.io/thumbhash) says of a picture: some 32 pixels across, four bytes each. */
export interface Blur {
  width: number;
  height: number;
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Colour differences are kept in so many frequencies across and down. */
const COLOUR = 3;
/** Compression takes colour away. */
const SATURATION = 1.25;
const LONGER = 32;

/** Of an opaque picture, as the service makes them; null for anything else. */
export function unblur(base64: string): Blur | null {
  let hash: Uint8Array;
  try {
    hash = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
  if (hash.length < 6 || hash[2] & 0x80) {
    return null;
  }
  const first = hash[0] | hash[1] << 8 | hash[2] << 16;
  const second = hash[3] | hash[4] << 8;
  const wide = second >> 15 === 1;
  const shorter = second & 7;
  const across = wide ? 7 : shorter;
  const down = wide ? shorter : 7;
  if (!shorter) {
    return null;
  }
  let nibble = 0;
  const channel = (average: number, scale: number, nx: number, ny: number): Channel => {
    const ac: number[] = [];
    for (let cy = 0; cy < ny; cy++) {
      for (let cx = cy ? 0 : 1; cx * ny < nx * (ny - cy); cx++) {
        const value = (hash[5 + (nibble >> 1)] >> ((nibble++ & 1) << 2)) & 15;
        ac.push((value / 7.5 - 1) * scale);
      }
    }
    return { average, ac, nx, ny };
  };
  const light = channel((first & 63) / 63, (first >> 18 & 31) / 31, Math.max(3, across), Math.max(3, down));
  const yellow = channel((first >> 6 & 63) / 31.5 - 1, (second >> 3 & 63) / 63 * SATURATION, COLOUR, COLOUR);
  const red = channel((first >> 12 & 63) / 31.5 - 1, (second >> 9 & 63) / 63 * SATURATION, COLOUR, COLOUR);

  const ratio = across / down;
  const width = Math.round(ratio > 1 ? LONGER : LONGER * ratio);
  const height = Math.round(ratio > 1 ? LONGER / ratio : LONGER);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const l = at(light, (x + 0.5) / width, (y + 0.5) / height);
      const p = at(yellow, (x + 0.5) / width, (y + 0.5) / height);
      const q = at(red, (x + 0.5) / width, (y + 0.5) / height);
      const blue = l - 2 / 3 * p;
      const r = (3 * l - blue + q) / 2;
      rgba.set([255 * r, 255 * (r - q), 255 * blue, 255], i);
    }
  }
  return { width, height, rgba };
}

interface Channel {
  average: number;
  ac: number[];
  nx: number;
  ny: number;
}

/** The channel's value at a place of the picture, from 0 to 1 both ways. */
function at({ average, ac, nx, ny }: Channel, x: number, y: number): number {
  let value = average;
  for (let cy = 0, i = 0; cy < ny; cy++) {
    const vertical = 2 * Math.cos(Math.PI * y * cy);
    for (let cx = cy ? 0 : 1; cx * ny < nx * (ny - cy); cx++) {
      value += ac[i++] * Math.cos(Math.PI * x * cx) * vertical;
    }
  }
  return value;
}

const LONGEST = 2048;

/**
 * A photo of at most 2048 pixels a side, upright as it was taken, and without what else its file told. The original when
 * that is small already.
 */
export async function smaller(photo: Blob): Promise<Blob> {
  const image = await createImageBitmap(photo, { imageOrientation: 'from-image' });
  try {
    const scale = LONGEST / Math.max(image.width, image.height);
    if (scale >= 1) {
      return photo;
    }
    const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
    const context = canvas.getContext('2d')!;
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    // PNG and WebP may be transparent, which JPEG is not.
    const type = photo.type === 'image/png' || photo.type === 'image/webp' ? 'image/webp' : 'image/jpeg';
    const small = await canvas.convertToBlob({ type, quality: 0.85 });
    return small.size < photo.size ? small : photo;
  } finally {
    image.close();
  }
}

/** A square part of a picture, for an avatar. */
export function square(image: ImageBitmap, part: { x: number; y: number; size: number }, pixels = 512): Promise<Blob> {
  const canvas = new OffscreenCanvas(pixels, pixels);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, pixels, pixels);
  context.drawImage(image, part.x, part.y, part.size, part.size, 0, 0, pixels, pixels);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
}

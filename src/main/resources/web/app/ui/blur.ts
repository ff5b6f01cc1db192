import { noChange } from 'lit';
import { directive, Directive, type ElementPart } from 'lit/directive.js';
import { unblur } from '../core/thumbhash.ts';

/** Draws what stands in for a picture on a canvas, until the picture lies over it. */
class BlurDirective extends Directive {
  private drawn: string | null = null;

  render(_placeholder: string): unknown {
    return noChange;
  }

  override update(part: ElementPart, [placeholder]: [string]): unknown {
    if (placeholder !== this.drawn) {
      this.drawn = placeholder;
      const canvas = part.element as HTMLCanvasElement;
      const blur = unblur(placeholder);
      if (blur) {
        canvas.width = blur.width;
        canvas.height = blur.height;
        canvas.getContext('2d')?.putImageData(new ImageData(blur.rgba, blur.width, blur.height), 0, 0);
      }
    }
    return noChange;
  }
}

export const blur = directive(BlurDirective);

import { html, nothing, render } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { bytes } from '../core/format.ts';
import { shownName } from '../core/text.ts';
import type { FileEntry } from '../core/types.ts';
import { t } from '../texts.ts';
import { cover, hasExpired } from './attachments.ts';
import { icon, iconButton } from './icons.ts';
import { modal } from './overlay.ts';
import { vars } from './vars.ts';

const MOST_ZOOM = 6;
const SWIPE = 60;
/** So many pixels of the screen the longer side of a preview may take, which has 1,280: beyond, it is seen to have no more. */
const BLURRED = 1_920;
/** The name of the step back that it adds. */
const PLACE = 'picture';

/** Pictures that are shown large, one at a time. */
export interface Pictures {
  images: FileEntry[];
  /** Which one is shown first. */
  index: number;
  /** Asks for one by a link that works; null when there is none to be had. */
  renew: (index: number) => Promise<FileEntry | null>;
}

/** Pictures of a message, large: arrow keys and swipes turn, wheel, double tap and pinch zoom, dragging moves. */
class Lightbox {
  private readonly dialog = modal('lightbox', t.viewer);
  private scale = 1;
  private x = 0;
  private y = 0;
  /** The original is wanted, and stays when it is shown small again. */
  private whole = false;
  /** Something of the picture is on the screen. */
  private seen = false;
  /** What is to replace the preview. */
  private original: HTMLImageElement | null = null;
  private failed = false;
  /** Its link has expired, and another is asked for. */
  private waits = false;
  private readonly pointers = new Map<number, { x: number; y: number }>();
  private start: { x: number; y: number; distance: number; scale: number } | null = null;
  private moved = false;
  /** What was pressed: a click does not tell, since all goes to the stage while something is pressed. */
  private pressed: EventTarget | null = null;

  private readonly images: FileEntry[];
  private index: number;
  private readonly renew: Pictures['renew'];

  constructor({ images, index, renew }: Pictures) {
    const { dialog } = this;
    this.images = images;
    this.index = index;
    this.renew = renew;
    dialog.addEventListener('keydown', this.keys);
    this.draw();
    dialog.showModal();
    // On a phone one leaves a picture by going back, and is where one was.
    history.pushState(PLACE, '');
    dialog.addEventListener('close', () => {
      if (history.state === PLACE) {
        history.back();
      }
    });
  }

  private draw(): void {
    const image = this.images[this.index];
    const name = shownName(image.file_name);
    const many = this.images.length > 1;
    render(html`
      <header>
        <span class="caption"><bdi>${name}</bdi><small>${bytes(image.file_size)}${many ? ` · ${t.imageOf(this.index + 1, this.images.length)}` : ''}</small></span>
        <span class="hidden" role="status">${name}${many ? `, ${t.imageOf(this.index + 1, this.images.length)}` : ''}</span>
        ${iconButton('zoomOut', t.zoomOut, () => this.zoom(this.scale / 1.5), { disabled: this.scale <= 1 })}
        ${iconButton('zoomIn', t.zoomIn, () => this.zoom(this.scale * 1.5), { disabled: this.scale >= MOST_ZOOM })}
        <a class="icon-button" href=${image.file_path} download=${name} aria-label=${t.downloadFile(name)} title=${t.download}>${icon('download')}</a>
        ${iconButton('close', t.close, () => this.dialog.close())}
      </header>
      <div class="stage" ?data-zoomed=${this.scale > 1} ?data-still=${this.pointers.size === 0} @wheel=${this.wheel} @dblclick=${(event: MouseEvent) => this.zoom(this.scale > 1 ? 1 : 2.5, event)}
        @pointerdown=${this.down} @pointermove=${this.move} @pointerup=${this.up} @pointercancel=${this.up} @click=${this.click}>
        ${many ? iconButton('back', t.previous, () => this.turn(-1), { css: 'turn previous' }) : nothing}
        ${keyed(image.id, html`<img src=${this.waits ? nothing : this.source(image)} alt=${name} draggable="false" ?hidden=${this.failed} @load=${this.loaded} @error=${this.missing}
          ${vars({ '--width': image.width && `${image.width}px`, '--ratio': image.width && image.height && image.width / image.height, '--thumbnail': image.thumbnail_path && `url(${JSON.stringify(image.thumbnail_path)})` })}>`)}
        ${this.failed ? html`<p role="alert">${t.fileGone}</p>` : nothing}
        ${many ? iconButton('next', t.next, () => this.turn(1), { css: 'turn next' }) : nothing}
      </div>`, this.dialog);
    this.place();
  }

  /** The preview where it is as good as the original; one of an animation does not move. */
  private source({ file_path, preview_path, mime_type, width, height }: FileEntry): string {
    if (!preview_path || mime_type === 'image/gif' || !width || !height) {
      return file_path;
    }
    const fits = Math.min(1, innerWidth / width, innerHeight / height);
    if (fits * Math.max(width, height) * this.scale * devicePixelRatio > BLURRED) {
      if (this.seen) {
        this.fetch(file_path);
      } else {
        this.whole = true;
      }
    }
    return this.whole ? file_path : preview_path;
  }

  /** A preview that is on the screen stays there until the original has come, if it does; it is asked for once. */
  private fetch(path: string): void {
    if (this.original) {
      return;
    }
    const original = this.original = new Image();
    original.addEventListener('load', () => {
      if (original === this.original) {
        this.whole = true;
        this.draw();
      }
    });
    original.src = path;
  }

  private readonly loaded = (event: Event) => {
    cover(event);
    this.seen ||= (event.target as Element).isConnected;
    if (this.failed) {
      this.failed = false;
      this.draw();
    }
  };

  private readonly missing = (event: Event) => {
    const picture = event.target as HTMLImageElement;
    if (picture.isConnected) {
      this.failed = picture.getAttribute('src') === this.images[this.index].file_path;
      this.whole = true;
      this.draw();
    }
  };

  private place(): void {
    const picture = this.dialog.querySelector('img')!;
    picture.style.setProperty('--x', `${this.x}px`);
    picture.style.setProperty('--y', `${this.y}px`);
    picture.style.setProperty('--scale', String(this.scale));
  }

  private turn(by: number): void {
    this.index = (this.index + by + this.images.length) % this.images.length;
    this.scale = 1;
    this.x = this.y = 0;
    this.whole = this.seen = this.failed = false;
    this.original = null;
    this.waits = hasExpired(this.images[this.index]);
    if (this.waits) {
      void this.catchUp();
    }
    this.draw();
  }

  /** A picture that is turned to late comes by another link. */
  private async catchUp(): Promise<void> {
    const { index } = this;
    const fresh = await this.renew(index);
    this.images[index] = fresh ?? this.images[index];
    if (index === this.index) {
      this.waits = false;
      this.failed = !fresh;
      this.draw();
    }
  }

  /** @param at stays where it is on the screen */
  private zoom(to: number, at?: { clientX: number; clientY: number }): void {
    const scale = Math.min(MOST_ZOOM, Math.max(1, to));
    if (at && scale > 1) {
      const stage = this.dialog.querySelector('.stage')!.getBoundingClientRect();
      const dx = at.clientX - stage.left - stage.width / 2;
      const dy = at.clientY - stage.top - stage.height / 2;
      this.x = dx - (dx - this.x) * scale / this.scale;
      this.y = dy - (dy - this.y) * scale / this.scale;
    }
    this.scale = scale;
    if (scale === 1) {
      this.x = this.y = 0;
    }
    this.draw();
  }

  private readonly keys = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step && this.scale > 1) {
      this.x -= step * 60;
      this.place();
    } else if (step && this.images.length > 1) {
      this.turn(step);
    } else if (event.key === '+' || event.key === '=') {
      this.zoom(this.scale * 1.5);
    } else if (event.key === '-') {
      this.zoom(this.scale / 1.5);
    } else if (event.key === '0') {
      this.zoom(1);
    } else if (this.scale > 1 && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      this.y += event.key === 'ArrowUp' ? 60 : -60;
      this.place();
    }
  };

  private readonly wheel = (event: WheelEvent) => {
    event.preventDefault();
    this.zoom(this.scale * (event.deltaY < 0 ? 1.2 : 1 / 1.2), event);
  };

  private distance(): number {
    const [one, other] = [...this.pointers.values()];
    return other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  }

  private readonly down = (event: PointerEvent) => {
    if ((event.target as HTMLElement).closest('button')) {
      return;
    }
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.start = { x: event.clientX, y: event.clientY, distance: this.distance(), scale: this.scale };
    this.moved = false;
    this.pressed = event.target;
  };

  private readonly move = (event: PointerEvent) => {
    const before = this.pointers.get(event.pointerId);
    if (!before || !this.start) {
      return;
    }
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.moved ||= Math.hypot(event.clientX - this.start.x, event.clientY - this.start.y) > 6;
    if (this.pointers.size === 2) {
      this.scale = Math.min(MOST_ZOOM, Math.max(1, this.start.scale * this.distance() / (this.start.distance || 1)));
      this.draw();
    } else if (this.scale > 1) {
      this.x += event.clientX - before.x;
      this.y += event.clientY - before.y;
    } else if (this.images.length > 1) {
      this.x = event.clientX - this.start.x;
    }
    this.place();
  };

  private readonly up = (event: PointerEvent) => {
    if (!this.pointers.delete(event.pointerId) || this.scale > 1) {
      return;
    }
    const by = this.x;
    this.x = this.y = 0;
    if (event.type === 'pointerup' && Math.abs(by) > SWIPE && this.images.length > 1) {
      this.turn(by < 0 ? 1 : -1);
    } else {
      this.place();
    }
  };

  private readonly click = (event: MouseEvent) => {
    if (!this.moved && event.target === event.currentTarget && this.pressed === event.target) {
      this.dialog.close();
    }
  };
}

export function openLightbox(pictures: Pictures): void {
  new Lightbox(pictures);
}

import { html, nothing, type TemplateResult } from 'lit';
import { client } from '../core/client.ts';
import { notifies, wantNotifications } from '../core/notify.ts';
import { square } from '../core/photos.ts';
import type { User } from '../core/types.ts';
import { setTheme, theme } from '../theme.ts';
import { t } from '../texts.ts';
import { avatar } from './avatar.ts';
import { icon } from './icons.ts';
import { confirmed, dialogHeader, oneAtATime, openDialog, toast } from './overlay.ts';
import { openPassword } from './password.ts';

const SHOWN = 600;
const MOST_ZOOM = 5;

/** One's own name and picture, notifications, appearance. */
class Profile {
  private image: ImageBitmap | null = null;
  private closed = false;
  /** The middle of the part that is shown, in pixels of the image, and how far it is zoomed in. */
  private x = 0;
  private y = 0;
  private zoom = 1;
  private readonly attempt = oneAtATime();
  private readonly dialog: ReturnType<typeof openDialog>;

  constructor() {
    this.dialog = openDialog((close) => this.view(close), { label: t.profile });
    void this.dialog.closed.then(() => {
      this.closed = true;
      this.image?.close();
    });
  }

  private view(close: () => void): TemplateResult {
    return html`${dialogHeader(t.profile, close)}${this.image ? this.cropper() : this.settings(close)}`;
  }

  private settings(close: () => void): TemplateResult {
    const me = client.me;
    return html`<div class="profile">
      <div class="hero">
        ${avatar(me, 'large')}
        <p class="quiet">${me.email}</p>
        <input type="file" accept="image/*" hidden class="pick-avatar" @change=${this.picked}>
        <div class="dialog-buttons">
          <button type="button" class="button" @click=${() => document.querySelector<HTMLInputElement>('.pick-avatar')!.click()}>${icon('camera')}${t.changePicture}</button>
          ${me.avatar_url ? html`<button type="button" class="button" @click=${() => void this.save(() => client.api.changeMe({ avatar_url: null }))}>${t.removePicture}</button>` : nothing}
        </div>
      </div>
      <form @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        void this.save(() => client.api.changeMe({ name: String(new FormData(event.target as HTMLFormElement).get('name')).trim() })).then((saved) => saved && close());
      }}>
        <label class="field"><span>${t.yourName}</span><input class="input" name="name" dir="auto" required maxlength="100" .value=${me.name}></label>
        <fieldset class="field segmented-field"><legend>${t.theme}</legend>
          <div class="segmented">${Object.entries(t.themes).map(([value, label]) => html`<label><input type="radio" name="theme" .value=${value} .checked=${theme() === value} @change=${() => setTheme(value)}>${label}</label>`)}</div></fieldset>
        <label class="check"><input type="checkbox" .checked=${notifies()} @change=${this.notify}><span>${t.notify}<br><small class="quiet">${t.notifyHint}</small></span></label>
        <button type="button" class="button" @click=${openPassword}>${t.changePassword}</button>
        <div class="dialog-buttons">
          <button type="button" class="button" @click=${() => void this.signOut(close)}>${icon('leave')}${t.signOut}</button>
          <button class="button primary">${t.save}</button>
        </div>
      </form>
    </div>`;
  }

  private async signOut(close: () => void): Promise<void> {
    if (!client.unsent || await confirmed(t.signOutTitle, t.signOutHint, t.signOut)) {
      close();
      client.sessions.signOut();
    }
  }

  private cropper(): TemplateResult {
    return html`<div class="profile">
      <div class="crop" tabindex="0" role="application" aria-label=${t.crop} aria-describedby="crop-hint" @pointerdown=${this.grab} @pointermove=${this.drag} @wheel=${this.wheel} @keydown=${this.keys}><canvas width=${SHOWN} height=${SHOWN}></canvas></div>
      <p class="hint" id="crop-hint">${t.cropHint}</p>
      <label class="field"><span>${t.zoom}</span><input type="range" min="1" max=${MOST_ZOOM} step="0.01" .value=${String(this.zoom)} @input=${(event: InputEvent) => this.look(this.x, this.y, Number((event.target as HTMLInputElement).value))}></label>
      <div class="dialog-buttons">
        <button type="button" class="button" @click=${() => this.drop()}>${t.cancel}</button>
        <button type="button" class="button primary" @click=${() => void this.use()}>${t.usePicture}</button>
      </div>
    </div>`;
  }

  private readonly picked = async (event: Event) => {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (!file) {
      return;
    }
    try {
      this.image = await createImageBitmap(file, { imageOrientation: 'from-image' });
    } catch {
      toast(t.badType(file.name));
      return;
    }
    if (this.closed) {
      this.image.close();
      return;
    }
    this.dialog.update();
    this.look(this.image.width / 2, this.image.height / 2, 1);
    document.querySelector<HTMLElement>('.crop')?.focus();
  };

  /** Pixels of the image that a side of the square shows. */
  private get side(): number {
    return Math.min(this.image!.width, this.image!.height) / this.zoom;
  }

  private look(x: number, y: number, zoom: number): void {
    this.zoom = Math.min(MOST_ZOOM, Math.max(1, zoom));
    const half = this.side / 2;
    this.x = Math.min(this.image!.width - half, Math.max(half, x));
    this.y = Math.min(this.image!.height - half, Math.max(half, y));
    this.dialog.update();
    const context = document.querySelector<HTMLCanvasElement>('.crop canvas')!.getContext('2d')!;
    context.clearRect(0, 0, SHOWN, SHOWN);
    context.drawImage(this.image!, this.x - half, this.y - half, this.side, this.side, 0, 0, SHOWN, SHOWN);
  }

  private readonly grab = (event: PointerEvent) => (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);

  private readonly drag = (event: PointerEvent) => {
    const box = event.currentTarget as HTMLElement;
    if (box.hasPointerCapture(event.pointerId)) {
      const scale = this.side / box.clientWidth;
      this.look(this.x - event.movementX * scale, this.y - event.movementY * scale, this.zoom);
    }
  };

  private readonly wheel = (event: WheelEvent) => {
    event.preventDefault();
    this.look(this.x, this.y, this.zoom * (event.deltaY < 0 ? 1.08 : 1 / 1.08));
  };

  private readonly keys = (event: KeyboardEvent) => {
    const step = this.side / 20;
    const by: Record<string, [number, number, number]> = { ArrowLeft: [-step, 0, 1], ArrowRight: [step, 0, 1], ArrowUp: [0, -step, 1], ArrowDown: [0, step, 1], '+': [0, 0, 1.1], '-': [0, 0, 1 / 1.1] };
    const move = by[event.key];
    if (move) {
      event.preventDefault();
      this.look(this.x + move[0], this.y + move[1], this.zoom * move[2]);
    }
  };

  private drop(): void {
    this.image?.close();
    this.image = null;
    this.dialog.update();
  }

  private async use(): Promise<void> {
    const { side } = this;
    const part = { x: this.x - side / 2, y: this.y - side / 2, size: side };
    if (await this.save(async () => client.api.setAvatar(await square(this.image!, part)))) {
      this.drop();
    }
  }

  private async save(ask: () => Promise<User>): Promise<boolean> {
    const user = await this.attempt(ask);
    if (user) {
      client.changed(user);
      this.dialog.update();
    }
    return user !== null;
  }

  private readonly notify = async (event: Event) => {
    const box = event.target as HTMLInputElement;
    const wanted = box.checked;
    box.checked = await wantNotifications(wanted);
    if (wanted && !box.checked) {
      toast(t.notifyDenied);
    }
  };
}

export function openProfile(): void {
  new Profile();
}

import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { duration } from '../core/format.ts';
import { t } from '../texts.ts';
import { iconButton } from './icons.ts';
import { toast } from './overlay.ts';
import { vars } from './vars.ts';
import { Player } from './view.ts';

const BARS = 40;
/** Longer sounds are played without a picture of them: decoding takes memory. */
const MOST_BYTES = 3_000_000;
const RATES = [1, 1.5, 2];

let playing: HTMLAudioElement | null = null;

/** Plays a voice message or other sound: its waveform is the slider. */
@customElement('parley-voice')
export class Voice extends Player {
  @property()
  src = '';
  /** Where it is now: {@link src} expires. */
  link: () => Promise<string | null> = () => Promise.resolve(this.src);
  /** The sound itself, where it is at hand. */
  @property({ attribute: false })
  data: Blob | null = null;
  @property({ type: Number })
  seconds: number | null = null;
  @property({ type: Number })
  size = 0;
  @property()
  label: string = t.voice;
  @state()
  private at = 0;
  @state()
  private isPlaying = false;
  @state()
  private rate = 1;
  @state()
  private peaks: number[] = [];
  private sound: HTMLAudioElement | null = null;
  private opening: Promise<HTMLAudioElement> | null = null;
  private seen?: IntersectionObserver;

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        this.seen?.disconnect();
        void this.draw();
      }
    });
    this.seen.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.seen?.disconnect();
    this.sound?.pause();
  }

  private get length(): number {
    const measured = this.sound?.duration;
    return measured && Number.isFinite(measured) ? measured : this.seconds ?? 0;
  }

  protected override render() {
    const share = this.length ? Math.min(1, this.at / this.length) : 0;
    const peaks = this.peaks.length ? this.peaks : new Array<number>(BARS).fill(0.15);
    return html`<div class="voice" role="group" aria-label=${this.label}>
      ${iconButton(this.isPlaying ? 'pause' : 'play', this.isPlaying ? t.pause : t.play, () => void this.toggle(), { css: 'round' })}
      <div class="wave">
        <div class="wave-bars" aria-hidden="true">${peaks.map((peak, index) => html`<i ?data-played=${index / BARS < share} ${vars({ '--peak': peak.toFixed(2) })}></i>`)}</div>
        <input type="range" min="0" max="1000" step="1" aria-label=${t.position} aria-valuetext="${duration(this.at)} / ${duration(this.length)}" .value=${String(Math.round(share * 1000))} @input=${this.seek}>
      </div>
      <span class="voice-time">${duration(this.at || this.length)}</span>
      ${this.isPlaying || this.rate !== 1 ? html`<button type="button" class="rate" aria-label=${t.speed(this.rate)} @click=${this.faster}>${this.rate}×</button>` : nothing}
    </div>`;
  }

  private open(): Promise<HTMLAudioElement> {
    if (!this.opening || this.sound?.error) {
      this.sound = null;
      this.opening = this.opened();
    }
    return this.opening;
  }

  private async opened(): Promise<HTMLAudioElement> {
    const sound = new Audio(await this.link() ?? this.src);
    sound.addEventListener('timeupdate', () => this.at = sound.currentTime);
    sound.addEventListener('play', () => this.isPlaying = true);
    sound.addEventListener('pause', () => this.isPlaying = false);
    sound.addEventListener('durationchange', () => this.requestUpdate());
    sound.addEventListener('ended', () => this.at = 0);
    this.sound = sound;
    return sound;
  }

  private async toggle(): Promise<void> {
    const sound = await this.open();
    if (!this.isConnected) {
      return;
    }
    if (!sound.paused) {
      sound.pause();
      return;
    }
    playing?.pause();
    playing = sound;
    sound.playbackRate = this.rate;
    await sound.play().catch(() => {
      this.isPlaying = false;
      if (sound.error) {
        toast(t.fileGone);
      }
    });
  }

  private async seek(event: InputEvent): Promise<void> {
    const share = Number((event.target as HTMLInputElement).value) / 1000;
    const sound = await this.open();
    this.at = share * this.length;
    sound.currentTime = this.at;
  }

  private faster(): void {
    this.rate = RATES[(RATES.indexOf(this.rate) + 1) % RATES.length];
    if (this.sound) {
      this.sound.playbackRate = this.rate;
    }
  }

  private async draw(): Promise<void> {
    if (!this.src || this.size > MOST_BYTES) {
      return;
    }
    try {
      const sound = this.data ?? await fetch(await this.link() ?? this.src);
      const context = new OfflineAudioContext(1, 1, 8_000);
      const samples = (await context.decodeAudioData(await sound.arrayBuffer())).getChannelData(0);
      const step = Math.max(1, Math.floor(samples.length / BARS));
      const loud = Array.from({ length: BARS }, (_, bar) => {
        let most = 0;
        for (let place = bar * step; place < Math.min(samples.length, (bar + 1) * step); place += 8) {
          most = Math.max(most, Math.abs(samples[place]));
        }
        return most;
      });
      const loudest = Math.max(...loud, 0.01);
      this.peaks = loud.map((peak) => Math.max(0.1, peak / loudest));
    } catch {
      // What cannot be decoded is played without its picture.
    }
  }
}

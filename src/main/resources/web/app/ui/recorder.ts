import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { duration } from '../core/format.ts';
import { recordingName } from '../core/text.ts';
import { t } from '../texts.ts';
import { icon, iconButton, singly } from './icons.ts';
import { toast } from './overlay.ts';
import { vars } from './vars.ts';
import { tell } from './view.ts';
import './voice.ts';

const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
const EXTENSIONS: Record<string, string> = { 'audio/webm': 'webm', 'audio/mp4': 'm4a', 'audio/ogg': 'ogg' };
const SHOWN = 120;
const LONGEST = 15 * 60;

/** Records a voice message: a level meter while it runs, then it can be heard before it is sent. */
@customElement('parley-recorder')
export class Recorder extends LitElement {
  /** Takes what was recorded when it is neither sent nor discarded. */
  @property({ attribute: false })
  keep: (file: File, seconds: number) => void = () => {};
  @state()
  private seconds = 0;
  @state()
  private levels: number[] = [];
  @state()
  private result: { file: File; url: string } | null = null;
  private recorder: MediaRecorder | null = null;
  private stream: MediaStream | null = null;
  private context: AudioContext | null = null;
  private readonly chunks: Blob[] = [];
  private decided = false;
  private began = 0;
  private timer = 0;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('beforeunload', this.stay);
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('beforeunload', this.stay);
    this.release();
    if (this.result) {
      URL.revokeObjectURL(this.result.url);
      this.left(this.result.file);
    }
  }

  /** With the page what was said would be lost. */
  private readonly stay = (event: Event) => event.preventDefault();

  private left(file: File): void {
    if (!this.decided) {
      this.keep(file, this.seconds);
    }
  }

  /** What becomes of the recording is decided. */
  private decide(what: 'recorded' | 'discarded'): void {
    this.decided = true;
    tell(this, what, this.result && { file: this.result.file, seconds: this.seconds });
  }

  protected override render() {
    return html`<div class="recorder" role="group" aria-label=${t.record}>
      ${iconButton('trash', t.discardRecording, () => this.decide('discarded'))}
      ${this.result ? html`
        <parley-voice .src=${this.result.url} .data=${this.result.file} .seconds=${this.seconds} .size=${this.result.file.size}></parley-voice>
        <button type="button" class="icon-button send" aria-label=${t.sendRecording} title=${t.sendRecording} @click=${singly(() => this.decide('recorded'))}>${icon('send')}</button>` : html`
        <span class="red" aria-hidden="true"></span>
        <span class="voice-time" role="timer" aria-label=${t.recording}>${duration(this.seconds)}</span>
        <div class="level" aria-hidden="true">${this.levels.map((peak) => html`<i ${vars({ '--peak': peak.toFixed(2) })}></i>`)}</div>
        ${this.recorder ? iconButton('stop', t.stopRecording, singly(() => this.recorder?.stop())) : nothing}`}
    </div>`;
  }

  private async begin(): Promise<void> {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
      const type = TYPES.find((each) => MediaRecorder.isTypeSupported(each));
      this.recorder = new MediaRecorder(this.stream, type ? { mimeType: type, audioBitsPerSecond: 48_000 } : undefined);
    } catch {
      toast(t.noMicrophone);
      this.decide('discarded');
      return;
    }
    if (!this.isConnected) {
      this.release();
      return;
    }
    this.recorder.ondataavailable = (event) => this.chunks.push(event.data);
    this.recorder.onstop = () => this.ended();
    this.context = new AudioContext();
    const meter = this.context.createAnalyser();
    meter.fftSize = 1024;
    this.context.createMediaStreamSource(this.stream).connect(meter);
    const samples = new Float32Array(meter.fftSize);
    this.began = performance.now();
    this.recorder.start(1_000);
    this.timer = setInterval(() => {
      meter.getFloatTimeDomainData(samples);
      const loud = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      this.levels = [...this.levels.slice(1 - SHOWN), Math.min(1, 0.08 + loud * 4)];
      this.seconds = (performance.now() - this.began) / 1000;
      if (this.seconds >= LONGEST) {
        this.recorder?.stop();
      }
    }, 80);
    this.requestUpdate();
    await this.updateComplete;
    this.querySelectorAll('button')[1]?.focus();
  }

  private ended(): void {
    const type = (this.recorder?.mimeType ?? '').split(';')[0] || 'audio/webm';
    this.release();
    if (!this.chunks.length) {
      return;
    }
    const file = new File(this.chunks, recordingName(EXTENSIONS[type] ?? 'webm'), { type });
    if (!this.isConnected) {
      this.left(file);
    } else {
      this.result = { file, url: URL.createObjectURL(file) };
      void this.updateComplete.then(() => this.querySelector<HTMLElement>('.send')?.focus());
    }
  }

  private release(): void {
    clearInterval(this.timer);
    if (this.recorder && this.recorder.state !== 'inactive') {
      this.recorder.stop();
    }
    this.stream?.getTracks().forEach((track) => track.stop());
    void this.context?.close().catch(() => {});
    this.stream = null;
    this.context = null;
  }
}

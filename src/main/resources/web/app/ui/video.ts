import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shownName } from '../core/text.ts';
import type { FileEntry } from '../core/types.ts';
import { t } from '../texts.ts';
import { vars } from './vars.ts';
import { Player } from './view.ts';

const plays = new Map<string, boolean>();
/** The files that turned out not to play, though their type may. */
const failed = new Set<string>();

/** Whether this browser can play a video, as far as that is known. */
export function canPlay(file: FileEntry): boolean {
  const type = file.mime_type;
  let answer = plays.get(type);
  if (answer === undefined) {
    answer = document.createElement('video').canPlayType(type === 'video/quicktime' ? 'video/mp4' : type) !== '';
    plays.set(type, answer);
  }
  return answer && !failed.has(file.id);
}

/** Plays a video. Only its bytes tell which codecs are in it: what cannot be decoded gives way to something else. */
@customElement('parley-video')
export class Video extends Player {
  @property({ attribute: false })
  file!: FileEntry;
  @property({ attribute: false })
  place: Parameters<typeof vars>[0] = {};
  /** What is shown of a video that does not play. */
  @property({ attribute: false })
  instead: TemplateResult | typeof nothing = nothing;
  /** Asks for a link that has not expired; null when there is none to be had. */
  renew: () => Promise<unknown> = () => Promise.resolve(null);
  /** The link with which it failed, and for which another was asked. */
  private renewed = '';

  protected override render() {
    const { file } = this;
    return canPlay(file) ? html`<video class="video" controls playsinline preload="metadata" aria-label="${t.video}: ${shownName(file.file_name)}"
      poster=${file.thumbnail_path ?? nothing} src=${file.file_path} ${vars(this.place)} @error=${this.stopped} @loadedmetadata=${this.measured}></video>` : this.instead;
  }

  /** An expired link looks like what cannot be decoded, until it was renewed. */
  private async stopped({ target }: Event): Promise<void> {
    const video = target as HTMLVideoElement;
    if (!video.error || video.error.code < MediaError.MEDIA_ERR_DECODE) {
      return;
    }
    const { file_path } = this.file;
    if (this.renewed === file_path) {
      this.giveUp();
    } else if (await this.renew()) {
      this.renewed = file_path;
      video.load();
    }
  }

  /** Where only the sound is understood, there is no picture to measure. */
  private measured({ target }: Event): void {
    if (!(target as HTMLVideoElement).videoWidth) {
      this.giveUp();
    }
  }

  private giveUp(): void {
    failed.add(this.file.id);
    this.requestUpdate();
  }
}

import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { client } from '../core/client.ts';
import { EMOJI } from './emoji-data.ts';
import { t } from '../texts.ts';
import { tell } from './view.ts';

const RECENT = 'parley.emoji';
const MOST_RECENT = 24;

/** Picks an emoji by group or by word. */
@customElement('parley-emoji')
export class EmojiPicker extends LitElement {
  @state()
  private filter = '';

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.outside, true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.outside, true);
  }

  protected override firstUpdated(): void {
    this.querySelector('input')!.focus();
  }

  private readonly outside = (event: Event) => {
    const target = event.target as HTMLElement;
    if (!this.contains(target) && !target.closest('.write')) {
      tell(this, 'closed');
    }
  };

  protected override render() {
    const wanted = this.filter.trim().toLowerCase();
    const recent = client.kept.get<string[]>(RECENT) ?? [];
    const found = wanted ? EMOJI.flatMap((group) => group.emoji).filter((entry) => entry.words.includes(wanted)).map((entry) => entry.emoji) : [];
    return html`<div class="emoji" role="dialog" aria-label=${t.emoji} @keydown=${this.keys}>
      <input class="input" type="search" aria-label=${t.searchEmoji} placeholder=${t.searchEmoji} .value=${this.filter} @input=${(event: InputEvent) => this.filter = (event.target as HTMLInputElement).value}>
      <div class="emoji-groups">
        ${wanted ? found.length ? this.grid(found) : html`<p class="empty">${t.noMatches}</p>` : html`
          ${recent.length ? html`<h3>${t.recentEmoji}</h3>${this.grid(recent)}` : nothing}
          ${EMOJI.map((group) => html`<h3>${group.name}</h3>${this.grid(group.emoji.map((entry) => entry.emoji))}`)}`}
      </div>
    </div>`;
  }

  private grid(emoji: string[]) {
    return html`<div class="emoji-grid">${emoji.map((each) => html`<button type="button" aria-label="${each} ${NAMES.get(each) ?? ''}" @click=${() => this.choose(each)}>${each}</button>`)}</div>`;
  }

  private choose(emoji: string): void {
    const recent = client.kept.get<string[]>(RECENT) ?? [];
    client.kept.set(RECENT, [emoji, ...recent.filter((each) => each !== emoji)].slice(0, MOST_RECENT));
    tell(this, 'emoji', emoji);
  }

  private keys(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      tell(this, 'closed');
      return;
    }
    const buttons = [...this.querySelectorAll<HTMLElement>('.emoji-grid button')];
    const place = buttons.indexOf(document.activeElement as HTMLElement);
    const grid = this.querySelector('.emoji-grid');
    const columns = grid ? getComputedStyle(grid).gridTemplateColumns.split(' ').length : 8;
    const steps: Record<string, number> = { ArrowDown: place < 0 ? 1 : columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 };
    const step = steps[event.key];
    if (step === undefined || place < 0 && event.key !== 'ArrowDown') {
      return;
    }
    event.preventDefault();
    const to = place + step;
    if (to < 0) {
      this.querySelector('input')!.focus();
    } else {
      buttons[Math.min(to, buttons.length - 1)]?.focus();
    }
  }
}

const NAMES = new Map(EMOJI.flatMap((group) => group.emoji.map((entry) => [entry.emoji, entry.words.split(' ').slice(0, 3).join(' ')] as const)));

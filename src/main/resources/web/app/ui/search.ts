import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { client } from '../core/client.ts';
import { moment, preview, relative } from '../core/format.ts';
import { Search } from '../core/search.ts';
import type { Topic } from '../core/signals.ts';
import { marked, shownName } from '../core/text.ts';
import type { Message } from '../core/types.ts';
import { t } from '../texts.ts';
import { trouble } from './overlay.ts';
import { tell, View } from './view.ts';

const WAIT = 250;

/** Where the panel lies over the conversation, it is closed to look at what was found, and opened again for the next. */
let left: { me: number; room: number; search: Search } | null = null;

/** Finds messages of a conversation by their words and the names of their files. */
@customElement('parley-search')
export class SearchPanel extends View {
  protected readonly topics = ['timeline', 'link'] as const;

  @property({ type: Number })
  room = 0;
  @state()
  private text = '';
  private search: Search | null = null;
  private timer = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    left = this.search && client.session ? { me: client.me.id, room: this.room, search: this.search } : null;
    this.look(null);
  }

  protected override concerns(topic: Topic, room?: number): boolean {
    if (topic === 'link' && client.link === 'open' && this.search?.failure) {
      void this.search.more();
    }
    return topic !== 'timeline' || room === this.room;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('room')) {
      this.text = '';
      this.look(null);
      if (left?.me === client.me.id && left.room === this.room) {
        this.search = left.search;
        this.search.changed = () => this.requestUpdate();
        this.text = this.search.text;
        if (!this.search.begun) {
          void this.search.more();
        }
      }
    }
  }

  private readonly typed = (event: InputEvent) => {
    this.text = (event.target as HTMLInputElement).value;
    const text = this.text.trim();
    if (text !== this.search?.text) {
      this.look(text ? new Search(client.api, this.room, text, () => this.requestUpdate()) : null);
    }
  };

  /** Begins when nothing was typed for a moment. */
  private look(search: Search | null): void {
    clearTimeout(this.timer);
    this.search?.stop();
    this.search = search;
    if (search) {
      this.timer = setTimeout(() => void search.more(), WAIT);
    }
  }

  protected override render() {
    const found = (this.search?.found ?? []).filter((message) => !client.rooms.get(this.room)?.timeline.find(message.seq)?.is_deleted);
    return html`
      <input class="input" type="search" aria-label=${t.searchRoom} placeholder=${t.searchRoom} dir="auto" maxlength="200" .value=${this.text} @input=${this.typed}>
      <p class=${found.length && !this.search?.failure ? 'hidden' : 'empty'} role="status">${this.said(found.length)}</p>
      <ul>${found.map((message) => this.row(message))}</ul>
      ${this.search?.hasMore || this.search?.failure ? html`<button type="button" class="button wide" ?disabled=${this.search.busy} @click=${() => void this.search?.more()}>${this.search.busy ? t.searching : t.showMore}</button>` : nothing}`;
  }

  private said(count: number): string {
    const { search } = this;
    if (!search) {
      return t.searchHint;
    }
    if (search.failure) {
      return trouble(search.failure);
    }
    return count ? t.found(count, search.hasMore) : search.begun && !search.busy && !search.hasMore ? t.nothingFound : t.searching;
  }

  private row(message: Message): TemplateResult {
    const words = this.search!.text.split(/\s+/u);
    const named = (message.files_data ?? []).map((file) => marked(shownName(file.file_name), words)).filter((parts) => parts.some((part) => part.hit));
    const texts = message.content || !named.length ? [marked(preview(message), words), ...named] : named;
    return html`<li><button type="button" class="pin-item" @click=${() => tell(this, 'jump', message.seq)}>
      <span class="pin-head"><strong dir="auto">${message.sender_details.name}</strong><time datetime=${message.created_at} title=${moment(message.created_at)}>${relative(message.created_at)}</time></span>
      ${texts.map((parts) => html`
        <span class="pin-text">${parts.map((part) => part.hit ? html`<mark>${part.text}</mark>` : part.text)}</span>`)}</button></li>`;
  }
}

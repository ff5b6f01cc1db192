import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { client } from '../core/client.ts';
import { relative } from '../core/format.ts';
import type { RoomState } from '../core/rooms.ts';
import type { Topic } from '../core/signals.ts';
import type { Message } from '../core/types.ts';
import { t } from '../texts.ts';
import { avatar, groupAvatar } from './avatar.ts';
import type { Composer } from './composer.ts';
import './composer.ts';
import { icon, iconButton } from './icons.ts';
import type { Messages } from './messages.ts';
import './messages.ts';
import { tell, View, writes } from './view.ts';

const DRAGGING = ['dragenter', 'dragover', 'dragleave', 'drop'] as const;

/** The link to the list of conversations: back to it where one came from there, or going back would lead into conversations that were left. */
export function backLink(): TemplateResult {
  return html`<a class="icon-button back" href="#/" aria-label=${t.back} title=${t.back} @click=${goBack}>${icon('back')}</a>`;
}

function goBack(event: Event): void {
  // Not in every browser yet.
  const { navigation } = window as { navigation?: { entries(): { url: string }[]; currentEntry: { index: number } } };
  const before = navigation?.entries()[navigation.currentEntry.index - 1]?.url;
  const list = new URL('#/', location.href).href;
  if (before === list || before === list.replace('#/', '')) {
    event.preventDefault();
    history.back();
  }
}

/** One conversation: who it is with, what was said, what to say. */
@customElement('parley-room')
export class RoomView extends View {
  protected readonly topics = ['rooms', 'typing', 'session'] as const;
  protected override readonly ages = true;

  @property({ type: Number })
  room = 0;
  @property({ type: Boolean })
  details = false;
  @state()
  private dropping = 0;

  get list(): Messages | null {
    return this.querySelector<Messages>('parley-messages');
  }

  get composer(): Composer | null {
    return this.querySelector<Composer>('parley-composer');
  }

  /** Where one is after having looked at the details. */
  override focus(): void {
    this.querySelector<HTMLElement>('.to-details')?.focus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    DRAGGING.forEach((type) => addEventListener(type, this.dragged));
    addEventListener('paste', this.pasted);
    addEventListener('keydown', this.typed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    DRAGGING.forEach((type) => removeEventListener(type, this.dragged));
    removeEventListener('paste', this.pasted);
    removeEventListener('keydown', this.typed);
  }

  protected override concerns(topic: Topic, room?: number): boolean {
    return topic !== 'typing' || room === this.room;
  }

  protected override render() {
    const current = client.rooms.get(this.room);
    if (!current) {
      return nothing;
    }
    const title = client.rooms.title(current.room);
    const other = client.rooms.other(current.room);
    return html`
      <section class="room" aria-label=${title} @reply=${(event: CustomEvent<Message>) => this.composer?.reply(event.detail)} @edit=${(event: CustomEvent<Message>) => this.composer?.edit(event.detail)}
        @write=${() => this.composer?.focus()} @sent=${() => void this.list?.sent()}>
        <header class="room-header">
          ${backLink()}
          <h2 class="room-heading"><button type="button" class="room-who" aria-expanded=${this.details} title=${t.infoAbout(title)} @click=${() => tell(this, 'details')}>
            <span aria-hidden="true">${other ? avatar(other, 'small', other.is_online) : groupAvatar(this.room, 'small')}</span>
            <span class="room-names"><strong dir="auto">${title}</strong> <span class="room-status">${this.status(current)}</span></span>
          </button></h2>
          ${iconButton('search', t.searchRoom, () => tell(this, 'find'))}
          ${iconButton('info', t.info, () => tell(this, 'details'), { pressed: this.details, css: 'to-details' })}
        </header>
        <parley-messages .room=${this.room}></parley-messages>
        <parley-composer .room=${this.room}></parley-composer>
        ${this.dropping ? html`<div class="drop">${icon('image')}<strong>${t.dropHere}</strong><span dir="auto">${t.dropHint(title)}</span></div>` : nothing}
      </section>`;
  }

  private status(current: RoomState): TemplateResult | string {
    const { room } = current;
    if (current.typing.size) {
      return html`<span class="typing-mark">${t.typing([...current.typing.values()].map((each) => each.user_name))}<i class="dots" aria-hidden="true"></i></span>`;
    }
    const other = client.rooms.other(room);
    if (other) {
      return other.is_online ? t.online : other.last_seen ? t.lastSeen(relative(other.last_seen)) : t.offline;
    }
    const online = room.members.filter((member) => member.is_online).length;
    return `${t.members(room.members.length)}${online > 1 ? `, ${t.onlineCount(online)}` : ''}`;
  }

  /** What is pasted is meant for the conversation, unless there is a field for it. */
  private readonly pasted = (event: ClipboardEvent) => {
    if (!(event.target as Element).closest('input:not([type=checkbox], [type=range]), textarea') && !document.querySelector('dialog[open]')) {
      this.composer?.paste(event);
    }
  };

  /** Who types while nothing has the focus means to write: the letter goes where the focus is by then. */
  private readonly typed = (event: KeyboardEvent) => {
    if ((event.target as Element).matches('body, main') && writes(event)) {
      this.composer?.focus();
    }
  };

  /** Files are dropped anywhere on the page, except over a dialog. */
  private readonly dragged = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files') || document.querySelector('dialog[open]')) {
      return;
    }
    event.preventDefault();
    if (event.type === 'dragover') {
      event.dataTransfer.dropEffect = 'copy';
    } else if (event.type === 'drop') {
      this.dropping = 0;
      this.composer?.addFiles([...event.dataTransfer.files]);
    } else {
      this.dropping = Math.max(0, this.dropping + (event.type === 'dragenter' ? 1 : -1));
    }
  };
}

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { client } from '../core/client.ts';
import { moment, preview, relative } from '../core/format.ts';
import type { Pending } from '../core/outbox.ts';
import type { RoomState } from '../core/rooms.ts';
import { t } from '../texts.ts';
import { avatar, groupAvatar } from './avatar.ts';
import { icon, iconButton } from './icons.ts';
import { tell, View } from './view.ts';

/** The conversations of the signed-in person, newest activity first. */
@customElement('parley-room-list')
export class RoomList extends View {
  protected readonly topics = ['rooms', 'typing', 'outbox', 'session', 'drafts', 'uploads'] as const;
  protected override readonly ages = true;

  @property({ type: Number })
  current: number | null = null;
  @state()
  private filter = '';

  protected override render() {
    const me = client.me;
    const wanted = this.filter.trim().toLocaleLowerCase();
    const isFound = (state: RoomState) => [...client.rooms.words(state), this.draft(state)].some((text) => text.toLocaleLowerCase().includes(wanted));
    const rooms = client.rooms.sorted().filter((state) => !wanted || isFound(state));
    return html`
      <header class="side-header">
        <button type="button" class="me" aria-label=${t.profileOf(me.name)} title=${t.profile} @click=${() => tell(this, 'profile')}>${avatar(me, 'small')}</button>
        <h2>${t.rooms}</h2>
        ${iconButton('compose', t.newChat, () => tell(this, 'new-chat'))}
      </header>
      <div class="side-search">
        ${icon('search')}
        <input class="input" type="search" aria-label=${t.filterRooms} placeholder=${t.filterRooms} dir="auto" .value=${this.filter}
          @input=${(event: InputEvent) => this.filter = (event.target as HTMLInputElement).value}>
      </div>
      <nav class="rooms" aria-label=${t.rooms}>
        ${rooms.length ? html`<ul>${repeat(rooms, (room) => room.id, (room) => this.guarded(room))}</ul>` : this.nothingHere(wanted !== '')}
      </nav>`;
  }

  private nothingHere(filtered: boolean): TemplateResult {
    if (filtered) {
      return html`<p class="empty">${t.noMatches}</p>`;
    }
    if (!client.sync.ready) {
      return html`<ul class="ghosts" aria-label=${t.loading}>${[1, 2, 3, 4, 5].map(() => html`<li></li>`)}</ul>`;
    }
    return html`<div class="empty"><h3>${t.noRooms}</h3><p>${t.noRoomsHint}</p>
      <button type="button" class="button primary" @click=${() => tell(this, 'new-chat')}>${t.newChat}</button></div>`;
  }

  /** A frame concerns one room, and there may be a thousand: a row is made anew when something of it changed. */
  private guarded(state: RoomState): unknown {
    const { id, room, last, unread, typing } = state;
    const other = client.rooms.other(room);
    const items = [this.failed(state), this.waiting(state)];
    return guard([client.rooms.title(room), other?.avatar_url, other?.is_online, last, unread, typing.values().next().value, ...items, ...items.map((item) => item?.uploads[0]?.kind), this.draft(state), this.hasFiles(state), this.current === id, this.ticks], () => this.row(state));
  }

  private row(state: RoomState): TemplateResult {
    const { room, last } = state;
    const other = client.rooms.other(room);
    const title = client.rooms.title(room);
    return html`<li>
      <a class="room-row" href="#/room/${room.id}" aria-current=${this.current === room.id ? 'page' : nothing} data-room=${room.id}>
        ${other ? avatar(other, '', other.is_online) : groupAvatar(room.id)}
        <span class="room-title" dir="auto">${title}</span>
        ${last ? html`<time class="room-time" datetime=${last.created_at} title=${moment(last.created_at)}>${relative(last.created_at)}</time>` : html`<span></span>`}
        <span class="room-preview" dir="auto">${this.summary(state)}</span>
        ${state.unread > 0 ? html`<span class="badge"><span aria-hidden="true">${state.unread > 99 ? '99+' : state.unread}</span><span class="hidden">${t.unread(state.unread)}</span></span>` : html`<span></span>`}
      </a></li>`;
  }

  private draft(state: RoomState): string {
    return this.current === state.id ? '' : client.drafts.of(state.id).text.trim();
  }

  private hasFiles(state: RoomState): boolean {
    return this.current !== state.id && client.drafts.of(state.id).uploads.length > 0;
  }

  /** The newest message of one's own that is not sent. */
  private failed(state: RoomState): Pending | undefined {
    return client.outbox.of(state.id).findLast((item) => item.state === 'failed');
  }

  /** The newest message of one's own that is on its way. */
  private waiting(state: RoomState): Pending | undefined {
    return client.outbox.of(state.id).findLast((item) => item.state !== 'failed');
  }

  private summary(state: RoomState): TemplateResult | string {
    const failed = this.failed(state);
    if (failed && state.last && state.last.created_at > failed.createdAt) {
      return html`<span class="failed-mark" title=${t.notSent}>${icon('alert')}<span class="hidden">${t.notSent}</span></span> ${this.latest(state)}`;
    }
    return failed ? html`<span class="failed-mark">${icon('alert')} ${t.notSent}:</span> ${unsent(failed)}` : this.latest(state);
  }

  private latest(state: RoomState): TemplateResult | string {
    if (state.typing.size) {
      const who = state.room.room_type === 'group' ? [...state.typing.values()][0].user_name.split(' ')[0] + ' ' : '';
      return html`<span class="typing-mark">${who}${t.typingShort}…</span>`;
    }
    const draft = this.draft(state);
    if (draft || this.hasFiles(state)) {
      return html`<span class="draft-mark">${t.draft}</span> ${draft || t.files}`;
    }
    const waiting = this.waiting(state);
    if (waiting) {
      return html`<span title=${t.sending}>${icon('clock')}<span class="hidden">${t.sending}</span></span> ${t.you}: ${unsent(waiting)}`;
    }
    const last = state.last;
    if (!last) {
      return '';
    }
    const mine = last.sender_details.id === client.me.id;
    const who = mine ? `${t.you}: ` : state.room.room_type === 'group' ? `${last.sender_details.name.split(' ')[0]}: ` : '';
    return who + preview(last);
  }
}

function unsent({ uploads, content }: Pending): string {
  return preview({ is_deleted: false, message_type: uploads[0]?.kind ?? (content ? 'text' : 'file'), content });
}

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { client } from '../core/client.ts';
import { dayLabel, moment, preview, relative, sameDay, time } from '../core/format.ts';
import type { RoomState } from '../core/rooms.ts';
import { shownName } from '../core/text.ts';
import type { Topic } from '../core/signals.ts';
import type { Member, Message } from '../core/types.ts';
import { t } from '../texts.ts';
import { fileCard, isHeld, openImage } from './attachments.ts';
import { avatar, groupAvatar } from './avatar.ts';
import { icon, iconButton } from './icons.ts';
import { asked, confirmed, oneAtATime, trouble } from './overlay.ts';
import type { SearchPanel } from './search.ts';
import './search.ts';
import { tell, View } from './view.ts';

type Tab = 'about' | 'pins' | 'gallery' | 'search';
const TABS: Tab[] = ['about', 'gallery', 'pins', 'search'];
const PAGE = 60;
/** While many write, a list is read again no more often, in milliseconds. */
const REST = 1_000;

/** Beside a conversation: who is in it, what was pinned, all its files, and what is looked for. */
@customElement('parley-details')
export class Details extends View {
  protected readonly topics = ['rooms', 'timeline', 'link', 'session'] as const;
  protected override readonly ages = true;

  @property({ type: Number })
  room = 0;
  @state()
  private tab: Tab = 'about';
  @state()
  private found: Message[] = [];
  @state()
  private hasMore = false;
  @state()
  private busy = false;
  /** Why the list could not be read. */
  @state()
  private failed = '';
  /** What the messages were changed at when the list was read: it is read again when one was pinned or sent. */
  private readAt: number | null = null;
  private rest = 0;
  private readonly attempt = oneAtATime();

  private get current(): RoomState | undefined {
    return client.rooms.get(this.room);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.rested();
  }

  protected override concerns(topic: Topic): boolean {
    if (topic === 'link' && client.link === 'open' && this.failed) {
      this.readAt = null;
    }
    return true;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('room') || changed.has('tab')) {
      this.found = [];
      this.hasMore = false;
      this.failed = '';
      this.readAt = null;
      this.rested();
    }
    const changedAt = this.current?.changedAt;
    if (this.isListed && changedAt !== undefined && changedAt !== this.readAt && !this.busy && !this.rest) {
      this.readAt = changedAt;
      this.rest = setTimeout(() => {
        this.rested();
        this.requestUpdate();
      }, REST);
      void this.load(null);
    }
  }

  private rested(): void {
    clearTimeout(this.rest);
    this.rest = 0;
  }

  /** What is shown is a list that is read by pages. */
  private get isListed(): boolean {
    return this.tab === 'pins' || this.tab === 'gallery';
  }

  override focus(): void {
    this.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
  }

  /** Shows where to type what is looked for. */
  async find(): Promise<void> {
    this.tab = 'search';
    await this.updateComplete;
    const panel = this.querySelector<SearchPanel>('parley-search');
    await panel?.updateComplete;
    panel?.querySelector('input')?.focus();
  }

  private async load(before: number | null): Promise<void> {
    const { room, tab } = this;
    this.busy = true;
    try {
      const page = await client.api.only(room, tab === 'pins' ? 'pinned' : 'files', before, PAGE);
      if (room === this.room && tab === this.tab) {
        this.failed = '';
        this.take(before, page.messages.toReversed(), page.has_more);
      }
    } catch (failure) {
      if (room === this.room && tab === this.tab) {
        this.failed = trouble(failure);
      }
    } finally {
      this.busy = false;
    }
  }

  /** A page in its place: what was read beyond the newest one stays, unless it was seen to go, or there is more in between. */
  private take(before: number | null, page: Message[], hasMore: boolean): void {
    const oldest = hasMore ? page.at(-1)!.seq : 0;
    const meets = this.found.some((message) => message.seq >= oldest);
    const beyond = before === null && meets ? this.found.filter((message) => message.seq < oldest && !this.isGone(message)) : [];
    this.hasMore = beyond.length ? this.hasMore : hasMore;
    this.found = before === null ? [...page, ...beyond] : [...this.found, ...page];
  }

  private isGone({ seq }: Message): boolean {
    const now = this.current?.timeline.find(seq);
    return now !== undefined && (now.is_deleted || this.tab === 'pins' && !now.pinned);
  }

  protected override render() {
    const current = this.current;
    if (!current) {
      return nothing;
    }
    const labels: Record<Tab, string> = { about: t.about, gallery: t.gallery, pins: t.pins, search: t.search };
    return html`<div class="info">
      <header><h2>${t.info}</h2>${iconButton('close', t.close, () => tell(this, 'details'))}</header>
      <div class="tabs" role="tablist" aria-label=${t.info} @keydown=${this.keys}>
        ${TABS.map((tab) => html`<button type="button" role="tab" id="tab-${tab}" aria-selected=${this.tab === tab} aria-controls="panel" tabindex=${this.tab === tab ? 0 : -1} @click=${() => tab === 'search' ? void this.find() : this.tab = tab}>${labels[tab]}</button>`)}
      </div>
      <div class="panel" role="tabpanel" id="panel" aria-labelledby="tab-${this.tab}" tabindex="0">
        ${this.content(current)}
        ${this.failed ? html`<p class="empty" role="status">${this.failed}</p>` : nothing}
        ${this.isListed && this.hasMore ? html`<button type="button" class="button wide" ?disabled=${this.busy} @click=${() => void this.load(this.found.at(-1)!.seq)}>${t.showMore}</button>` : nothing}
      </div>
    </div>`;
  }

  private content(current: RoomState): TemplateResult {
    switch (this.tab) {
      case 'about':
        return this.about(current);
      case 'gallery':
        return this.gallery();
      case 'pins':
        return this.pins();
      case 'search':
        return html`<parley-search .room=${this.room}></parley-search>`;
    }
  }

  private keys(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step) {
      this.tab = TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length];
      void this.updateComplete.then(() => this.focus());
    }
  }

  private about(current: RoomState): TemplateResult {
    const { room } = current;
    const other = client.rooms.other(room);
    const isAdmin = room.members.some((member) => member.id === client.me.id && member.role === 'admin');
    if (other) {
      return html`<div class="hero">${avatar(other, 'large', other.is_online)}<h3 dir="auto">${other.name}</h3><p class="quiet">${other.email}</p>
        <p class="quiet">${other.is_online ? t.online : other.last_seen ? t.lastSeen(relative(other.last_seen)) : t.offline}</p></div>`;
    }
    return html`<div class="hero">${groupAvatar(room.id, 'large')}<h3 dir="auto">${room.name}</h3><p class="quiet">${t.members(room.members.length)}</p></div>
      <div class="actions">
        ${isAdmin ? html`<button type="button" class="button" @click=${() => tell(this, 'add-people')}>${icon('plus')}${t.addPeople}</button>
          <button type="button" class="button" @click=${() => void this.rename(current)}>${icon('edit')}${t.rename}</button>` : nothing}
      </div>
      <ul class="people">${room.members.map((member) => html`<li class="person">${avatar(member, 'small', member.is_online)}
        <span class="person-line"><span class="person-name" dir="auto">${member.name}${member.id === client.me.id ? ` (${t.you})` : ''}</span> ${member.role === 'admin' ? html`<span class="role">${t.admin}</span>` : nothing}</span>
        <span class="person-mail">${member.email}</span>
        ${member.id === client.me.id ? nothing : html`<span>${iconButton('chat', t.message(member.name), () => void this.write(member))}${isAdmin ? iconButton('close', t.removePerson(member.name), () => void this.removeMember(current, member)) : nothing}</span>`}</li>`)}</ul>
      <div class="actions"><button type="button" class="button" @click=${() => void this.leave(current)}>${icon('leave')}${t.leave}</button></div>`;
  }

  private pins(): TemplateResult {
    return this.found.length ? html`<ul>${this.found.map((message) => html`<li><button type="button" class="pin-item" @click=${() => tell(this, 'jump', message.seq)}>
      <span class="pin-head"><strong dir="auto">${message.sender_details.name}</strong><time datetime=${message.created_at} title=${moment(message.created_at)}>${relative(message.created_at)}</time></span>
      <span class="pin-text">${preview(message)}</span></button></li>`)}</ul>` : this.nothingHere(t.noPins, t.noPinsHint);
  }

  private gallery(): TemplateResult {
    const days: Message[][] = [];
    for (const message of this.found) {
      const day = days.at(-1);
      if (day && sameDay(day[0].created_at, message.created_at)) {
        day.push(message);
      } else {
        days.push([message]);
      }
    }
    return days.length ? html`${days.map((day) => html`<h3 class="gallery-day">${dayLabel(day[0].created_at)}</h3>${this.filesOf(day)}`)}` : this.nothingHere(t.noFiles, t.noFilesHint);
  }

  /** What was sent on one day: all that can be seen, and then the rest. */
  private filesOf(day: Message[]): TemplateResult {
    const files = day.flatMap((message) => (message.files_data ?? []).map((file) => ({ message, file })));
    const seen = files.filter(({ file }) => file.kind === 'image' || file.kind === 'video');
    const others = files.filter(({ file }) => file.kind === 'file' || file.kind === 'voice');
    return html`
      <div class="gallery">${seen.map(({ message, file }) => file.kind === 'image' ? html`<button type="button" class="picture" ?disabled=${isHeld(file)} aria-label=${t.openImage(shownName(file.file_name))} @click=${() => void openImage(this, this.found, file)}>
          ${isHeld(file) ? nothing : html`<img src=${file.thumbnail_path ?? file.file_path} alt="" loading="lazy" decoding="async" @error=${() => void this.renew(message)}>`}</button>` : html`
        <button type="button" class="picture" aria-label="${t.video}: ${shownName(file.file_name)}, ${t.jump}" @click=${() => tell(this, 'jump', message.seq)}>${file.thumbnail_path ? html`<img src=${file.thumbnail_path} alt="" loading="lazy" decoding="async" @error=${() => void this.renew(message)}>` : nothing}${icon('play')}</button>`)}</div>
      ${others.map(({ message, file }) => html`${fileCard(message, file)}<button type="button" class="whence" title=${t.jump} @click=${() => tell(this, 'jump', message.seq)}>
        <bdi>${message.sender_details.name}</bdi> · <time datetime=${message.created_at}>${time(message.created_at)}</time></button>`)}`;
  }

  private async renew(message: Message): Promise<void> {
    const fresh = await client.sync.renew(message);
    this.found = this.found.map((each) => each.id === fresh?.id ? fresh : each);
  }

  private nothingHere(title: string, hint: string): TemplateResult {
    return this.failed ? html`` : html`<div class="empty">${this.busy ? t.loading : html`<strong>${title}</strong><span>${hint}</span>`}</div>`;
  }

  private async write(member: Member): Promise<void> {
    const room = await this.attempt(() => client.api.openDirect(member.id));
    if (room) {
      client.rooms.put(room);
      client.signals.tell('rooms');
      location.hash = `#/room/${room.id}`;
    }
  }

  private async rename(current: RoomState): Promise<void> {
    const name = await asked(t.rename, t.groupName, current.room.name ?? '');
    if (name && name !== current.room.name) {
      await this.attempt(() => client.api.rename(current.id, name));
    }
  }

  private async removeMember(current: RoomState, member: Member): Promise<void> {
    if (await confirmed(t.removePersonTitle(member.name), '', t.removeFromGroup)) {
      await this.attempt(() => client.api.removeMember(current.id, member.id));
    }
  }

  private async leave(current: RoomState): Promise<void> {
    if (await confirmed(t.leaveTitle, t.leaveHint, t.leave)) {
      await this.attempt(() => client.api.removeMember(current.id, client.me.id));
    }
  }
}

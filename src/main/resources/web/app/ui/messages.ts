import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { NEWEST } from '../core/api.ts';
import { Backoff } from '../core/backoff.ts';
import { client } from '../core/client.ts';
import { dayLabel, names, sameDay } from '../core/format.ts';
import type { RoomState } from '../core/rooms.ts';
import type { Topic } from '../core/signals.ts';
import type { Message } from '../core/types.ts';
import { t } from '../texts.ts';
import { openImage } from './attachments.ts';
import { icon } from './icons.ts';
import { type Acts, messageRow, pendingRow } from './message.ts';
import { menuItems } from './message-menu.ts';
import { openMenu, toast } from './overlay.ts';
import { tell, View, writes } from './view.ts';

/** How near to an end of what is loaded more is loaded, in pixels. */
const AHEAD = 900;
const NEAR_BOTTOM = 60;
const BURST = 5 * 60_000;

/**
 * A room's messages. What is above the reader may grow and what is far away may go; the message they look at stays where
 * it is on the screen.
 */
@customElement('parley-messages')
export class Messages extends View {
  protected readonly topics = ['timeline', 'rooms', 'outbox', 'uploads', 'link', 'session'] as const;

  @property({ type: Number })
  room = 0;
  @state()
  private focused = 0;
  /** The reader is at the newest message and stays there. */
  private atBottom = true;
  private anchor: { seq: number; top: number } | null = null;
  /** How far it was scrolled when that was last heard of. */
  private top = 0;
  private placed = false;
  /** What was written without a network goes to the end, and its writer with it, who has stayed where it is shown. */
  private toEnd = false;
  private goTo: { seq: number; flash: boolean } | null = null;
  private reader = 0;
  /** The focused message was reached by key, and shows it: letters act on it. */
  private byKey = false;
  private watcher?: ResizeObserver;
  /** The next try to load what could not be loaded, if there is one. */
  private retry = 0;
  private readonly backoff = new Backoff();

  private readonly acts: Acts = {
    menu: (message, at) => openMenu(menuItems(message, this.current!, this), at, t.actions),
    like: (message) => this.like(message),
    reply: (message) => tell(this, 'reply', message),
    jump: (seq) => void this.jump(seq),
    open: (message, file) => void openImage(this, [message], file),
  };

  private get current(): RoomState | undefined {
    return client.rooms.get(this.room);
  }

  private get box(): HTMLElement {
    return this.querySelector('.scroller')!;
  }

  protected override concerns(topic: Topic, room?: number): boolean {
    if (topic === 'link' && client.link === 'open') {
      if (this.toEnd) {
        void this.newest();
      }
      if (this.retry) {
        this.backoff.reset();
        this.again();
      }
    }
    return topic !== 'timeline' || room === this.room;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('focus', this.read);
    document.addEventListener('visibilitychange', this.read);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('focus', this.read);
    document.removeEventListener('visibilitychange', this.read);
    this.watcher?.disconnect();
    this.stopRetry();
    this.forget(this.room);
  }

  protected override firstUpdated(): void {
    this.watcher = new ResizeObserver(() => this.settle());
    this.watcher.observe(this.box);
    this.watcher.observe(this.querySelector('.log')!);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room')) {
      if (changed.get('room')) {
        this.forget(changed.get('room')!);
      }
      this.enter();
    }
    this.anchor = this.hasUpdated && !this.atBottom ? this.findAnchor() : null;
  }

  private enter(): void {
    const state = this.current;
    this.placed = false;
    this.atBottom = true;
    this.anchor = null;
    this.top = 0;
    this.goTo = null;
    this.toEnd = false;
    this.focused = 0;
    this.stopRetry();
    this.backoff.reset();
    if (state) {
      state.newFrom = state.unread > 0 ? state.lastRead + 1 : null;
      if (state.timeline.loaded && (!state.timeline.atEnd || state.newFrom && !state.timeline.find(state.newFrom))) {
        state.timeline.loaded = false;
      }
    }
  }

  private forget(room: number): void {
    const state = client.rooms.get(room);
    if (state) {
      state.newFrom = null;
      state.away = false;
    }
  }

  protected override render() {
    const state = this.current;
    if (!state) {
      return nothing;
    }
    const { timeline } = state;
    const pending = client.outbox.of(this.room).filter((item) => !timeline.messages.some((message) => message.local_temp_id === item.key));
    return html`
      <div class="scroller" tabindex="-1" @scroll=${this.scrolled} @focusin=${this.entered} @keydown=${this.keys}>
        <p class="hidden" id="messages-hint">${t.messagesHint}</p>
        <ol class="log" aria-label=${t.messages} aria-describedby="messages-hint" aria-busy=${!timeline.loaded}>
          ${timeline.loaded ? this.head(state) : html`<li class="loading" role="status">${t.loading}</li>`}
          ${repeat(this.rows(state), (row) => row.key, (row) => row.content)}
          ${repeat(pending, (item) => item.key, (item) => pendingRow(item))}
        </ol>
      </div>
      ${this.jumpButton(state)}`;
  }

  private head(state: RoomState): TemplateResult {
    if (!state.timeline.atStart) {
      return html`<li class="loading" role="presentation">${t.loading}</li>`;
    }
    return state.timeline.messages.length || client.outbox.of(this.room).length
      ? html`<li class="beginning">${t.startOfRoom}</li>`
      : html`<li class="empty big">${icon('chat')}<strong>${t.emptyRoom}</strong><span dir="auto">${t.emptyRoomHint(client.rooms.title(state.room))}</span></li>`;
  }

  private rows(state: RoomState): { key: string; content: unknown }[] {
    const { messages, last } = state.timeline;
    const me = client.me.id;
    const current = this.focused && state.timeline.find(this.focused) ? this.focused : last;
    const rows: { key: string; content: unknown }[] = [];
    let line = state.newFrom;
    let previous: Message | undefined;
    messages.forEach((message, index) => {
      const newDay = !previous || !sameDay(previous.created_at, message.created_at);
      if (newDay) {
        rows.push({ key: `day ${message.seq}`, content: html`<li class="day"><span>${dayLabel(message.created_at)}</span></li>` });
      }
      let afterLine = false;
      if (line !== null && message.seq >= line && message.sender_details.id !== me) {
        rows.push({ key: 'new', content: html`<li class="new-line"><span>${t.newMessages}</span></li>` });
        line = null;
        afterLine = true;
      }
      const next = messages[index + 1];
      const first = newDay || afterLine || !follows(previous!, message);
      const isLast = !next || !follows(message, next) || line !== null && next.seq >= line && next.sender_details.id !== me || !sameDay(message.created_at, next.created_at);
      const readers = message.sender_details.id === me ? client.rooms.readers(state, message) : [];
      const isCurrent = message.seq === current;
      rows.push({
        key: `m${message.id}`,
        content: guard([message, first, isLast, isCurrent, readers.length, names(readers).join(), state.room.members.length], () => messageRow(message, state, { first, last: isLast, isCurrent, readers }, this.acts)),
      });
      previous = message;
    });
    return rows;
  }

  private jumpButton(state: RoomState): TemplateResult | typeof nothing {
    if (!state.timeline.loaded || state.timeline.atEnd && this.atBottom) {
      return nothing;
    }
    return html`<button type="button" class="to-newest" aria-label=${state.unread ? `${t.toNewest}, ${t.unread(state.unread)}` : t.toNewest} @click=${() => void this.newest()}>
      ${icon('down')}${state.unread ? html`<span class="badge" aria-hidden="true">${state.unread}</span>` : nothing}</button>`;
  }

  protected override updated(): void {
    const state = this.current;
    if (!state?.timeline.loaded) {
      this.more();
      return;
    }
    if (this.goTo) {
      const { seq, flash } = this.goTo;
      const row = this.row(seq);
      this.goTo = null;
      if (row) {
        row.scrollIntoView({ block: 'center' });
        this.atBottom = state.timeline.atEnd && this.isAtBottom();
        row.focus({ preventScroll: true });
        if (flash) {
          row.classList.add('flash');
          row.addEventListener('animationend', () => row.classList.remove('flash'), { once: true });
        }
      }
    } else if (!this.placed) {
      this.placed = true;
      const line = this.querySelector('.new-line');
      if (line) {
        this.box.scrollTop += line.getBoundingClientRect().top - this.box.getBoundingClientRect().top - this.box.clientHeight / 4;
        this.atBottom = state.timeline.atEnd && this.isAtBottom();
      } else {
        this.toBottom();
      }
    } else {
      this.settle();
    }
    state.away = !this.atBottom;
    this.more();
    this.read();
  }

  /** Puts what the reader looks at back where it was. */
  private settle(): void {
    if (this.atBottom && this.current?.timeline.atEnd) {
      this.toBottom();
    } else if (this.anchor) {
      const row = this.row(this.anchor.seq);
      if (row) {
        this.box.scrollTop += row.getBoundingClientRect().top - this.box.getBoundingClientRect().top - this.anchor.top;
      }
    }
  }

  private findAnchor(): { seq: number; top: number } | null {
    const top = this.box.getBoundingClientRect().top;
    for (const row of this.querySelectorAll<HTMLElement>('.msg[data-seq]')) {
      const place = row.getBoundingClientRect();
      if (place.bottom > top) {
        return { seq: Number(row.dataset.seq), top: place.top - top };
      }
    }
    return null;
  }

  private row(seq: number): HTMLElement | null {
    return this.querySelector(`.msg[data-seq="${seq}"]`);
  }

  private isAtBottom(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.box;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
  }

  private toBottom(): void {
    this.box.scrollTop = this.box.scrollHeight;
  }

  private readonly scrolled = () => {
    const atEnd = this.current?.timeline.atEnd === true;
    const rises = this.box.scrollTop < this.top;
    this.top = this.box.scrollTop;
    // The end of what is loaded is not yet the end: who waits there for more stays where they are when it comes. Who is at
    // the end leaves it by scrolling up, not because something in it grew.
    const atBottom = this.isAtBottom() ? this.atBottom || atEnd : this.atBottom && atEnd && !rises;
    this.toEnd &&= this.isAtBottom();
    if (atBottom !== this.atBottom) {
      this.atBottom = atBottom;
      this.requestUpdate();
    }
    this.anchor = atBottom ? null : this.findAnchor();
    this.more();
    this.read();
  };

  /** Loads what is seen first, and more before the reader comes to an end; what failed, once more while they wait for it. */
  private more(): void {
    const state = this.current;
    if (!state || this.retry) {
      return;
    }
    void this.missing(state)?.then((loaded) => {
      if (loaded) {
        this.backoff.reset();
      } else if (this.isConnected && state === this.current && !this.retry) {
        this.retry = setTimeout(() => this.again(), this.backoff.next());
      }
    });
  }

  private again(): void {
    this.stopRetry();
    this.more();
  }

  private stopRetry(): void {
    clearTimeout(this.retry);
    this.retry = 0;
  }

  private missing(state: RoomState): Promise<boolean> | undefined {
    const { timeline } = state;
    if (!timeline.loaded) {
      return client.sync.open(state);
    }
    if (!timeline.messages.length) {
      return undefined;
    }
    const { scrollHeight, scrollTop, clientHeight } = this.box;
    if (scrollTop < AHEAD && !timeline.atStart) {
      return client.sync.older(state);
    }
    return scrollHeight - scrollTop - clientHeight < AHEAD && !timeline.atEnd ? client.sync.newer(state) : undefined;
  }

  /** Marks what can be seen as read, a moment later. */
  private readonly read = () => {
    clearTimeout(this.reader);
    this.reader = setTimeout(() => {
      const state = this.current;
      if (!state || !this.isConnected || document.visibilityState !== 'visible' || !document.hasFocus() || state.lastRead >= state.room.last_seq) {
        return;
      }
      const bottom = this.box.getBoundingClientRect().bottom;
      const seen = [...this.querySelectorAll<HTMLElement>('.msg[data-seq]')].findLast((row) => row.getBoundingClientRect().top < bottom - 16);
      if (seen) {
        client.read(state, Number(seen.dataset.seq));
      }
    }, 150);
  };

  /** The page is not looked at: what comes now is new when its reader comes back. */
  arrived(message: Message): void {
    const state = this.current;
    if (state && message.room_id === this.room && !document.hasFocus()) {
      state.newFrom = state.lastRead + 1;
    }
  }

  async newest(): Promise<void> {
    const state = this.current;
    if (state) {
      await client.sync.newest(state);
      if (!client.sync.isLatest(state, NEWEST)) {
        return;
      }
      this.toEnd = !state.timeline.atEnd;
      this.atBottom = true;
      this.anchor = null;
      this.requestUpdate();
    }
  }

  /** After sending: what was new is not new any more. */
  async sent(): Promise<void> {
    if (this.current) {
      this.current.newFrom = null;
    }
    // At once, since without a network the newest messages do not come.
    await this.updateComplete;
    this.toBottom();
    await this.newest();
  }

  async jump(seq: number): Promise<void> {
    const state = this.current;
    if (!state) {
      return;
    }
    const loaded = await client.sync.around(state, seq);
    if (state !== this.current || !client.sync.isLatest(state, seq)) {
      return;
    }
    if (loaded) {
      this.goTo = { seq, flash: true };
      this.focused = seq;
      this.requestUpdate();
    } else {
      toast(t.unreachable);
    }
  }

  private like(message: Message): void {
    void client.change(client.api.like(message.id, !message.is_liked));
  }

  private entered(event: FocusEvent): void {
    // A menu that gives the focus back is no other way to reach a message.
    if (!(event.relatedTarget as Element | null)?.closest('.menu')) {
      this.byKey = (event.target as HTMLElement).matches(':focus-visible');
    }
  }

  /** Arrow keys move from message to message; Enter opens the menu. */
  private keys(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const state = this.current;
    if (!state || !target.matches('.scroller, .msg[data-seq]')) {
      return;
    }
    if (!this.byKey && writes(event)) {
      // Who clicked somewhere and types means to write: the letter goes where the focus is by then.
      tell(this, 'write');
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === 'Escape') {
      tell(this, 'write');
      return;
    }
    const row = target.closest<HTMLElement>('.msg');
    if (!row) {
      return;
    }
    const seq = Number(row.dataset.seq);
    const message = state.timeline.find(seq);
    const to = event.key === 'ArrowUp' ? seq - 1 : event.key === 'ArrowDown' ? seq + 1 : event.key === 'Home' ? state.timeline.first : event.key === 'End' ? state.timeline.last : null;
    if (to !== null) {
      event.preventDefault();
      const next = this.row(to);
      if (next) {
        this.focused = to;
        next.focus({ preventScroll: true });
        this.byKey = true;
        next.scrollIntoView({ block: 'nearest' });
      }
      return;
    }
    if (!message || message.is_deleted) {
      return;
    }
    if (event.key === 'Enter' || event.key === ' ' || event.key === 'ContextMenu') {
      event.preventDefault();
      const { left, bottom } = row.querySelector('.bubble')!.getBoundingClientRect();
      this.acts.menu(message, { x: left + 16, y: bottom });
    } else if (this.byKey) {
      const item = menuItems(message, state, this).find((each) => each.key === event.key);
      if (item) {
        event.preventDefault();
        item.act();
      }
    }
  }

  async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      toast(t.copied);
    } catch {
      toast(t.failed);
    }
  }
}

/** One burst: the same person, within minutes. */
function follows(one: Message, other: Message): boolean {
  return one.sender_details.id === other.sender_details.id && Date.parse(other.created_at) - Date.parse(one.created_at) < BURST;
}

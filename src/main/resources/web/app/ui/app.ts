import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { client } from '../core/client.ts';
import { preview } from '../core/format.ts';
import { notify } from '../core/notify.ts';
import type { Topic } from '../core/signals.ts';
import type { Message } from '../core/types.ts';
import { t } from '../texts.ts';
import { icon } from './icons.ts';
import { confirmed, part, toast, trouble } from './overlay.ts';
import type { Details } from './details.ts';
import type { Pictures } from './lightbox.ts';
import { backLink, type RoomView } from './room.ts';
import './room-list.ts';
import './sign-in.ts';
import { composes, View } from './view.ts';

/** A lost link is mentioned only when it does not come back at once. */
const PATIENCE = 1_500;
/** The state of the place in the history that is the details of a conversation, where they take the whole screen. */
const DETAILS = 'details';

/** A file or a link that is dropped beside a conversation would replace the page; text may be dropped where one writes. */
function keepPage(event: DragEvent): void {
  const writes = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
  if (!writes || event.dataTransfer?.types.includes('Files')) {
    event.preventDefault();
  }
}

/** Pictures that a broken line has kept away: their addresses stay the same, so that nothing else would ask again. */
function reloadPictures(): void {
  for (const picture of document.images) {
    if (picture.complete && !picture.naturalWidth) {
      picture.setAttribute('src', picture.getAttribute('src')!);
    }
  }
}

/** Control and K, on a Mac Command and K: there Control and K deletes what is right of the cursor. */
function finds(event: KeyboardEvent): boolean {
  return event.key === 'k' && (event.metaKey || event.ctrlKey && !navigator.platform.startsWith('Mac'));
}

/** Where the details of a conversation lie over it. */
const narrow = matchMedia('(max-width: 1100px)');

/** The whole page. */
@customElement('parley-app')
export class App extends View {
  protected readonly topics = ['session', 'link', 'rooms'] as const;
  protected override readonly personal = false;

  @state()
  private room: number | null = null;
  @state()
  private details = false;
  @state()
  private troubled = false;
  private patience = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.route);
    narrow.addEventListener('change', () => void this.turned());
    addEventListener('popstate', () => {
      if (narrow.matches && history.state === null) {
        this.details = false;
      }
    });
    // Of a page that was reloaded, neither details nor a picture are open any more.
    if (history.state !== null) {
      history.replaceState(null, '');
    }
    addEventListener('beforeunload', (event) => {
      if (client.active) {
        event.preventDefault();
      }
    });
    addEventListener('keydown', (event) => {
      const { filter } = this;
      if (finds(event) && filter?.checkVisibility() && !document.querySelector('dialog[open]')) {
        event.preventDefault();
        filter.focus();
        filter.select();
      }
    });
    addEventListener('dragover', keepPage);
    addEventListener('drop', keepPage);
    client.onTrouble = (failure) => toast(trouble(failure));
    client.onFiles = (room) => {
      const state = client.rooms.get(room);
      if (state) {
        toast(t.filesKept(client.rooms.title(state.room)));
      }
    };
    client.outbox.onFailed = ({ room }) => {
      const state = client.rooms.get(room);
      if (state && room !== this.room) {
        toast(t.notSentIn(client.rooms.title(state.room)));
      }
    };
    client.sync.onArrived = (message) => this.arrived(message);
    client.sync.onLeft = (room) => {
      const name = client.rooms.title(room);
      toast(client.abandon(room.id) ? t.leftUnsent(name) : t.leftRoom(name));
    };
    this.route();
    client.start();
  }

  private readonly route = () => {
    const room = /^#\/room\/(\d+)$/.exec(location.hash)?.[1];
    this.room = room ? Number(room) : null;
    if (this.room === null) {
      this.details = false;
    }
  };

  protected override concerns(topic: Topic): boolean {
    if (topic === 'link') {
      clearTimeout(this.patience);
      if (client.link === 'open') {
        reloadPictures();
      }
      if (client.link === 'open' || client.link === 'stopped') {
        this.troubled = false;
      } else if (!this.troubled) {
        this.patience = setTimeout(() => this.troubled = true, PATIENCE);
      }
    }
    return true;
  }

  protected override render() {
    return html`
      ${client.session ? this.shell() : html`<parley-sign-in></parley-sign-in>`}
      <div class="hidden" role="log" aria-live="polite" aria-relevant="additions" id="announcer"></div>
      <div class="toasts" role="status" aria-live="polite"></div>`;
  }

  private shell(): TemplateResult {
    const current = client.rooms.get(this.room);
    const details = this.details && current !== undefined;
    return html`
      <a class="skip" href="#main" @click=${this.skip}>${t.skip}</a>
      <main class="shell" id="main" tabindex="-1" data-open=${this.room !== null || nothing} data-details=${details || nothing}
        @new-chat=${() => void this.people()} @profile=${() => void this.profile()} @details=${() => void this.toggleDetails()} @find=${() => void this.find()} @open-image=${this.openImage} @jump=${this.jump} @add-people=${() => void this.people(this.room)}>
        <h1 class="hidden">${t.app}</h1>
        ${this.troubled ? html`<div class="banner" role="status">${icon('alert')}<span>${navigator.onLine ? t.connecting : t.offlineBanner}</span>
          <button type="button" class="link" @click=${() => client.socket.wake()}>${t.reconnectNow}</button></div>` : nothing}
        <div class="side" @keydown=${this.openFirst}><parley-room-list .current=${this.room}></parley-room-list></div>
        <div class="main" ?inert=${details && narrow.matches}>
          ${current ? html`<parley-room .room=${current.id} .details=${details}></parley-room>` : this.room !== null && !client.sync.ready ? html`
            <header class="room-header">${backLink()}<span role="status">${t.loading}</span></header>` : html`
            <div class="empty big">${icon('chat')}<h2>${t.pickRoom}</h2><p>${t.pickRoomHint}</p></div>`}
        </div>
        ${details ? html`<section class="details" aria-label=${t.info} @keydown=${this.keys}><parley-details .room=${current!.id}></parley-details></section>` : nothing}
      </main>`;
  }

  private get filter(): HTMLInputElement | null {
    return this.querySelector('.side-search input');
  }

  private get roomView(): RoomView | null {
    return this.querySelector<RoomView>('parley-room');
  }

  protected override updated(changed: PropertyValues): void {
    const unread = client.session ? client.rooms.unread() : 0;
    const name = this.room !== null && client.session ? client.rooms.get(this.room) : undefined;
    document.title = `${unread ? `(${unread}) ` : ''}${name ? `${client.rooms.title(name.room)} · ` : ''}${t.app}`;
    if (client.session && this.room !== null && client.sync.ready && !client.rooms.get(this.room)) {
      // In its place: going back would lead here again.
      location.replace('#/');
      if (document.activeElement === document.body) {
        this.querySelector<HTMLElement>('#main')!.focus();
      }
    }
    if (changed.has('details')) {
      this.follow();
    }
  }

  /** Details that lie over their conversation. */
  private get cover(): Details | null {
    return narrow.matches ? this.querySelector<Details>('parley-details') : null;
  }

  /** The focus goes into details that cover what had it, and is not lost with them. */
  private follow(): void {
    const { cover } = this;
    if (cover && !cover.contains(document.activeElement)) {
      void cover.updateComplete.then(() => cover.focus());
    } else if (!this.details && document.activeElement === document.body) {
      this.roomView?.focus();
    }
  }

  /** Details that stood beside their conversation may lie over it now, as if they had been opened there. */
  private async turned(): Promise<void> {
    this.requestUpdate();
    await this.updateComplete;
    if (this.cover) {
      this.follow();
      if (history.state === null) {
        history.pushState(DETAILS, '');
      }
    }
  }

  /** Enter in the filter opens the first conversation that it leaves. */
  private openFirst(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !composes(event) && event.target === this.filter && this.filter?.value) {
      this.querySelector<HTMLElement>('.room-row')?.click();
    }
  }

  private skip(event: Event): void {
    event.preventDefault();
    (this.cover ?? this.querySelector<HTMLElement>('.msg[tabindex="0"]') ?? this.querySelector<HTMLElement>('textarea'))?.focus();
  }

  private arrived(message: Message): void {
    const state = client.rooms.get(message.room_id);
    if (!state) {
      return;
    }
    const name = message.sender_details.name;
    const here = this.room === message.room_id;
    this.roomView?.list?.arrived(message);
    const title = state.room.room_type === 'group' ? client.rooms.title(state.room) : null;
    this.announce(here || !title ? t.announced(name, preview(message)) : t.announcedIn(title, name, preview(message)));
    void notify(title ? `${name} · ${title}` : name, preview(message), message);
  }

  /** Read aloud by screen readers; nobody else notices. */
  private announce(text: string): void {
    const log = this.querySelector('#announcer')!;
    const line = document.createElement('p');
    line.textContent = text;
    log.append(line);
    while (log.childElementCount > 5) {
      log.firstElementChild!.remove();
    }
  }

  private async toggleDetails(): Promise<void> {
    if (this.details) {
      this.closeDetails();
    } else {
      await this.openDetails();
    }
  }

  private async openDetails(): Promise<void> {
    if (await part(import('./details.ts')) && !this.details) {
      this.details = true;
      if (narrow.matches) {
        history.pushState(DETAILS, '');
      }
    }
  }

  private async find(): Promise<void> {
    await this.openDetails();
    await this.updateComplete;
    void this.querySelector<Details>('parley-details')?.find();
  }

  private keys(event: KeyboardEvent): void {
    // What was typed into a field goes first.
    const typed = event.target instanceof HTMLInputElement && event.target.value !== '';
    if (event.key === 'Escape' && !typed && narrow.matches) {
      this.closeDetails();
    }
  }

  private closeDetails(): void {
    this.details = false;
    if (history.state === DETAILS) {
      history.back();
    }
  }

  private people(room: number | null = null): Promise<void> {
    return this.open(import('./people.ts'), (loaded) => loaded.openPeople(client.rooms.get(room)));
  }

  /** Who wants to leave can do so without a network, too. */
  private profile(): Promise<void> {
    return this.open(import('./profile.ts'), (loaded) => loaded.openProfile(), async (why) => {
      if (this.free && await confirmed(t.profile, client.unsent ? `${why} ${t.signOutHint}` : why, t.signOut)) {
        client.sessions.signOut();
      }
    });
  }

  /** A dialog that is asked for again while it is loaded opens once. */
  private get free(): boolean {
    return client.session !== null && !document.querySelector('dialog[open]');
  }

  private async open<T>(loading: Promise<T>, show: (loaded: T) => void, otherwise: (why: string) => void = toast): Promise<void> {
    const loaded = await part(loading, otherwise);
    if (loaded && this.free) {
      show(loaded);
    }
  }

  private async openImage({ detail }: CustomEvent<Pictures>): Promise<void> {
    await this.open(import('./lightbox.ts'), (loaded) => loaded.openLightbox(detail));
  }

  private jump(event: CustomEvent<number>): void {
    if (narrow.matches) {
      this.closeDetails();
    }
    void this.roomView?.list?.jump(event.detail);
  }
}

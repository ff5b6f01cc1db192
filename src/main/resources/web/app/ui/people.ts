import { html, nothing, type TemplateResult } from 'lit';
import { client } from '../core/client.ts';
import type { RoomState } from '../core/rooms.ts';
import { beginning } from '../core/text.ts';
import type { Room, User } from '../core/types.ts';
import { t } from '../texts.ts';
import { avatar } from './avatar.ts';
import { icon } from './icons.ts';
import { dialogHeader, oneAtATime, openDialog, trouble } from './overlay.ts';

const WAIT = 200;

/** Finds people: to write to one, to make a group of several, or to add them to a group. */
class People {
  private found: User[] | null = null;
  private busy = false;
  /** Why nobody could be looked for. */
  private failed = '';
  private readonly chosen = new Map<number, User>();
  private isGroup: boolean;
  private timer = 0;
  private wanted = '';
  private readonly attempt = oneAtATime();
  private readonly dialog: ReturnType<typeof openDialog>;

  constructor(private readonly group: RoomState | undefined) {
    this.isGroup = group !== undefined;
    this.found = group ? null : known();
    this.dialog = openDialog((close) => this.view(close), { label: group ? t.addPeople : t.newChat });
  }

  private view(close: () => void): TemplateResult {
    const title = this.group ? t.addPeople : this.isGroup ? t.makeGroup : t.newChat;
    return html`
      ${dialogHeader(title, close)}
      ${this.isGroup && !this.group ? html`<label class="field"><span>${t.groupName}</span><input class="input" name="group" dir="auto" maxlength="100"></label>` : nothing}
      ${this.chosen.size ? html`<div class="chosen" aria-label=${t.chosen(this.chosen.size)}>${[...this.chosen.values()].map((user) => html`
        <button type="button" class="chip" aria-label=${t.unchoose(user.name)} @click=${() => this.toggle(user)}><bdi>${user.name}</bdi>${icon('close')}</button>`)}</div>` : nothing}
      <label class="field"><span>${t.findPeople}</span>
        <input class="input" type="search" name="find" dir="auto" autocomplete="off" autofocus @input=${this.typed}></label>
      <div class="people" aria-busy=${this.busy}>
        <span class="hidden" role="status">${this.busy ? t.searching : this.failed || (this.found ? `${this.found.length} ${t.people}` : '')}</span>
        ${this.results()}
      </div>
      ${this.isGroup ? html`<div class="dialog-buttons">
        ${this.group ? nothing : html`<button type="button" class="button" @click=${() => this.setGroup(false)}>${t.cancel}</button>`}
        <button type="button" class="button primary" ?disabled=${!this.chosen.size} @click=${() => void this.finish()}>${this.group ? t.add : t.createGroup}</button></div>`
        : html`<button type="button" class="button" @click=${() => this.setGroup(true)}>${icon('group')}${t.makeGroup}</button>`}`;
  }

  private results(): TemplateResult {
    if (!this.found) {
      return html`<p class="empty">${t.findHint}</p>`;
    }
    const members = new Set(this.group?.room.members.map((member) => member.id));
    const shown = this.found.filter((user) => !members.has(user.id));
    if (!shown.length) {
      return html`<p class="empty">${this.busy ? t.searching : this.failed || (this.wanted ? t.nobodyFound : t.findHint)}</p>`;
    }
    return html`<ul>${shown.map((user) => html`<li>${this.isGroup ? html`
      <label class="person">${avatar(user, 'small', user.is_online)}<span class="person-name" dir="auto">${user.name}</span> <span class="person-mail">${user.email}</span>
        <input type="checkbox" .checked=${this.chosen.has(user.id)} @change=${() => this.toggle(user)}></label>` : html`
      <button type="button" class="person" @click=${() => void this.open(() => client.api.openDirect(user.id))} title=${t.message(user.name)}>${avatar(user, 'small', user.is_online)}<span class="person-name" dir="auto">${user.name}</span> <span class="person-mail">${user.email}</span></button>`}</li>`)}</ul>`;
  }

  private readonly typed = (event: InputEvent) => {
    const text = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.timer);
    this.wanted = text;
    this.failed = '';
    this.busy = text !== '';
    if (!text) {
      this.found = known();
      this.dialog.update();
      return;
    }
    this.timer = setTimeout(async () => {
      let found: User[] = [];
      let failed = '';
      try {
        found = (await client.api.search(text)).users;
      } catch (failure) {
        failed = trouble(failure);
      }
      if (text === this.wanted) {
        this.found = found;
        this.failed = failed;
        this.busy = false;
        this.dialog.update();
      }
    }, WAIT);
  };

  private setGroup(on: boolean): void {
    this.isGroup = on;
    this.chosen.clear();
    this.dialog.update();
    document.querySelector<HTMLElement>(`.dialog [name=${on ? 'group' : 'find'}]`)?.focus();
  }

  private toggle(user: User): void {
    if (!this.chosen.delete(user.id)) {
      this.chosen.set(user.id, user);
    }
    this.dialog.update();
  }

  private async finish(): Promise<void> {
    const ids = [...this.chosen.keys()];
    const { group } = this;
    if (group) {
      await this.open(() => client.api.addMembers(group.id, ids));
      return;
    }
    const field = document.querySelector<HTMLInputElement>('.dialog [name=group]')!;
    const name = field.value.trim() || beginning([client.me, ...this.chosen.values()].map((user) => user.name.split(' ')[0]).join(', '), 100);
    await this.open(() => client.api.openGroup(name, ids));
  }

  private async open(ask: () => Promise<Room>): Promise<void> {
    const room = await this.attempt(ask);
    if (room) {
      client.rooms.put(room);
      client.signals.tell('rooms');
      this.dialog.close();
      location.hash = `#/room/${room.id}`;
    }
  }
}

/** People of one's rooms, before anything is searched. */
function known(): User[] {
  const people = new Map<number, User>();
  for (const { room } of client.rooms.sorted()) {
    room.members.filter((member) => member.id !== client.me.id).forEach((member) => people.set(member.id, member));
  }
  return [...people.values()].slice(0, 30);
}

export function openPeople(group: RoomState | undefined): void {
  new People(group);
}

import { html, nothing, type TemplateResult } from 'lit';
import { client } from '../core/client.ts';
import { moment, names, preview, time } from '../core/format.ts';
import type { Pending } from '../core/outbox.ts';
import type { RoomState } from '../core/rooms.ts';
import { isJumbo, linkify, shownName } from '../core/text.ts';
import type { FileEntry, Member, Message, ReplyPreview } from '../core/types.ts';
import { t } from '../texts.ts';
import { attachments, pendingFiles } from './attachments.ts';
import { avatar } from './avatar.ts';
import { icon, iconButton } from './icons.ts';

/** How a message stands among its neighbours. */
interface Standing {
  first: boolean;
  last: boolean;
  isCurrent: boolean;
  readers: Member[];
}

/** What can be done with a message; the list of messages does it. */
export interface Acts {
  menu: (message: Message, at: { x: number; y: number }) => void;
  like: (message: Message) => void;
  reply: (message: Message) => void;
  jump: (seq: number) => void;
  open: (message: Message, file: FileEntry) => unknown;
}

/** A text as text: its links are the only thing that is found in it. */
function shownText(content: string): TemplateResult {
  return html`<p class="text ${isJumbo(content) ? 'jumbo' : ''}" dir="auto">${linkify(content).map((part) =>
    part.href ? html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.text}</a>` : part.text)}</p>`;
}

export function quote(reply: ReplyPreview, jump: (() => void) | null): TemplateResult {
  const content = html`<span class="quote-name" dir="auto">${reply.sender_name}</span><span class="quote-text" dir="auto">${preview(reply)}</span>`;
  return jump ? html`<button type="button" class="quote" @click=${jump} title=${t.jump}>${content}</button>` : html`<div class="quote">${content}</div>`;
}

/** Whether text was selected when something was pressed: a right click selects a word by itself on some systems. */
let selects = false;
addEventListener('pointerdown', () => selects = !getSelection()!.isCollapsed, true);

/** Something of a message is selected, to be copied by the system's own menu. */
function isSelected(event: MouseEvent): boolean {
  const byFinger = event instanceof PointerEvent && event.pointerType === 'touch';
  const selection = getSelection()!;
  return (selects || byFinger) && !selection.isCollapsed && selection.containsNode(event.currentTarget as Node, true);
}

export function messageRow(message: Message, state: RoomState, standing: Standing, acts: Acts): TemplateResult {
  const mine = message.sender_details.id === client.me.id;
  const isGroup = state.room.room_type === 'group';
  const { first, last } = standing;
  const menuAt = (event: MouseEvent) => {
    if ((event.target as HTMLElement).closest('a, video, audio') || isSelected(event)) {
      return;
    }
    event.preventDefault();
    acts.menu(message, { x: event.clientX, y: event.clientY });
  };
  const seq = message.reply_preview?.seq;
  return html`<li class="msg" data-seq=${message.seq} data-mine=${mine || nothing} data-first=${first || nothing} data-last=${last || nothing}
      data-deleted=${message.is_deleted || nothing} tabindex=${standing.isCurrent ? 0 : -1} @contextmenu=${message.is_deleted ? nothing : menuAt}>
    ${mine ? nothing : html`<span class="msg-avatar">${last ? avatar(message.sender_details, 'tiny') : nothing}</span>`}
    <div class="bubble">
      <span class="hidden">${mine ? t.you : message.sender_details.name}:</span>
      ${isGroup && !mine && first ? html`<span class="msg-name" dir="auto" aria-hidden="true">${message.sender_details.name}</span>` : nothing}
      ${message.is_deleted ? nothing : html`
        ${message.reply_preview ? quote(message.reply_preview, seq ? () => acts.jump(seq) : null) : nothing}
        ${attachments(message, (file) => acts.open(message, file))}`}
      <div class="line">
      ${message.is_deleted ? html`<p class="tombstone">${icon('trash')} ${mine ? t.deletedYours : t.deleted}</p>` : message.content ? shownText(message.content) : nothing}
      <span class="meta">
        ${message.pinned ? html`<span class="pinned" title=${t.pinnedMark}>${icon('pin', true)}<span class="hidden">${t.pinnedMark}</span></span>` : nothing}
        ${message.edited_at && !message.is_deleted ? html`<span title=${moment(message.edited_at)}>${t.edited}</span>` : nothing}
        <time datetime=${message.created_at} title=${moment(message.created_at)}>${time(message.created_at)}</time>
        ${mine && !message.is_deleted ? ticks(state, standing.readers) : nothing}
      </span>
      </div>
      ${message.like_count > 0 ? html`<button type="button" class="likes" aria-pressed=${message.is_liked === true} aria-label="${t.likes(message.like_count)}, ${message.is_liked ? t.unlike : t.like}" @click=${() => acts.like(message)}>
        ${icon('heart', true)}<span>${message.like_count}</span></button>` : nothing}
    </div>
    ${message.is_deleted ? nothing : html`<div class="tools">
      ${iconButton('heart', message.is_liked ? t.unlike : t.like, () => acts.like(message), { tab: -1, pressed: message.is_liked === true, css: 'tool-quick' })}
      ${iconButton('reply', t.reply, () => acts.reply(message), { tab: -1, css: 'tool-quick' })}
      ${iconButton('more', t.actions, (event) => {
        const { left, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
        acts.menu(message, { x: left, y: bottom + 4 });
      }, { tab: -1, css: 'tool-more' })}
    </div>`}
  </li>`;
}

function ticks(state: RoomState, readers: Member[]): TemplateResult {
  const others = state.room.members.length - 1;
  const isRead = readers.length > 0;
  const label = !isRead ? t.sent : state.room.room_type === 'group' ? t.readBy(readers.length, others, names(readers)) : t.read;
  return html`<span class="ticks" data-read=${isRead || nothing} title=${label}>${icon(isRead ? 'checks' : 'check')}<span class="hidden">${label}</span></span>`;
}

/** A message that is still on its way, in the place it will have. */
export function pendingRow(item: Pending): TemplateResult {
  const failed = item.state === 'failed';
  const file = failed ? undefined : client.outbox.awaits(item);
  const label = failed ? t.notSent : file ? t.waitingFor(shownName(file.name)) : item.state === 'waiting' && client.link !== 'open' ? t.waiting : t.sending;
  const waits = item.state !== 'sending' && (file !== undefined || client.link !== 'open');
  // The same as cancelling a file that is all there is.
  const isOneFile = !item.content && item.uploads.length === 1;
  const isAnothers = file !== undefined && !item.uploads.includes(file);
  return html`<li class="msg pending" data-mine data-first data-last data-state=${item.state}>
    <div class="bubble">
      <span class="hidden">${t.you}:</span>
      ${item.reply ? quote(item.reply, null) : nothing}
      ${pendingFiles(item)}
      <div class="line">${item.content ? shownText(item.content) : nothing}
      <span class="meta">${isAnothers ? html`<span class="waits" dir="auto" aria-hidden="true">${label}</span>` : nothing}
        <time datetime=${item.createdAt}>${time(item.createdAt)}</time>
        <span class="ticks" title=${label}>${icon(failed ? 'alert' : 'clock')}<span class="hidden">${label}</span></span></span></div>
    </div>
    ${failed ? html`<div class="trouble" role="alert"><span>${item.error ?? t.notSent}</span>
      <button type="button" class="link" @click=${() => client.outbox.again(item)}>${t.retry}</button>
      <button type="button" class="link" @click=${() => client.outbox.discard(item)}>${t.discard}</button></div>`
      : waits && !isOneFile ? html`<div class="trouble"><button type="button" class="link" @click=${() => client.outbox.takeBack(item)}>${t.takeBack}</button></div>` : nothing}
  </li>`;
}

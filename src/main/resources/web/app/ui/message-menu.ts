import { html } from 'lit';
import { client } from '../core/client.ts';
import type { RoomState } from '../core/rooms.ts';
import { shownName } from '../core/text.ts';
import type { Member, Message } from '../core/types.ts';
import { t } from '../texts.ts';
import { download, isHeld } from './attachments.ts';
import type { Messages } from './messages.ts';
import { confirmed, dialogHeader, type Item, openDialog } from './overlay.ts';
import { tell } from './view.ts';

/** What this person may do with a message, and the key that does it. */
export function menuItems(message: Message, state: RoomState, list: Messages): (Item & { key?: string })[] {
  const me = client.me.id;
  const mine = message.sender_details.id === me;
  const isAdmin = state.room.members.some((member) => member.id === me && member.role === 'admin');
  const items: (Item & { key?: string })[] = [
    { label: t.reply, icon: 'reply', key: 'r', act: () => tell(list, 'reply', message) },
    { label: message.is_liked ? t.unlike : t.like, icon: 'heart', key: 'l', act: () => void client.change(client.api.like(message.id, !message.is_liked)) },
  ];
  if (message.content) {
    items.push({ label: t.copy, icon: 'copy', key: 'c', act: () => void list.copy(message.content) });
  }
  const files = message.files_data?.filter((file) => !isHeld(file)) ?? [];
  for (const file of files) {
    items.push({ label: files.length === 1 ? t.download : t.downloadFile(shownName(file.file_name)), icon: 'download', act: () => void download(message, file) });
  }
  items.push({ label: message.pinned ? t.unpin : t.pin, icon: 'pin', key: 'p', act: () => void client.change(client.api.pin(message.id, !message.pinned)) });
  const readers = client.rooms.readers(state, message);
  if (mine && state.room.room_type === 'group' && readers.length) {
    items.push({ label: t.readers, icon: 'checks', act: () => showReaders(readers) });
  }
  if (mine) {
    items.push({ label: t.edit, icon: 'edit', key: 'e', act: () => tell(list, 'edit', message) });
  }
  if (mine || isAdmin && state.room.room_type === 'group') {
    items.push({ label: t.remove, icon: 'trash', key: 'Delete', danger: true, act: () => void remove(message) });
  }
  return items;
}

function showReaders(readers: Member[]): void {
  openDialog((close) => html`${dialogHeader(t.readers, close)}<ul>${readers.map(({ name }) => html`<li dir="auto">${name}</li>`)}</ul>`, { css: 'small', label: t.readers });
}

async function remove(message: Message): Promise<void> {
  if (await confirmed(t.removeTitle, t.removeHint, t.remove)) {
    await client.change(client.api.remove(message.id));
  }
}

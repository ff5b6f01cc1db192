import { client } from './client.ts';

const WANTED = 'parley.notify';

export function notifies(): boolean {
  return 'Notification' in globalThis && Notification.permission === 'granted' && client.kept.get<boolean>(WANTED) === true;
}

/** @returns whether notifications are on now */
export async function wantNotifications(on: boolean): Promise<boolean> {
  if (on && (!('Notification' in globalThis) || await Notification.requestPermission() !== 'granted')) {
    return false;
  }
  client.kept.set(WANTED, on);
  return on;
}

export function notify(title: string, text: string, room: number): void {
  if (!notifies() || document.hasFocus()) {
    return;
  }
  try {
    // One a room, and each heard: what only replaces another is shown without a sign.
    const options = { body: text.slice(0, 200), tag: `room ${room}`, renotify: true, icon: '/icon.svg' };
    const note = new Notification(title, options);
    note.onclick = () => {
      focus();
      location.hash = `#/room/${room}`;
      note.close();
    };
  } catch {
    // Some phones allow notifications by service workers only.
  }
}

import { html, nothing, render, type TemplateResult } from 'lit';
import { Cancelled, Refused, Unreachable } from '../core/api.ts';
import { client } from '../core/client.ts';
import { t } from '../texts.ts';
import { type Icon, icon, iconButton } from './icons.ts';
import { vars } from './vars.ts';

export interface Item {
  label: string;
  icon: Icon;
  act: () => void;
  danger?: boolean;
}

/** A menu at a place of the page. Arrow keys move, Escape or going back closes, the focus goes back where it was. */
export function openMenu(items: Item[], at: { x: number; y: number }, label: string): void {
  const before = document.activeElement as HTMLElement | null;
  const host = document.createElement('div');
  host.className = 'menu';
  host.popover = 'auto';
  host.setAttribute('role', 'menu');
  host.setAttribute('aria-label', label);
  const choose = (item: Item) => {
    host.hidePopover();
    item.act();
  };
  render(items.map((item) => html`<button type="button" role="menuitem" tabindex="-1" class=${item.danger ? 'danger' : ''} @click=${() => choose(item)}>
    ${icon(item.icon)}<span>${item.label}</span></button>`), host);
  (document.querySelector('main') ?? document.body).append(host);
  const entries = [...host.querySelectorAll('button')];
  host.addEventListener('keydown', (event) => {
    const place = entries.indexOf(document.activeElement as HTMLButtonElement);
    const to = event.key === 'ArrowDown' ? place + 1 : event.key === 'ArrowUp' ? place - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? entries.length - 1 : null;
    if (to !== null) {
      event.preventDefault();
      entries[(to + entries.length) % entries.length].focus();
    } else if (event.key === 'Tab') {
      event.preventDefault();
      host.hidePopover();
    }
  });
  const hide = () => host.hidePopover();
  addEventListener('popstate', hide);
  host.addEventListener('toggle', (event) => {
    if ((event as ToggleEvent).newState === 'closed') {
      removeEventListener('popstate', hide);
      if (host.contains(document.activeElement) || document.activeElement === document.body) {
        before?.focus({ preventScroll: true });
      }
      host.remove();
    }
  });
  host.showPopover();
  const { width, height } = host.getBoundingClientRect();
  host.style.left = `${Math.max(8, Math.min(at.x, innerWidth - width - 8))}px`;
  host.style.top = `${Math.max(8, at.y + height > innerHeight - 8 ? at.y - height : at.y)}px`;
  entries[0]?.focus();
}

/** An empty dialog in the page; going back closes it. What is said meanwhile is said in it: all the rest is inert. */
export function modal(css: string, label: string): HTMLDialogElement {
  const dialog = document.createElement('dialog');
  dialog.className = css;
  dialog.setAttribute('aria-label', label);
  const notes = document.createElement('div');
  notes.className = 'toasts';
  notes.setAttribute('role', 'status');
  dialog.append(notes);
  const close = () => dialog.close();
  addEventListener('popstate', close);
  dialog.addEventListener('close', () => {
    removeEventListener('popstate', close);
    dialog.remove();
    topNotes().append(...notes.children);
  });
  document.body.append(dialog);
  return dialog;
}

/** Shows a dialog until it is closed. The browser keeps the focus inside and gives it back. */
export function openDialog(content: (close: () => void) => TemplateResult, options: { css?: string; label: string }): { close: () => void; update: () => void; closed: Promise<void> } {
  const dialog = modal(`dialog ${options.css ?? ''}`, options.label);
  const close = () => dialog.close();
  const update = () => render(content(close), dialog);
  update();
  let outside = false;
  dialog.addEventListener('pointerdown', ({ target, clientX, clientY }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    outside = target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
  });
  // Neither what was selected from inside to outside, nor the second half of the double click that opened it, closes it.
  dialog.addEventListener('click', (event) => {
    if (outside && event.target === dialog && event.detail < 2) {
      close();
    }
  });
  const closed = new Promise<void>((resolve) => dialog.addEventListener('close', () => resolve()));
  dialog.showModal();
  return { close, update, closed };
}

export function dialogHeader(title: string, close: () => void): TemplateResult {
  return html`<header class="dialog-header"><h2 dir="auto">${title}</h2>${iconButton('close', t.close, close)}</header>`;
}

/** @returns whether it was confirmed */
export async function confirmed(title: string, hint: string, action: string): Promise<boolean> {
  let yes = false;
  const { closed } = openDialog((close) => html`
    <h2 dir="auto">${title}</h2>
    ${hint ? html`<p>${hint}</p>` : nothing}
    <div class="dialog-buttons">
      <button type="button" class="button" @click=${close} autofocus>${t.cancel}</button>
      <button type="button" class="button danger" @click=${() => {
        yes = true;
        close();
      }}>${action}</button>
    </div>`, { css: 'small', label: title });
  await closed;
  return yes;
}

/** @returns the text, or null when nothing was entered */
export async function asked(title: string, label: string, value: string): Promise<string | null> {
  let entered: string | null = null;
  const { closed } = openDialog((close) => html`
    <form method="dialog" @submit=${(event: SubmitEvent) => {
      entered = (new FormData(event.target as HTMLFormElement).get('text') as string).trim() || null;
    }}>
      <h2>${title}</h2>
      <label class="field"><span>${label}</span><input name="text" class="input" dir="auto" maxlength="100" required .value=${value} autofocus></label>
      <div class="dialog-buttons">
        <button type="button" class="button" @click=${close}>${t.cancel}</button>
        <button class="button primary">${t.save}</button>
      </div>
    </form>`, { css: 'small', label: title });
  await closed;
  return entered;
}

/** Where what is said is seen and heard: in the topmost dialog, or else on the page. */
function topNotes(): Element {
  return [...document.querySelectorAll('.toasts')].at(-1)!;
}

/** A short notice at the bottom, read aloud. */
export function toast(text: string): void {
  const note = document.createElement('div');
  note.className = 'toast';
  note.textContent = text;
  topNotes().append(note);
  setTimeout(() => note.remove(), 6_000);
}

/** What went wrong, in words. */
export function trouble(failure: unknown): string {
  return failure instanceof Refused ? failure.message : failure instanceof Unreachable ? t.unreachable : t.failed;
}

/** Asks for one thing at a time, so that a double click asks once; what did not work is said, and null. */
export function oneAtATime(): <T>(ask: () => Promise<T>) => Promise<T | null> {
  let busy = false;
  return async (ask) => {
    if (busy) {
      return null;
    }
    busy = true;
    try {
      return await ask();
    } catch (failure) {
      if (!(failure instanceof Cancelled)) {
        toast(trouble(failure));
      }
      return null;
    } finally {
      busy = false;
    }
  };
}

/** A part of the program that is fetched when it is first wanted; null when it could not be, which is said. */
export async function part<T>(loading: Promise<T>, say: (why: string) => void = toast): Promise<T | null> {
  try {
    return await loading;
  } catch {
    say(client.link === 'open' && navigator.onLine ? t.outdated : t.unreachable);
    return null;
  }
}

export function bar(share: number, label: string): TemplateResult {
  return html`<div class="bar" role="progressbar" aria-label=${label} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share * 100)} ${vars({ '--share': share })}></div>`;
}

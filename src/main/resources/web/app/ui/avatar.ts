import { html, nothing, type TemplateResult } from 'lit';
import { initials } from '../core/text.ts';
import { t } from '../texts.ts';
import { icon } from './icons.ts';
import { vars } from './vars.ts';

interface Shown {
  id: number;
  name: string;
  avatar_url?: string | null;
}

/** Somebody's picture, or their initials on a colour of their own. */
export function avatar(who: Shown, css = '', online?: boolean): TemplateResult {
  return html`<span class="avatar ${css}" ${vars({ '--hue': who.id * 137 % 360 })}>
    <span class="avatar-initials" aria-hidden="true">${initials(who.name)}</span>
    ${who.avatar_url ? html`<img src=${who.avatar_url} alt="" referrerpolicy="no-referrer" decoding="async" @error=${show} @load=${show}>` : nothing}
    ${online ? html`<span class="presence"><span class="hidden">${t.online}</span></span>` : nothing}
  </span>`;
}

export function groupAvatar(id: number, css = ''): TemplateResult {
  return html`<span class="avatar group ${css}" ${vars({ '--hue': id * 137 % 360 })}>${icon('group')}</span>`;
}

/** The initials stand in for a picture that is not there, until there is another in its place. */
function show(event: Event): void {
  (event.target as HTMLElement).hidden = event.type === 'error';
}

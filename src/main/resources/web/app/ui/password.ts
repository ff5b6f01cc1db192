import { html } from 'lit';
import { Cancelled } from '../core/api.ts';
import { client } from '../core/client.ts';
import { t } from '../texts.ts';
import { iconButton } from './icons.ts';
import { dialogHeader, openDialog, toast, trouble } from './overlay.ts';

/** Asks for the password and another one to take its place. */
export function openPassword(): void {
  const { email } = client.me;
  let shown = false;
  let busy = false;
  let refusal = '';
  let isOpen = true;

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) {
      return;
    }
    const form = new FormData(event.target as HTMLFormElement);
    busy = true;
    refusal = '';
    dialog.update();
    try {
      await client.sessions.changePassword(String(form.get('current')), String(form.get('password')));
      dialog.close();
      toast(t.passwordChanged);
    } catch (failure) {
      refusal = failure instanceof Cancelled ? '' : trouble(failure);
      if (!isOpen && refusal) {
        toast(refusal);
      }
    } finally {
      busy = false;
      dialog.update();
    }
  };

  const dialog = openDialog((close) => html`
    ${dialogHeader(t.changePassword, close)}
    <form @submit=${submit}>
      <input name="email" autocomplete="username" .value=${email} hidden>
      <label class="field"><span>${t.currentPassword}</span>
        <input class="input" name="current" type=${shown ? 'text' : 'password'} required autocomplete="current-password" autofocus></label>
      <label class="field" for="new-password"><span>${t.newPassword}</span></label>
      <div class="with-button">
        <input class="input" id="new-password" name="password" type=${shown ? 'text' : 'password'} minlength="8" required
          autocomplete="new-password" aria-describedby="new-password-hint">
        ${iconButton('eye', shown ? t.hidePassword : t.showPassword, () => {
          shown = !shown;
          dialog.update();
        }, { pressed: shown })}
      </div>
      <p class="hint" id="new-password-hint">${t.passwordHint} ${t.otherSessions}</p>
      <p class="error" role="alert">${refusal}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" @click=${close}>${t.cancel}</button>
        <button class="button primary">${busy ? t.saving : t.save}</button>
      </div>
    </form>`, { css: 'small', label: t.changePassword });
  void dialog.closed.then(() => isOpen = false);
}

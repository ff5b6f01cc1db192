import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { client } from '../core/client.ts';
import { t } from '../texts.ts';
import { icon, iconButton } from './icons.ts';
import { trouble } from './overlay.ts';
import { isTouch, View } from './view.ts';

@customElement('parley-sign-in')
export class SignIn extends View {
  protected readonly topics = ['session'] as const;
  protected override readonly personal = false;

  @state()
  private isNew = false;
  @state()
  private shown = false;
  @state()
  private busy = false;
  @state()
  private trouble = '';

  /** Whoever signs in next finds nothing open of whoever was here before, and hears nothing that was said to them. */
  override connectedCallback(): void {
    super.connectedCallback();
    document.querySelectorAll('#announcer, .toasts').forEach((said) => said.replaceChildren());
    document.querySelectorAll('dialog').forEach((dialog) => dialog.close());
  }

  protected override firstUpdated(): void {
    if (!isTouch.matches) {
      this.querySelector('input')!.focus();
    }
  }

  protected override render() {
    return html`
      <main class="sign-in">
        <form class="card" @submit=${this.submit} aria-labelledby="sign-in-title">
          <div class="brand">${icon('chat')}<h1>${t.app}</h1></div>
          <p class="quiet">${t.tagline}</p>
          ${client.ended ? html`<p class="notice" role="status">${t.sessionOver}</p>` : nothing}
          <h2 id="sign-in-title">${this.isNew ? t.register : t.signIn}</h2>
          ${this.isNew ? html`
            <label class="field"><span>${t.yourName}</span>
              <input class="input" name="name" dir="auto" autocomplete="name" required maxlength="100"></label>` : nothing}
          <label class="field"><span>${t.email}</span>
            <input class="input" name="email" type="email" autocomplete="username" required></label>
          <label class="field" for="password"><span>${t.password}</span></label>
          <div class="with-button">
            <input class="input" id="password" name="password" type=${this.shown ? 'text' : 'password'} minlength=${this.isNew ? 8 : nothing} required
              autocomplete=${this.isNew ? 'new-password' : 'current-password'} aria-describedby=${this.isNew ? 'password-hint' : nothing}>
            ${iconButton('eye', this.shown ? t.hidePassword : t.showPassword, () => this.shown = !this.shown, { pressed: this.shown })}
          </div>
          ${this.isNew ? html`<p class="hint" id="password-hint">${t.passwordHint}</p>` : nothing}
          <p class="error" role="alert">${this.trouble}</p>
          <button class="button primary wide" ?disabled=${this.busy}>${this.isNew ? t.register : t.signIn}</button>
          <p class="quiet switch">${this.isNew ? t.haveAccount : t.noAccount}
            <button type="button" class="link" @click=${() => {
              this.isNew = !this.isNew;
              this.trouble = '';
            }}>${this.isNew ? t.signIn : t.register}</button></p>
        </form>
      </main>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const [name, email, password] = ['name', 'email', 'password'].map((field) => String(form.get(field) ?? ''));
    this.busy = true;
    this.trouble = '';
    try {
      await client.sessions.signIn(this.isNew ? client.api.register(email.trim(), name.trim(), password) : client.api.login(email.trim(), password));
    } catch (failure) {
      this.trouble = trouble(failure);
    } finally {
      this.busy = false;
    }
  }
}

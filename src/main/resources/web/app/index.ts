import { LitElement, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import './style.css';
@customElement('parley-app')
class App extends LitElement {
  override render() { return html`<button @click=${async () => (await import('./lazy.ts')).hi()}>hi</button>`; }
}
export { App };

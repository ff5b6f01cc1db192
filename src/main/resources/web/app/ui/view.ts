import { LitElement, type PropertyValues } from 'lit';
import { client } from '../core/client.ts';
import type { Topic } from '../core/signals.ts';

/** Fingers are all there is: a field that has the focus brings up a keyboard that covers half of the screen. */
export const isTouch = matchMedia('(hover: none) and (pointer: coarse)');

/**
 * A part of the page that shows what the client knows and follows its changes. Without a shadow root: the strict content
 * policy has one style sheet, and password managers, searching and labels work as in any page.
 */
export abstract class View extends LitElement {
  protected abstract readonly topics: readonly Topic[];
  private unlisten?: () => void;
  private aging = 0;
  /** How often times were looked at again. */
  protected ticks = 0;

  /** Shows something of the person who is signed in, and so nothing once they are not. */
  protected readonly personal: boolean = true;

  /** Shows how long ago something was: "Last seen 2 min. ago" gets older by itself. */
  protected readonly ages: boolean = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override shouldUpdate(_changed: PropertyValues): boolean {
    return !this.personal || client.session !== null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unlisten = client.signals.listen((topic, room) => {
      if (this.topics.includes(topic) && this.concerns(topic, room)) {
        this.requestUpdate();
      }
    });
    if (this.ages) {
      this.aging = setInterval(() => {
        this.ticks++;
        this.requestUpdate();
      }, 30_000);
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unlisten?.();
    clearInterval(this.aging);
  }

  protected concerns(_topic: Topic, _room?: number): boolean {
    return true;
  }
}

/**
 * A player in a message. It is drawn as it comes into the page, not a moment later as other elements are: the list puts the
 * reader where they belong as soon as its messages are there, and must not find them taller afterwards.
 */
export abstract class Player extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasUpdated) {
      this.performUpdate();
    }
  }
}

/** Whether a key writes something: those that need AltGr do, too, and those that wait for the letter that they change. */
export function writes(event: KeyboardEvent): boolean {
  const bare = !event.ctrlKey && !event.metaKey && !event.altKey || event.getModifierState('AltGraph');
  return bare && (event.key.length === 1 && event.key !== ' ' || event.key === 'Dead');
}

/** Whether a key belongs to a composition: Safari says of the Enter that ends one that it does not, but gives it the number of one that does. */
export function composes(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Tells the elements above what happened. */
export function tell<T>(from: EventTarget, name: string, detail?: T): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

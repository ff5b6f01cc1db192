import { html, nothing, type TemplateResult } from 'lit';

const PATHS = {
  send: 'M3.4 20.4 21 12 3.4 3.6l-.01 6.53L15 12l-11.61 1.87z',
  attach: 'M16.5 6v11a4.5 4.5 0 0 1-9 0V5.5a3 3 0 0 1 6 0V16a1.5 1.5 0 0 1-3 0V6.5',
  smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8.5 14.2a4.5 4.5 0 0 0 7 0M9 9.6v.01M15 9.6v.01',
  mic: 'M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3M18 11.5a6 6 0 0 1-12 0M12 17.5V21',
  camera: 'M4 8h3l1.6-2.5h6.8L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1M12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20',
  plus: 'M12 5v14M5 12h14',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13.5 6.5l4 4',
  compose: 'M12 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-6M10 14l.6-2.9L18 3.7l2.3 2.3-7.4 7.4z',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  down: 'M5 9l7 7 7-7',
  close: 'M6 6l12 12M18 6 6 18',
  more: 'M12 6v.01M12 12v.01M12 18v.01',
  reply: 'M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6',
  heart: 'M12 20S3.5 15 3.5 9A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8.5 2c0 6-8.5 11-8.5 11',
  pin: 'M9 4h6l-.7 6 3.2 3.5H6.5L9.7 10zM12 13.5V20',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  trash: 'M5 7h14M10 7V4.5h4V7M6.5 7l.8 13h9.4l.8-13M10 10.5v6M14 10.5v6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2.5 12.5 7 17l8.5-9M11.5 16l1 1L22 7.5',
  clock: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M12 8v4.5l3 1.8',
  alert: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M12 8v4.5M12 15.7v.01',
  info: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M12 11v5M12 8.2v.01',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  play: 'M8 5.5v13l10.5-6.5z',
  pause: 'M8.5 6v12M15.5 6v12',
  stop: 'M7 7h10v10H7z',
  group: 'M9 11.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M3 19a6 6 0 0 1 12 0M16 5.4a3.2 3.2 0 0 1 0 5.9M17.5 13.6A6 6 0 0 1 21 19',
  leave: 'M10 5H5v14h5M14 8l4 4-4 4M18 12H9',
  retry: 'M19 12a7 7 0 1 1-2-4.9M19 4v4h-4',
  zoomIn: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20M10.5 7.8v5.4M7.8 10.5h5.4',
  zoomOut: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20M7.8 10.5h5.4',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6',
  image: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4L15 13l5 4.5M15.5 9.3v.01',
  file: 'M6 3.5h8l4 4V20.5H6zM14 3.5v4h4',
  chat: 'M4 5h16v11H11l-4.5 4v-4H4z',
} as const;

export type Icon = keyof typeof PATHS;

const FILLED = new Set<Icon>(['send', 'play', 'stop']);

export function icon(name: Icon, filled = FILLED.has(name)): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" data-filled=${filled || nothing}><path d=${PATHS[name]}></path></svg>`;
}

/** For a button that takes another's place: the second half of a double click on that one is not meant for it. */
export function singly(act: () => void): (event: Event) => void {
  return (event) => {
    if ((event as UIEvent).detail < 2) {
      act();
    }
  };
}

/** A button that is nothing but an icon; its name is read aloud and shown on hover. */
export function iconButton(name: Icon, label: string, act: (event: Event) => void, options: { css?: string; pressed?: boolean; disabled?: boolean; tab?: number } = {}): TemplateResult {
  return html`<button type="button" class="icon-button ${options.css ?? ''}" aria-label=${label} title=${label} aria-pressed=${options.pressed ?? nothing}
    ?disabled=${options.disabled} tabindex=${options.tab ?? nothing} @click=${act}>${icon(name)}</button>`;
}

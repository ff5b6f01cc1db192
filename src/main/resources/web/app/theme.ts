import { client } from './core/client.ts';

const THEME = 'parley.theme';

export function theme(): string {
  return client.kept.get<string>(THEME) ?? 'auto';
}

export function setTheme(value: string): void {
  if (value === 'auto') {
    client.kept.remove(THEME);
    delete document.documentElement.dataset.theme;
  } else {
    client.kept.set(THEME, value);
    document.documentElement.dataset.theme = value;
  }
}

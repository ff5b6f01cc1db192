/** What a browser keeps between visits. Never a reason to fail: private windows may refuse. */
export interface Kept {
  get<T>(key: string): T | null;
  /** @returns whether it will be there */
  set(key: string, value: unknown): boolean;
  remove(key: string): void;
  keys(prefix: string): string[];
}

export function keptIn(storage: () => Storage): Kept {
  const attempt = <T>(act: (storage: Storage) => T, otherwise: T): T => {
    try {
      return act(storage());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => attempt((store) => JSON.parse(store.getItem(key) ?? 'null'), null),
    set: (key, value) => attempt((store) => (store.setItem(key, JSON.stringify(value)), true), false),
    remove: (key) => attempt((store) => store.removeItem(key), undefined),
    keys: (prefix) => attempt((store) => Object.keys(store).filter((key) => key.startsWith(prefix)), []),
  };
}

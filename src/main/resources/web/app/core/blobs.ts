/** Files that must outlive a page, in IndexedDB. What cannot be kept there has to be chosen again. */

/** More than this is not copied to the browser's own storage, in bytes. */
const MOST = 512 * 1024 * 1024;
const STORE = 'files';

function database(): Promise<IDBDatabase> {
  const opening = indexedDB.open('parley', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return answer(opening);
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function attempt<T>(mode: IDBTransactionMode, act: (files: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const opened = await database();
    try {
      return await answer(act(opened.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      opened.close();
    }
  } catch {
    return null;
  }
}

/** @returns whether it will be there */
export async function keepBlob(id: string, blob: Blob): Promise<boolean> {
  return blob.size <= MOST && await attempt('readwrite', (files) => files.put(blob, id)) !== null;
}

export function keptBlob(id: string): Promise<Blob | null> {
  return attempt<Blob>('readonly', (files) => files.get(id)).then((blob) => blob ?? null);
}

export async function forgetBlob(id: string): Promise<void> {
  await attempt('readwrite', (files) => files.delete(id));
}

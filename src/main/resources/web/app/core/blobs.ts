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

/** A browser that has no room left says so at the end, when each request has succeeded. */
function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

async function attempt<T>(mode: IDBTransactionMode, act: (files: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const opened = await database();
    try {
      const transaction = opened.transaction(STORE, mode);
      const [answered] = await Promise.all([answer(act(transaction.objectStore(STORE))), ended(transaction)]);
      return answered;
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

/** Whether its bytes are there: a file that was changed or removed since it was chosen has none, and fails like a network that is away. */
export function isReadable(blob: Blob): Promise<boolean> {
  return blob.slice(0, 1).arrayBuffer().then(() => true, () => false);
}

export async function forgetBlob(id: string): Promise<void> {
  await attempt('readwrite', (files) => files.delete(id));
}

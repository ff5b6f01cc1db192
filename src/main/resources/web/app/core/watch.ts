/** Milliseconds without any progress after which a line counts as dead: longer when all is sent and looked at there. */
export const SILENCE = 20_000;
const LOOKING = 180_000;
/** The same when the computer has just woken up, or the network come back; a question is soon answered, too. */
export const BRISK = 3_000;

/** Gives up requests that have fallen silent: after sleep a connection may look alive and be dead. */
export function watch(patience: number, { awoken = BRISK, looking = LOOKING } = {}) {
  return (request: XMLHttpRequest, giveUp: () => void): () => void => {
    let heard = Date.now();
    let whole = false;
    request.upload.addEventListener('progress', () => heard = Date.now());
    request.upload.addEventListener('load', () => {
      whole = true;
      heard = Date.now();
    });
    const look = (most: number) => {
      if (Date.now() - heard > (whole ? looking : most)) {
        giveUp();
      }
    };
    const timer = setInterval(() => look(patience), 1_000);
    const woken = () => {
      if (document.visibilityState === 'visible') {
        look(awoken);
      }
    };
    addEventListener('online', woken);
    document.addEventListener('visibilitychange', woken);
    return () => {
      clearInterval(timer);
      removeEventListener('online', woken);
      document.removeEventListener('visibilitychange', woken);
    };
  };
}

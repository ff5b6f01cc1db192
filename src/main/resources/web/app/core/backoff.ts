import { Cancelled } from './api.ts';

/** How long to wait before the next try: doubling, with jitter so that not everybody comes back at once. */
export class Backoff {
  private tries = 0;

  constructor(
    private readonly first = 500,
    private readonly most = 30_000,
    private readonly random: () => number = Math.random,
  ) {}

  /** Milliseconds, between half of the step and all of it. */
  next(): number {
    const step = Math.min(this.most, this.first * 2 ** this.tries++);
    return Math.round(step * (0.5 + this.random() / 2));
  }

  reset(): void {
    this.tries = 0;
  }
}

/** Until the next try: at once when the network or the person comes back. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener('online', over);
      document.removeEventListener('visibilitychange', over);
      signal.removeEventListener('abort', over);
      if (signal.aborted) {
        reject(new Cancelled('upload'));
      } else {
        resolve();
      }
    };
    const timer = setTimeout(over, milliseconds);
    addEventListener('online', over);
    document.addEventListener('visibilitychange', over);
    signal.addEventListener('abort', over);
  });
}

/** What changed; with a room's id where only one room is concerned. */
export type Topic = 'session' | 'link' | 'rooms' | 'timeline' | 'typing' | 'outbox' | 'uploads' | 'drafts';

type Listener = (topic: Topic, room?: number) => void;

/** Tells whoever shows something that it changed. */
export class Signals {
  private readonly listeners = new Set<Listener>();

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(topic: Topic, room?: number): void {
    for (const listener of [...this.listeners]) {
      listener(topic, room);
    }
  }
}

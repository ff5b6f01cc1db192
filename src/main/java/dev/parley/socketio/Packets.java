package dev.parley.socketio;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.StringJoiner;

import dev.parley.relay.Backlog;

/** What a session has to send, while its client does not take it. Used on the session's event loop alone. */
final class Packets implements Backlog.Reader {

    private static final String SEPARATOR = "\u001e";
    /** Python's client takes no more packets at once, and ends the session. */
    private static final int MOST_IN_PAYLOAD = 16;

    private final Backlog backlog;
    private final Runnable tooSlow;
    private final Deque<String> queue = new ArrayDeque<>(4);
    /** Characters, which are about as many bytes. */
    private long size;

    /** @param tooSlow called on any thread, when there is no memory left for those who do not read */
    Packets(Backlog backlog, Runnable tooSlow) {
        this.backlog = backlog;
        this.tooSlow = tooSlow;
    }

    void add(String packet) {
        queue.add(packet);
        size += packet.length();
        backlog.add(this, packet.length());
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** The first, which is taken off. */
    String next() {
        String packet = queue.remove();
        size -= packet.length();
        if (queue.isEmpty()) {
            backlog.forget(this);
        } else {
            backlog.add(this, -packet.length());
        }
        return packet;
    }

    /** As many as any client takes at once, which are taken off. */
    String payload() {
        StringJoiner payload = new StringJoiner(SEPARATOR);
        for (int i = 0; i < MOST_IN_PAYLOAD && !queue.isEmpty(); i++) {
            payload.add(next());
        }
        return payload.toString();
    }

    /** All of them, which are taken off. */
    String rest() {
        String rest = String.join(SEPARATOR, queue);
        clear();
        return rest;
    }

    void clear() {
        queue.clear();
        backlog.forget(this);
        size = 0;
    }

    /** Bytes, about. */
    long waiting() {
        return size;
    }

    @Override
    public void endForSlowness() {
        tooSlow.run();
    }
}

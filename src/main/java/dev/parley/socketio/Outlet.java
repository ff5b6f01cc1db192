package dev.parley.socketio;

import org.jspecify.annotations.Nullable;

import dev.parley.relay.Backlog;
import dev.parley.relay.SharedText;

/**
 * What a session has to send, by whatever carries it: answers to polls, until a WebSocket takes over. Used on the session's
 * event loop alone.
 */
final class Outlet {

    private static final String NOOP = "6";
    private static final String CLOSE = "1";

    private final Packets packets;
    private final Polling polling;
    private final Upgrade upgrade;
    private @Nullable WebSocketLink link;

    /** @param tooSlow called on any thread, when there is no memory left for those who do not read */
    Outlet(Backlog backlog, Runnable tooSlow, Polling polling, Upgrade upgrade) {
        this.packets = new Packets(backlog, tooSlow);
        this.polling = polling;
        this.upgrade = upgrade;
    }

    /** Null as long as the client polls. */
    @Nullable
    WebSocketLink link() {
        return link;
    }

    void use(@Nullable WebSocketLink taken) {
        link = taken;
    }

    void add(String packet) {
        WebSocketLink free = freeLink();
        if (free != null) {
            free.send(packet);
        } else {
            await(packet);
        }
    }

    void add(SharedText packet) {
        WebSocketLink free = freeLink();
        if (free != null) {
            free.send(packet);
        } else {
            // As text, which costs each that waits only a reference, and no memory outside the heap.
            await(packet.text());
        }
    }

    /** What takes a packet at once, behind no other. */
    private @Nullable WebSocketLink freeLink() {
        return link != null && packets.isEmpty() && link.writable() ? link : null;
    }

    private void await(String packet) {
        packets.add(packet);
        flush();
    }

    /** Characters that wait. */
    long waiting() {
        return packets.waiting();
    }

    void flush() {
        if (link != null) {
            while (!packets.isEmpty() && link.writable()) {
                link.send(packets.next());
            }
        } else if (polling.isParked() && !packets.isEmpty()) {
            polling.answer(packets.payload());
        }
        if (link == null && polling.isParked() && upgrade.isProbed()) {
            // Lets a client go that waits for its poll to end before it changes over.
            polling.answer(NOOP);
        }
    }

    /** Lets the last poll go of a client that says goodbye. */
    void letGo() {
        if (polling.isParked()) {
            packets.add(NOOP);
            polling.answer(packets.rest());
        }
    }

    /** Tells a client that polls, after all that waits. */
    void sayGoodbye() {
        packets.add(CLOSE);
        polling.answer(packets.rest());
    }

    void clear() {
        packets.clear();
    }
}

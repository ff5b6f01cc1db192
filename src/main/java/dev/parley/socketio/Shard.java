package dev.parley.socketio;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jboss.logging.Logger;

import dev.parley.relay.SharedText;
import dev.parley.relay.TextWriter;
import dev.parley.room.Event;
import dev.parley.room.Roster;
import io.vertx.core.Context;

/**
 * The sessions of one event loop: what is said to all of them is one task, and what each of their WebSockets got is flushed
 * once, behind all tasks that waited. Used on that loop alone, but for {@link #run} and {@link #isEmpty}.
 */
final class Shard {

    private static final Logger LOG = Logger.getLogger(Shard.class);
    /** Bytes, for all sockets together, that wait for the end of a turn. */
    private static final long MOST_UNFLUSHED = 1024 * 1024;

    private final Context loop;
    /** Clients may go while others are told. */
    private final Map<Long, List<SignedIn>> byUser = new ConcurrentHashMap<>();
    private List<TextWriter> dirty = new ArrayList<>();
    private long unflushed;

    Shard(Context loop) {
        this.loop = loop;
    }

    /** On the loop, after what was handed over before. */
    void run(Runnable action) {
        loop.runOnContext(now -> action.run());
    }

    boolean isEmpty() {
        return byUser.isEmpty();
    }

    void add(SignedIn client) {
        byUser.merge(client.userId, List.of(client), (old, more) -> {
            List<SignedIn> all = new ArrayList<>(old);
            all.addAll(more);
            return List.copyOf(all);
        });
    }

    void remove(SignedIn client) {
        byUser.computeIfPresent(client.userId, (id, all) -> {
            List<SignedIn> left = all.stream().filter(each -> each != client).toList();
            return left.isEmpty() ? null : left;
        });
    }

    void tell(Broadcast broadcast) {
        each(broadcast.event.roster(), client -> {
            if (broadcast.concerns(client.userId)) {
                client.hear(broadcast);
            }
        });
        if (broadcast.event instanceof Event.Changed changed) {
            for (long user : changed.departed()) {
                each(user, client -> client.hear(broadcast));
            }
        }
    }

    void sendAway(Roster roster) {
        each(roster, SignedIn::sendAway);
    }

    void voided(long user, int sessions) {
        each(user, client -> {
            if (client.sessions < sessions) {
                client.expire();
            }
        });
    }

    void typing(Roster roster, long exceptUser, SharedText packet) {
        each(roster, client -> client.hearTyping(roster.roomId(), exceptUser, packet));
    }

    void tell(long[] users, SharedText packet) {
        for (long user : users) {
            each(user, client -> client.hear(packet));
        }
    }

    /** By whichever is shorter: the members, or those who listen. */
    private void each(Roster roster, Consumer<SignedIn> action) {
        if (roster.users().length <= byUser.size()) {
            for (long user : roster.users()) {
                each(user, action);
            }
        } else {
            byUser.forEach((user, clients) -> {
                if (roster.has(user)) {
                    clients.forEach(client -> tell(client, action));
                }
            });
        }
    }

    private void each(long user, Consumer<SignedIn> action) {
        byUser.getOrDefault(user, List.of()).forEach(client -> tell(client, action));
    }

    /** Who cannot be told has to come back and catch up; all others hear it. */
    private static void tell(SignedIn client, Consumer<SignedIn> action) {
        try {
            action.accept(client);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.warn("A client could not be told what happened, and is sent away", e);
            client.sendAway();
        }
    }

    void write(TextWriter writer, String packet) {
        dirty(writer);
        wrote(writer.write(packet));
    }

    void write(TextWriter writer, SharedText packet) {
        dirty(writer);
        wrote(writer.write(packet));
    }

    private void dirty(TextWriter writer) {
        if (writer.isFlushed()) {
            if (dirty.isEmpty()) {
                run(this::flush);
            }
            dirty.add(writer);
        }
    }

    private void wrote(int bytes) {
        unflushed += bytes;
        if (unflushed > MOST_UNFLUSHED) {
            flush();
        }
    }

    private void flush() {
        List<TextWriter> writers = dirty;
        dirty = new ArrayList<>();
        unflushed = 0;
        TextWriter.flush(writers);
    }
}

package dev.parley.socketio;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

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

    private final Context loop;
    /** Clients may go while others are told. */
    private final Map<Long, List<SignedIn>> byUser = new ConcurrentHashMap<>();
    private final List<TextWriter> dirty = new ArrayList<>();

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
        each(broadcast.event.roster(), client -> client.hear(broadcast));
        if (broadcast.event instanceof Event.Changed changed) {
            for (long user : changed.departed()) {
                each(user, client -> client.hear(broadcast));
            }
        }
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
                    clients.forEach(action);
                }
            });
        }
    }

    private void each(long user, Consumer<SignedIn> action) {
        byUser.getOrDefault(user, List.of()).forEach(action);
    }

    /** Something was written to it since it was flushed. */
    void dirty(TextWriter writer) {
        if (dirty.isEmpty()) {
            run(this::flush);
        }
        dirty.add(writer);
    }

    private void flush() {
        TextWriter.flush(dirty);
        dirty.clear();
    }
}

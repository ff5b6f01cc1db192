package dev.parley.socketio;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import jakarta.inject.Singleton;

import dev.parley.relay.LiveDoor;
import dev.parley.relay.SharedText;
import dev.parley.room.Event;
import dev.parley.room.Roster;
import io.vertx.core.Context;

/**
 * Who listens by Socket.IO on this instance. What was committed goes to the members that its roster names, so that nobody
 * has to join anything, and who was removed hears nothing.
 */
@Singleton
class Clients implements LiveDoor {

    private final Map<Context, Shard> shards = new ConcurrentHashMap<>();
    private final Sessions sessions;
    private final Json json;
    private volatile boolean stopping;

    Clients(Sessions sessions, Json json) {
        this.sessions = sessions;
        this.json = json;
    }

    /** Those of an event loop. */
    Shard shard(Context loop) {
        return shards.computeIfAbsent(loop, Shard::new);
    }

    boolean isStopping() {
        return stopping;
    }

    @Override
    public void committed(List<Event> events) {
        if (isEmpty()) {
            return;
        }
        List<Broadcast> broadcasts = broadcasts(events);
        eachShard(broadcasts.stream().map(broadcast -> broadcast.packet).toList(),
                shard -> broadcasts.forEach(shard::tell));
    }

    /** What another instance did becomes known at once, with the members of now: some of them came behind some of it. */
    private List<Broadcast> broadcasts(List<Event> events) {
        Map<Long, Set<Long>> arrivedBehind = new HashMap<>();
        Deque<Broadcast> broadcasts = new ArrayDeque<>(events.size());
        for (Event event : events.reversed()) {
            long room = event.roster().roomId();
            broadcasts.addFirst(new Broadcast(event, Set.copyOf(arrivedBehind.getOrDefault(room, Set.of())), json));
            if (event instanceof Event.Changed changed) {
                Set<Long> arrived = arrivedBehind.computeIfAbsent(room, none -> new HashSet<>());
                LongStream.of(changed.arrived()).forEach(arrived::add);
                LongStream.of(changed.departed()).forEach(arrived::remove);
            }
        }
        return List.copyOf(broadcasts);
    }

    @Override
    public void missed(Roster room) {
        eachShard(List.of(), shard -> shard.sendAway(room));
    }

    @Override
    public void typing(Roster room, long exceptUser, Object data) {
        SharedText packet = new SharedText(() -> json.event("typing", new InConversation(data, room.roomId())));
        eachShard(List.of(packet), shard -> shard.typing(room, exceptUser, packet));
    }

    @Override
    public void tell(long[] users, String type, Object data) {
        SharedText packet = new SharedText(() -> json.event(type, data));
        eachShard(List.of(packet), shard -> shard.tell(users, packet));
    }

    @Override
    public void voided(long userId, int sessions) {
        eachShard(List.of(), shard -> shard.voided(userId, sessions));
    }

    @Override
    public boolean isEmpty() {
        return shards.values().stream().allMatch(Shard::isEmpty);
    }

    /** One task for each that has clients, which holds the packets until it has told them. */
    private void eachShard(List<SharedText> packets, Consumer<Shard> telling) {
        for (Shard shard : shards.values()) {
            if (!shard.isEmpty()) {
                packets.forEach(SharedText::retain);
                try {
                    shard.run(() -> {
                        try {
                            telling.accept(shard);
                        } finally {
                            packets.forEach(SharedText::release);
                        }
                    });
                } catch (RejectedExecutionException ended) {
                    // Its clients have gone with it; those of the others hear.
                    shards.values().remove(shard);
                    packets.forEach(SharedText::release);
                }
            }
        }
        packets.forEach(SharedText::release);
    }

    @Override
    public void stop() {
        stopping = true;
        sessions.all().forEach(session -> session.run(
                () -> session.close("The service stops")));
    }
}

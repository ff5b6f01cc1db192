package dev.parley.socketio;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import jakarta.inject.Singleton;

import dev.parley.relay.LiveDoor;
import dev.parley.relay.SharedText;
import dev.parley.room.Event;
import dev.parley.room.Roster;
import dev.parley.room.Rosters;
import io.vertx.core.Context;

/**
 * Who listens by Socket.IO on this instance. What was committed goes to the members that its roster names, so that nobody
 * has to join anything, and who was removed hears nothing.
 */
@Singleton
class Clients implements LiveDoor {

    private final Map<Context, Shard> shards = new ConcurrentHashMap<>();
    private final Sessions sessions;
    private final Rosters rosters;
    private final Json json;
    private volatile boolean stopping;

    Clients(Sessions sessions, Rosters rosters, Json json) {
        this.sessions = sessions;
        this.rosters = rosters;
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
        List<Broadcast> broadcasts = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            broadcasts.add(new Broadcast(events.get(i), arrivedBehind(events, i), json));
        }
        eachShard(broadcasts.stream().map(broadcast -> broadcast.packet).toList(),
                shard -> broadcasts.forEach(shard::tell));
    }

    /** Who came into a room later than something was said there, when both become known here at once. */
    private static long[] arrivedBehind(List<Event> events, int one) {
        Event said = events.get(one);
        return events.subList(one + 1, events.size()).stream()
                .filter(event -> event instanceof Event.Changed && event.roster().roomId() == said.roster().roomId())
                .flatMapToLong(event -> LongStream.of(((Event.Changed) event).arrived())).toArray();
    }

    @Override
    public void missed(Roster room) {
        eachShard(List.of(), shard -> shard.sendAway(room));
    }

    @Override
    public void typing(long roomId, long exceptUser, Object data) {
        Roster roster = isEmpty() ? null : rosters.cached(roomId);
        if (roster != null) {
            SharedText packet = new SharedText(() -> json.event("typing", new InConversation(data, roomId)));
            eachShard(List.of(packet), shard -> shard.typing(roster, exceptUser, packet));
        }
    }

    @Override
    public void tell(long[] users, String type, Object data) {
        SharedText packet = new SharedText(() -> json.event(type, data));
        eachShard(List.of(packet), shard -> shard.tell(users, packet));
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
                shard.run(() -> {
                    try {
                        telling.accept(shard);
                    } finally {
                        packets.forEach(SharedText::release);
                    }
                });
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

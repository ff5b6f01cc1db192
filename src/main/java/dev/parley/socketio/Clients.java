package dev.parley.socketio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import jakarta.inject.Singleton;

import dev.parley.relay.LiveDoor;
import dev.parley.room.Event;
import dev.parley.room.Roster;
import dev.parley.room.Rosters;

/**
 * Who listens by Socket.IO on this instance. What was committed goes to the members that its roster names, so that nobody
 * has to join anything, and who was removed hears nothing.
 */
@Singleton
class Clients implements LiveDoor {

    private final Map<Long, List<SignedIn>> byUser = new ConcurrentHashMap<>();
    private final Sessions sessions;
    private final Rosters rosters;
    private final Json json;
    private volatile boolean stopping;

    Clients(Sessions sessions, Rosters rosters, Json json) {
        this.sessions = sessions;
        this.rosters = rosters;
        this.json = json;
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

    boolean isStopping() {
        return stopping;
    }

    @Override
    public void committed(List<Event> events) {
        if (byUser.isEmpty()) {
            return;
        }
        Map<SignedIn, List<Broadcast>> heard = new IdentityHashMap<>();
        for (Event event : events) {
            Broadcast broadcast = new Broadcast(event, json);
            Consumer<SignedIn> hear = client -> heard.computeIfAbsent(client, first -> new ArrayList<>(1)).add(broadcast);
            each(event.roster(), hear);
            if (event instanceof Event.Changed changed) {
                Arrays.stream(changed.departed()).forEach(user -> each(user, hear));
            }
        }
        heard.forEach(SignedIn::hear);
    }

    @Override
    public void typing(long roomId, long exceptUser, Object data) {
        Roster roster = byUser.isEmpty() ? null : rosters.cached(roomId);
        if (roster != null) {
            String packet = json.event("typing", data);
            each(roster, client -> client.hearTyping(roomId, exceptUser, packet));
        }
    }

    @Override
    public void tell(long[] users, String type, Object data) {
        if (!byUser.isEmpty()) {
            String packet = json.event(type, data);
            Arrays.stream(users).forEach(user -> each(user, client -> client.hear(packet)));
        }
    }

    @Override
    public void stop() {
        stopping = true;
        sessions.all().forEach(session -> session.run(
                () -> session.close("The service stops")));
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
}

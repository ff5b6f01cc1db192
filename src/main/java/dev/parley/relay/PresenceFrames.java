package dev.parley.relay;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Profile;
import dev.parley.account.Users;
import dev.parley.problem.Outage;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Tells those on this instance who share a room with somebody that they came or went, or have another name or picture. */
@Singleton
class PresenceFrames {

    private static final Logger LOG = Logger.getLogger(PresenceFrames.class);

    // One thread: what is told last is what is true.
    private final ExecutorService teller = Executors.newSingleThreadExecutor(Thread.ofVirtual().name("presence").factory());
    private final Queue<Work> first = new ConcurrentLinkedQueue<>();
    /** Of whom is to be told: once, however often they come and go until it is their turn. Guarded by itself. */
    private final SequencedMap<Long, LongPredicate> waiting = new LinkedHashMap<>();
    private final Here here;
    private final Sightings sightings;
    private final List<LiveDoor> doors;
    private final Users users;
    /** Of whom it was last told that they are online. The teller's alone. */
    private final Set<Long> told = new HashSet<>();
    /** Of whom is to be told even if they neither came nor went. The teller's alone. */
    private final Set<Long> untold = new HashSet<>();

    PresenceFrames(Here here, Sightings sightings, @All List<LiveDoor> doors, Users users) {
        this.here = here;
        this.sightings = sightings;
        this.doors = doors;
        this.users = users;
    }

    @RegisterForReflection
    record Frame(long userId, boolean isOnline, String userName, @Nullable String avatarUrl) {
    }

    /** Work that belongs before all that is told. Whoever needs more than one try sees to it. */
    interface Work {
        void run() throws SQLException;
    }

    /** Does not wait for what is to be told. */
    void first(Work work) {
        first.add(work);
        teller.execute(this::next);
    }

    /** @param isOnline asked when its turn comes: what has changed back meanwhile is not told */
    void tell(long userId, LongPredicate isOnline) {
        synchronized (waiting) {
            if (waiting.put(userId, isOnline) != null) {
                return;
            }
        }
        teller.execute(this::next);
    }

    /** As {@link #tell}, though they neither came nor went. */
    void tellAgain(long userId, LongPredicate isOnline) {
        first(() -> {
            untold.add(userId);
            tell(userId, isOnline);
        });
    }

    private void next() {
        try {
            Work work = first.poll();
            if (work == null) {
                tellNext();
            } else {
                work.run();
            }
        } catch (SQLException | RuntimeException e) {
            Outage.tell(LOG, "Presence could not be told, and is told later", e);
        }
    }

    private void tellNext() throws SQLException {
        Map.Entry<Long, LongPredicate> next;
        synchronized (waiting) {
            next = waiting.pollFirstEntry();
        }
        long userId = next.getKey();
        boolean online = next.getValue().test(userId);
        if (online == told.contains(userId) && !untold.contains(userId)) {
            return;
        }
        untold.add(userId);
        users.forget(userId);
        long[] listeners = LongStream.of(sightings.neighbours(userId)).filter(here::isHere).toArray();
        if (listeners.length > 0) {
            Profile who = users.get(userId);
            Frame frame = new Frame(userId, online, who.name(), who.avatarUrl());
            doors.forEach(door -> door.tell(listeners, "presence", frame));
        }
        untold.remove(userId);
        if (online) {
            told.add(userId);
        } else {
            told.remove(userId);
        }
    }

    /** Tries again to tell of those of whom it could not be told, since the database was away. */
    void tellTheRest(LongPredicate isOnline) {
        first(() -> untold.forEach(userId -> tell(userId, isOnline)));
    }

    void stop(@Observes @Priority(1000) ShutdownEvent event) {
        teller.shutdown();
    }
}

package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.inject.Singleton;

import dev.parley.backplane.Instance;
import dev.parley.backplane.Notice;
import dev.parley.backplane.Notices;

/**
 * What this instance is committing, or has committed and not announced, in order.
 * <p>
 * While no other instance is alive a commit is announced as soon as it is known. Otherwise its turn comes with its own
 * notice: the server sends notices to everybody in the order of the commits, so that here, too, a room's changes follow
 * each other as they did there.
 */
@Singleton
public class OwnCommits {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

    private final Instance self;
    private final Notices notices;
    private final Announced announced;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Parcel> pending = new LinkedHashMap<>();
    private long numbers;
    private long listenings;
    private boolean doubt;

    OwnCommits(Instance self, Notices notices, Announced announced) {
        this.self = self;
        this.notices = notices;
        this.announced = announced;
    }

    /** The events of one transaction, from before its COMMIT to their announcement. */
    static final class Parcel {

        /** Go into the transaction, see {@link Notices#SEND}. */
        final List<String> notices;
        private final long number;
        private final List<Event> events;
        private final Set<Long> rooms = new HashSet<>();
        private final long listening;
        private final CompletableFuture<Void> over = new CompletableFuture<>();
        private boolean noticed;
        private boolean due;
        private long since;

        private Parcel(long number, List<Event> events, List<String> notices, long listening) {
            this.number = number;
            this.events = events;
            this.notices = notices;
            this.listening = listening;
            events.forEach(event -> rooms.add(event.roster().roomId()));
        }
    }

    /** Whose notices these are. */
    UUID sender() {
        return self.id();
    }

    /** Sends a parcel's notices within its transaction; whether anybody is there to hear it. */
    boolean send(Connection connection, Parcel parcel) throws SQLException {
        return Notices.send(connection, parcel.notices, self.id());
    }

    /** Before the COMMIT. {@link #committed} or {@link #dropped} must follow. */
    Parcel expect(List<Event> events) {
        lock.lock();
        try {
            long number = ++numbers;
            Parcel parcel = new Parcel(number, events, notices.ofCommit(number, ranges(events)), listenings);
            pending.put(number, parcel);
            return parcel;
        } finally {
            lock.unlock();
        }
    }

    /** After the COMMIT. @param noticed whether its notices were sent: then their coming back announces the parcel */
    void committed(Parcel parcel, boolean noticed) {
        lock.lock();
        try {
            parcel.noticed = noticed;
            parcel.since = System.nanoTime();
            // A notice that was sent before listening began again may have gone by.
            if (!noticed || parcel.listening != listenings) {
                parcel.due = true;
                announceDue();
            }
        } finally {
            lock.unlock();
        }
    }

    /** It was rolled back. */
    void dropped(Parcel parcel) {
        dropped(parcel, false);
    }

    /** It was rolled back, or {@code inDoubt}: then, if it was committed after all, it will be told from the rows. */
    void dropped(Parcel parcel, boolean inDoubt) {
        lock.lock();
        try {
            doubt |= inDoubt;
            if (pending.remove(parcel.number) != null) {
                parcel.over.complete(null);
                announceDue();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether what became of a commit has not been known since this was last asked. */
    boolean takeDoubt() {
        lock.lock();
        try {
            boolean doubted = doubt;
            doubt = false;
            return doubted;
        } finally {
            lock.unlock();
        }
    }

    /** Waits, not for long, until what this instance has committed so far is announced. Blocks. */
    public void awaitAnnounced() {
        CompletableFuture<?>[] all;
        lock.lock();
        try {
            all = pending.values().stream().map(parcel -> parcel.over).toArray(CompletableFuture[]::new);
        } finally {
            lock.unlock();
        }
        // Longer than the listener waits in silence for a notice before it has everything announced.
        CompletableFuture.allOf(all).completeOnTimeout(null, 2 * PATIENCE, TimeUnit.NANOSECONDS).join();
    }

    /**
     * Waits, not for long, until a room is announced here as far as this version, whoever committed that: what is shown of
     * it before would have a client believe that it knows all up to there. Blocks.
     */
    public void awaitAnnounced(long room, long version) {
        announced.await(room, version, 2 * PATIENCE);
    }

    /** Listening began: what was sent before may have gone by. */
    void listening() {
        lock.lock();
        try {
            listenings++;
            pending.values().stream().filter(parcel -> parcel.since != 0).forEach(parcel -> parcel.due = true);
            announceDue();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a notice has been on its way for longer than one is. */
    boolean isWaitingInVain() {
        lock.lock();
        try {
            long now = System.nanoTime();
            return pending.values().stream()
                    .anyMatch(parcel -> parcel.noticed && !parcel.due && now - parcel.since > PATIENCE);
        } finally {
            lock.unlock();
        }
    }

    /** The rooms of a parcel, none when it has been announced. */
    Set<Long> rooms(long number) {
        lock.lock();
        try {
            Parcel parcel = pending.get(number);
            return parcel == null ? Set.of() : parcel.rooms;
        } finally {
            lock.unlock();
        }
    }

    /** A parcel's notice has come back. */
    void arrived(long number) {
        lock.lock();
        try {
            Parcel parcel = pending.get(number);
            if (parcel != null) {
                // The notice is proof of the commit, even when whoever waits for it has not heard yet.
                parcel.due = true;
                announceDue();
            }
        } finally {
            lock.unlock();
        }
    }

    /** In order where rooms are shared: a room's maker may be slower to say so than the writer with its first message. */
    private void announceDue() {
        Set<Long> held = new HashSet<>();
        for (Iterator<Parcel> parcels = pending.values().iterator(); parcels.hasNext();) {
            Parcel parcel = parcels.next();
            if (parcel.due && parcel.rooms.stream().noneMatch(held::contains)) {
                parcels.remove();
                try {
                    announced.announce(parcel.events);
                } finally {
                    parcel.over.complete(null);
                }
            } else {
                held.addAll(parcel.rooms);
            }
        }
    }

    private static List<Notice.Range> ranges(List<Event> events) {
        Map<Long, Notice.Range> ranges = new LinkedHashMap<>();
        for (Event event : events) {
            long room = event.roster().roomId();
            ranges.merge(room, new Notice.Range(room, event.version(), event.version(), event instanceof Event.Changed),
                    Notice.Range::and);
        }
        return List.copyOf(ranges.values());
    }
}

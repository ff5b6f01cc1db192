package dev.parley.room;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.backplane.Notice;

/**
 * How far each room was announced on this instance, so that every version is announced once and in order, whether this
 * instance committed it or another did.
 */
@Singleton
public class Announced {

    private final Announcers announcers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    /** By room; of one that is forgotten nothing is known, or it would seem that something is missing. */
    private final Map<Long, Reach> reaches = new Recent();
    /** Rooms of which something was committed elsewhere that nobody told us of. */
    private final Set<Long> gaps = new LinkedHashSet<>();

    Announced(Announcers announcers) {
        this.announcers = announcers;
    }

    /**
     * @param told the version up to which the room was announced here
     * @param begun the version at which somebody here began to listen to it
     */
    private record Reach(@Nullable Long told, @Nullable Long begun) {

        static final Reach NONE = new Reach(null, null);

        /** Up to where whoever listens has heard or read. */
        @Nullable
        Long known() {
            return told == null ? begun : told;
        }

        Reach tell(long version) {
            return new Reach(told == null ? version : Math.max(told, version), begun);
        }

        Reach begin(long version) {
            return begun == null ? new Reach(told, version) : this;
        }
    }

    private static final class Recent extends LinkedHashMap<Long, Reach> {

        private static final long serialVersionUID = 1L;
        private static final int MOST = 200_000;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Reach> eldest) {
            return size() > MOST;
        }
    }

    /** Somebody here begins to listen to rooms: what came before these versions they read elsewhere. */
    public void begun(Map<Long, Long> versions) {
        lock.lock();
        try {
            versions.forEach((room, version) -> move(room, reach(room).begin(version)));
        } finally {
            lock.unlock();
        }
    }

    /** What was committed on this instance, when its turn has come; some of it may be known already. */
    void announce(List<Event> events) {
        lock.lock();
        try {
            List<Event> fresh = events.stream().filter(this::isNext).toList();
            if (!fresh.isEmpty()) {
                announcers.committed(fresh);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isNext(Event event) {
        long room = event.roster().roomId();
        Reach reach = reach(room);
        Long before = reach.told;
        Long known = reach.known();
        if (gaps.contains(room) || known != null && event.version() > known + 1) {
            // Another instance took this one for dead and told it nothing: the rows know what is missing.
            gaps.add(room);
            return false;
        }
        if (before != null && event.version() <= before) {
            return false;
        }
        move(room, reach.tell(event.version()));
        return true;
    }

    /**
     * What was read of a room behind a version, of others' commits or all; some of it may have been announced meanwhile.
     *
     * @param now the room as it is now
     */
    void announce(Roster now, long before, RoomEvents.Missed missed) {
        long room = now.roomId();
        lock.lock();
        try {
            gaps.remove(room);
            if (missed.tooMany()) {
                announcers.missed(now);
            }
            List<Event> events = missed.events().stream()
                    .filter(event -> event.version() > upTo(room, before)).toList();
            if (!events.isEmpty()) {
                announcers.committed(events);
            }
            move(room, reach(room).tell(missed.version()));
        } finally {
            lock.unlock();
        }
    }

    /** Nobody heard of it: whoever begins to listen now begins behind it. */
    void skip(long room, long version) {
        lock.lock();
        try {
            gaps.remove(room);
            move(room, reach(room).tell(version));
        } finally {
            lock.unlock();
        }
    }

    /**
     * How far a room was announced counts no more: what was announced has been lost, or what follows it cannot be told.
     * Whoever listens has to come back.
     *
     * @param now the room as it is now, null when there is none any more, or it is not known
     */
    void startAgain(long room, @Nullable Roster now) {
        lock.lock();
        try {
            move(room, Reach.NONE);
            gaps.remove(room);
            if (now != null) {
                announcers.missed(now);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits at most so long until whoever listens has heard or read a room as far as this version, or nobody does. Blocks. */
    void await(long room, long version, long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!isKnown(room, version) && left > 0) {
                left = moved.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private boolean isKnown(long room, long version) {
        Long known = reach(room).known();
        return known == null || known >= version;
    }

    /** How far a room was announced; else {@code otherwise}, or where whoever listens began when nobody told what followed. */
    long upTo(long room, long otherwise) {
        lock.lock();
        try {
            Reach reach = reach(room);
            if (reach.told != null) {
                return reach.told;
            }
            return reach.begun == null ? otherwise : Math.min(reach.begun, otherwise);
        } finally {
            lock.unlock();
        }
    }

    /** The rooms that are listened to here, and the versions up to which whoever listens has heard or read. */
    Map<Long, Long> known() {
        lock.lock();
        try {
            Map<Long, Long> known = new HashMap<>();
            reaches.forEach((room, reach) -> {
                Long version = reach.known();
                if (version != null) {
                    known.put(room, version);
                }
            });
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** What is missing of rooms of which own commits were held back, since others before them were not told of. */
    List<Notice.Range> gaps() {
        lock.lock();
        try {
            return gaps.stream().map(room -> {
                Long known = reach(room).known();
                return new Notice.Range(room, (known == null ? 0 : known) + 1, Long.MAX_VALUE, true);
            }).toList();
        } finally {
            lock.unlock();
        }
    }

    private void move(long room, Reach reach) {
        if (reach.equals(Reach.NONE)) {
            reaches.remove(room);
        } else {
            reaches.put(room, reach);
        }
        moved.signalAll();
    }

    private Reach reach(long room) {
        return reaches.getOrDefault(room, Reach.NONE);
    }
}

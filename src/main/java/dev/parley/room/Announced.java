package dev.parley.room;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    /** The versions up to which rooms were announced here. */
    private final Map<Long, Long> told = new Recent();
    /** The versions at which somebody here began to listen to rooms. */
    private final Map<Long, Long> begun = new Recent();
    /** Rooms of which something was committed elsewhere that nobody told us of. */
    private final Set<Long> gaps = new LinkedHashSet<>();

    Announced(Announcers announcers) {
        this.announcers = announcers;
    }

    private static final class Recent extends LinkedHashMap<Long, Long> {

        private static final long serialVersionUID = 1L;
        private static final int MOST = 200_000;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > MOST;
        }
    }

    /** Somebody here begins to listen to rooms: what came before these versions they read elsewhere. */
    public void begun(Map<Long, Long> versions) {
        lock.lock();
        try {
            versions.forEach(begun::putIfAbsent);
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
        Long before = told.get(room);
        Long known = before == null ? begun.get(room) : before;
        if (gaps.contains(room) || known != null && event.version() > known + 1) {
            // Another instance took this one for dead and told it nothing: the rows know what is missing.
            gaps.add(room);
            return false;
        }
        if (before != null && event.version() <= before) {
            return false;
        }
        told.put(room, event.version());
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
                    .filter(event -> event.version() > told.getOrDefault(room, before)).toList();
            if (!events.isEmpty()) {
                announcers.committed(events);
            }
            told.merge(room, missed.version(), Math::max);
        } finally {
            lock.unlock();
        }
    }

    /** Nobody heard of it: whoever begins to listen now begins behind it. {@link Long#MAX_VALUE} for who knows where. */
    void skip(long room, long version) {
        lock.lock();
        try {
            gaps.remove(room);
            if (version == Long.MAX_VALUE) {
                told.remove(room);
            } else {
                told.merge(room, version, Math::max);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * What comes next in a room has versions that were announced before, for something else.
     *
     * @param now the room as it is now, null when there is none any more
     */
    void startAgain(long room, @Nullable Roster now) {
        lock.lock();
        try {
            told.remove(room);
            begun.remove(room);
            gaps.remove(room);
            if (now != null) {
                announcers.missed(now);
            }
        } finally {
            lock.unlock();
        }
    }

    long upTo(long room, long otherwise) {
        lock.lock();
        try {
            return told.getOrDefault(room, otherwise);
        } finally {
            lock.unlock();
        }
    }

    /** The rooms that are listened to here, and the versions up to which whoever listens has heard or read. */
    Map<Long, Long> known() {
        lock.lock();
        try {
            Map<Long, Long> known = new HashMap<>(begun);
            known.putAll(told);
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** What is missing of rooms of which own commits were held back, since others before them were not told of. */
    List<Notice.Range> gaps() {
        lock.lock();
        try {
            return gaps.stream().map(room -> new Notice.Range(room,
                    told.getOrDefault(room, begun.getOrDefault(room, 0L)) + 1, Long.MAX_VALUE, true)).toList();
        } finally {
            lock.unlock();
        }
    }
}

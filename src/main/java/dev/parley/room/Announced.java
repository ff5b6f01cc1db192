package dev.parley.room;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.backplane.Notice;

/**
 * How far each room was announced on this instance, so that every version is announced once and in order, whether this
 * instance committed it or another did. What another committed is read from the rows, if anybody here wants it.
 */
@Singleton
public class Announced {

    /** Longer than a lease, and than clocks differ. */
    private static final Duration SLACK = Duration.ofMinutes(1);
    /** Of what others did in a room while this instance was deaf; beyond, whoever listens to it has to come back. */
    private static final int MOST_MISSED = 5_000;

    private static final Logger LOG = Logger.getLogger(Announced.class);

    private final Announcers announcers;
    private final RoomEvents rows;
    private final RoomReader rooms;
    private final Rosters rosters;
    private final Heads heads;
    private final Audience audience;
    private final ReentrantLock lock = new ReentrantLock();
    /** The versions up to which rooms were announced here. */
    private final Map<Long, Long> told = new Recent();
    /** The versions at which somebody here began to listen to rooms. */
    private final Map<Long, Long> begun = new Recent();
    /** Rooms of which something was committed elsewhere that nobody told us of. */
    private final Set<Long> gaps = new LinkedHashSet<>();

    Announced(Announcers announcers, RoomEvents rows, RoomReader rooms, Rosters rosters, Heads heads, Audience audience) {
        this.announcers = announcers;
        this.rows = rows;
        this.rooms = rooms;
        this.rosters = rosters;
        this.heads = heads;
        this.audience = audience;
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
     * Any room that is listened to here may have changed, and somebody who listens may be in a room that is not known.
     *
     * @param deaf how long nothing was heard of others
     */
    void look(Duration deaf) {
        heads.forgetAll();
        Map<Long, Long> known = new HashMap<>();
        lock.lock();
        try {
            known.putAll(begun);
            known.putAll(told);
        } finally {
            lock.unlock();
        }
        List<Notice.Range> changed = new ArrayList<>();
        List<Long> turnedBack = new ArrayList<>();
        rooms.versions(known.keySet()).forEach((room, version) -> {
            long before = known.get(room);
            if (version > before) {
                changed.add(new Notice.Range(room, before + 1, version, true));
            } else if (version < before) {
                turnedBack.add(room);
            }
        });
        if (!turnedBack.isEmpty()) {
            LOG.errorf("The database has lost what %d rooms were told of, as a backup or a standby that was behind does",
                    turnedBack.size());
            turnedBack.forEach(this::startAgain);
        }
        rooms.joined(audience.users(), deaf.plus(SLACK).toSeconds()).forEach((room, version) -> {
            if (!known.containsKey(room)) {
                changed.add(new Notice.Range(room, version, Long.MAX_VALUE, true));
            }
        });
        read(changed);
    }

    /** What comes next has versions that were told before, for something else. */
    private void startAgain(long room) {
        rosters.forget(room);
        Roster now = rosters.reload(room);
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

    /** Rooms of which own commits were held back, since others before them were not told of. */
    void readGaps() {
        lock.lock();
        List<Notice.Range> missing;
        try {
            missing = gaps.stream().map(room -> new Notice.Range(room,
                    told.getOrDefault(room, begun.getOrDefault(room, 0L)) + 1, Long.MAX_VALUE, true)).toList();
        } finally {
            lock.unlock();
        }
        read(missing);
    }

    /** What others committed. */
    void read(Collection<Notice.Range> ranges) {
        ranges.forEach(this::read);
    }

    /** Announces what happened elsewhere in a room, if somebody here listens to it. */
    private void read(Notice.Range range) {
        long room = range.roomId();
        heads.forget(room);
        long before = told(room, range.first() - 1);
        if (range.last() <= before) {
            return;
        }
        Roster old = rosters.cached(room);
        Roster now = old == null || range.members() ? rosters.reload(room) : old;
        if (now == null || !isHeard(old) && !isHeard(now)) {
            advance(room, range.last());
            return;
        }
        RoomEvents.Missed missed = rows.since(room, before, MOST_MISSED);
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

    private long told(long room, long otherwise) {
        lock.lock();
        try {
            return told.getOrDefault(room, otherwise);
        } finally {
            lock.unlock();
        }
    }

    /** Nobody heard of it: whoever begins to listen now begins behind it. */
    private void advance(long room, long version) {
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

    private boolean isHeard(@Nullable Roster roster) {
        if (roster != null) {
            for (long user : roster.users()) {
                if (audience.isHere(user)) {
                    return true;
                }
            }
        }
        return false;
    }
}

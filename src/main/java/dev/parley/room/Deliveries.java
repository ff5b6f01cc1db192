package dev.parley.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.backplane.Instance;
import dev.parley.backplane.Notice;
import dev.parley.backplane.Notices;
import dev.parley.backplane.Recipient;

/**
 * Announces what was committed, on this instance or another, room by room in the order of the versions and once.
 * <p>
 * While no other instance is alive a commit is announced as soon as it is known. Otherwise its turn comes with its own
 * notice: the server sends notices to everybody in the order of the commits, so that here, too, a room's changes follow
 * each other as they did there. What another instance committed is read from the rows, if anybody here wants it.
 */
@Singleton
public class Deliveries implements Recipient {

    private static final Logger LOG = Logger.getLogger(Deliveries.class);
    private static final int MOST_ROOMS = 200_000;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

    private final Instance self;
    private final Notices notices;
    private final Announcers announcers;
    private final RoomEvents rows;
    private final Rosters rosters;
    private final Audience audience;
    private final ReentrantLock lock = new ReentrantLock();
    /** What this instance is committing or has committed and not announced, in order. */
    private final Map<Long, Parcel> pending = new LinkedHashMap<>();
    /** The versions up to which rooms were announced here. */
    private final Map<Long, Long> told = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > MOST_ROOMS;
        }
    };
    private long numbers;
    private long listenings;

    Deliveries(Instance self, Notices notices, Announcers announcers, RoomEvents rows, Rosters rosters, Audience audience) {
        this.self = self;
        this.notices = notices;
        this.announcers = announcers;
        this.rows = rows;
        this.rosters = rosters;
        this.audience = audience;
    }

    /** The events of one transaction, from before its COMMIT to their announcement. */
    static final class Parcel {

        final String notice;
        private final long number;
        private final List<Event> events;
        private final Set<Long> rooms = new HashSet<>();
        private final long listening;
        private boolean due;
        private boolean noticed;
        private long since;

        private Parcel(long number, List<Event> events, String notice, long listening) {
            this.number = number;
            this.events = events;
            this.notice = notice;
            this.listening = listening;
            events.forEach(event -> rooms.add(event.roster().roomId()));
        }
    }

    /** Before the COMMIT: the notice of the parcel goes into the transaction, see {@link Notices#SEND}. */
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

    /** After the COMMIT. @param noticed whether the notice was sent: then its coming back announces the parcel */
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
        lock.lock();
        try {
            pending.remove(parcel.number);
            announceDue();
        } finally {
            lock.unlock();
        }
    }

    /** Where somebody begins to listen: what came before is known to them from elsewhere. */
    public void heard(long roomId, long version) {
        lock.lock();
        try {
            told.putIfAbsent(roomId, version);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void received(List<Notice> received) {
        Map<Long, Notice.Range> elsewhere = new LinkedHashMap<>();
        boolean look = false;
        for (Notice notice : received) {
            if (notice.parcel() == null) {
                continue;
            }
            if (notice.from().equals(self.id())) {
                // What others committed before comes before.
                read(elsewhere.values());
                elsewhere.clear();
                arrived(notice.parcel());
            } else if (notice.rooms() == null) {
                look = true;
            } else {
                for (Notice.Range range : notice.rooms()) {
                    elsewhere.merge(range.roomId(), range,
                            (a, b) -> new Notice.Range(a.roomId(), Math.min(a.first(), b.first()), Math.max(a.last(), b.last())));
                }
            }
        }
        read(elsewhere.values());
        if (look) {
            look();
        }
    }

    @Override
    public void listening() {
        lock.lock();
        try {
            listenings++;
            pending.values().stream().filter(parcel -> parcel.since != 0).forEach(parcel -> parcel.due = true);
            announceDue();
        } finally {
            lock.unlock();
        }
        look();
    }

    @Override
    public boolean isWaitingInVain() {
        lock.lock();
        try {
            long now = System.nanoTime();
            return pending.values().stream()
                    .anyMatch(parcel -> parcel.noticed && !parcel.due && now - parcel.since > PATIENCE);
        } finally {
            lock.unlock();
        }
    }

    private void arrived(long number) {
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
                announce(parcel.events);
            } else {
                held.addAll(parcel.rooms);
            }
        }
    }

    private void announce(List<Event> events) {
        List<Event> fresh = new ArrayList<>(events.size());
        for (Event event : events) {
            long room = event.roster().roomId();
            Long before = told.get(room);
            if (before == null || event.version() > before) {
                told.put(room, event.version());
                fresh.add(event);
            }
        }
        if (!fresh.isEmpty()) {
            announcers.committed(fresh);
        }
    }

    /** Everything in the rooms that are listened to here may have changed. */
    private void look() {
        List<Notice.Range> all = new ArrayList<>();
        lock.lock();
        try {
            told.forEach((room, version) -> all.add(new Notice.Range(room, version + 1, Long.MAX_VALUE)));
        } finally {
            lock.unlock();
        }
        Set<Long> changed = rosters.changed(all);
        read(all.stream().filter(range -> changed.contains(range.roomId())).toList());
    }

    /** Reads and announces what happened elsewhere in rooms that are listened to here. */
    private void read(Collection<Notice.Range> ranges) {
        for (Notice.Range range : ranges) {
            try {
                read(range);
            } catch (RuntimeException e) {
                LOG.warnf("What another instance committed could not be read yet: %s", e.getMessage());
                throw e;
            }
        }
    }

    private void read(Notice.Range range) {
        long room = range.roomId();
        Long before = told(room);
        long base = before == null ? range.first() - 1 : before;
        if (range.last() <= base) {
            return;
        }
        Roster roster = rosters.current(room, range.last() == Long.MAX_VALUE ? base : range.last());
        if (roster == null || !isHeard(before == null ? null : rosters.previous(room), roster)) {
            advance(room, range.last() == Long.MAX_VALUE ? base : range.last());
            return;
        }
        RoomEvents.Missed missed = rows.since(room, base);
        lock.lock();
        try {
            announce(missed.events());
            told.merge(room, missed.version(), Math::max);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Long told(long room) {
        lock.lock();
        try {
            return told.get(room);
        } finally {
            lock.unlock();
        }
    }

    private void advance(long room, long version) {
        lock.lock();
        try {
            told.merge(room, version, Math::max);
        } finally {
            lock.unlock();
        }
    }

    private static List<Notice.Range> ranges(List<Event> events) {
        Map<Long, Notice.Range> ranges = new LinkedHashMap<>();
        for (Event event : events) {
            long room = event.roster().roomId();
            ranges.merge(room, new Notice.Range(room, event.version(), event.version()),
                    (a, b) -> new Notice.Range(room, a.first(), b.last()));
        }
        return List.copyOf(ranges.values());
    }
}

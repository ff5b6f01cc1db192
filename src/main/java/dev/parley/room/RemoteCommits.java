package dev.parley.room;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.backplane.Notice;
import dev.parley.problem.Outage;

/** What other instances committed, read from the rows and announced here if anybody wants it. */
@Singleton
class RemoteCommits {

    /** Longer than a lease, and than clocks differ. */
    private static final Duration SLACK = Duration.ofMinutes(1);
    /** Of what others did in a room while this instance was deaf; beyond, whoever listens to it has to come back. */
    private static final int MOST_MISSED = 5_000;

    private static final Logger LOG = Logger.getLogger(RemoteCommits.class);

    private final Announced announced;
    private final RoomEvents rows;
    private final RoomReader rooms;
    private final Rosters rosters;
    private final Heads heads;
    private final Audience audience;

    RemoteCommits(Announced announced, RoomEvents rows, RoomReader rooms, Rosters rosters, Heads heads, Audience audience) {
        this.announced = announced;
        this.rows = rows;
        this.rooms = rooms;
        this.rosters = rosters;
        this.heads = heads;
        this.audience = audience;
    }

    /**
     * Any room that is listened to here may have changed, and somebody who listens may be in a room that is not known.
     *
     * @param deaf how long nothing was heard of others
     */
    void look(Duration deaf) {
        heads.forgetAll();
        Map<Long, Long> known = announced.known();
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
            turnedBack.forEach(room -> {
                rosters.forget(room);
                announced.startAgain(room, rosters.reload(room));
            });
        }
        rooms.joined(audience.users(), deaf.plus(SLACK).toSeconds()).forEach((room, version) -> {
            if (!known.containsKey(room)) {
                changed.add(new Notice.Range(room, version, Long.MAX_VALUE, true));
            }
        });
        read(changed, false);
    }

    /** Own commits wait for what others committed before them, of which nobody told. */
    void readGaps() {
        read(announced.gaps(), false);
    }

    /** What others told of. */
    void read(Collection<Notice.Range> ranges) {
        read(ranges, true);
    }

    /** @param told by whoever committed, so that it is known whether members changed; else they may have */
    private void read(Collection<Notice.Range> ranges, boolean told) {
        for (Notice.Range range : ranges) {
            try {
                read(range, told);
            } catch (RuntimeException e) {
                if (Outage.is(e)) {
                    throw e;
                }
                // The other rooms must not wait for this one.
                LOG.errorf(e, "What others did in room %d could not be read; whoever listens to it has to come back",
                        range.roomId());
                announced.startAgain(range.roomId(), rosters.cached(range.roomId()));
            }
        }
    }

    private void read(Notice.Range range, boolean told) {
        long room = range.roomId();
        heads.forget(room);
        long before = announced.upTo(room, range.first() - 1);
        if (range.last() <= before) {
            return;
        }
        // Asked before it is asked who hears: whoever begins to listen after that knows as much.
        long last = range.last() == Long.MAX_VALUE ? rooms.versions(Set.of(room)).getOrDefault(room, before) : range.last();
        Roster old = rosters.cached(room);
        Roster now = old == null || range.members() ? rosters.reload(room) : old;
        // Who was removed may be known no more, since an own commit in the room has read its members meanwhile.
        if (now == null || !(told && range.members()) && !isHeard(old) && !isHeard(now)) {
            announced.skip(room, last);
        } else {
            announced.announce(now, before, rows.since(room, before, MOST_MISSED));
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

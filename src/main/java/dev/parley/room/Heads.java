package dev.parley.room;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Where rooms stood when this instance last committed in them. A guess, which saves a batch the journey that would lock
 * and read its rooms: the database compares it, and nothing is written where it is wrong.
 */
@Singleton
class Heads {

    /** How long those are not trusted of whom a key came twice. */
    private static final Duration DOUBT = Duration.ofMinutes(1);

    private final Rosters rosters;
    private final Cache<Long, Head> known = Caffeine.newBuilder().maximumSize(100_000).build();
    private final Cache<Long, Boolean> doubted = Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(DOUBT).build();

    Heads(Rosters rosters) {
        this.rosters = rosters;
    }

    /** The numbers that a room's changes go on from. */
    record Head(long roomId, long lastSeq, long version, long membersVersion) {
    }

    /** Null unless all of them are known, with their members. */
    @Nullable
    List<Head> of(Long[] rooms) {
        List<Head> heads = new ArrayList<>(rooms.length);
        for (Long room : rooms) {
            Head head = known.getIfPresent(room);
            Roster roster = rosters.cached(room);
            if (head == null || roster == null || roster.membersVersion() != head.membersVersion) {
                return null;
            }
            heads.add(head);
        }
        return heads;
    }

    /** Whether a change may be written by a guess. */
    boolean trusts(Change<?> change) {
        return change.isBlind() && doubted.getIfPresent(change.userId) == null;
    }

    /** One of these repeats what is stored already; others should not have to be written twice for that for long. */
    void doubt(List<? extends Change<?>> changes) {
        changes.forEach(change -> doubted.put(change.userId, true));
    }

    void keep(Head head) {
        known.put(head.roomId, head);
    }

    void forgetAll() {
        known.invalidateAll();
    }

    /** Somebody else may have gone on from there. */
    void forget(long room) {
        known.invalidate(room);
    }
}

package dev.parley.socketio;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The conversations that a client does not want to hear; most leave none. By versions, since what was committed may be
 * announced later: what it said before it left is heard still, and what it said meanwhile, which was acknowledged, is not
 * heard once more when it is back. Changed on the client's event loop alone, while none of its messages are on their way.
 */
final class LeftConversations {

    private static final long STILL_AWAY = Long.MAX_VALUE;

    private final Map<Long, Away> away = new ConcurrentHashMap<>(1);

    /** Versions above one, up to another, are not heard. */
    private record Away(long above, long upTo) {
    }

    /**
     * Of two absences the second counts: better heard twice than not at all.
     *
     * @param version of the room now
     */
    void left(long room, long version) {
        away.merge(room, new Away(version, STILL_AWAY), (before, now) -> before.upTo == STILL_AWAY ? before : now);
    }

    /** @param version of the room now */
    void joined(long room, long version) {
        away.computeIfPresent(room,
                (id, before) -> before.upTo == STILL_AWAY ? new Away(before.above, version) : before);
    }

    /** Its user is no longer a member. */
    void forget(long room) {
        away.remove(room);
    }

    /** On any thread. */
    boolean isLeft(long room) {
        Away from = away.get(room);
        return from != null && from.upTo == STILL_AWAY;
    }

    /** Asked in the order of the versions. */
    boolean hears(long room, long version) {
        Away from = away.get(room);
        if (from == null || version <= from.above) {
            return true;
        }
        if (version <= from.upTo) {
            return false;
        }
        away.remove(room);
        return true;
    }
}

package dev.parley.room;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

/**
 * Rooms that are made and not yet told of. Whoever is first to tell something about such a room, its maker or the
 * writer with a message that came at once, tells that it was made: nobody hears of a room after its first message.
 */
@Singleton
class NewRooms {

    private final Announcers announcers;
    private final Map<Long, Event> untold = new ConcurrentHashMap<>();

    NewRooms(Announcers announcers) {
        this.announcers = announcers;
    }

    /** To be called before the commit that makes it. */
    void expect(Event made) {
        untold.put(made.roster().roomId(), made);
    }

    /** It was not made after all. */
    void forget(long roomId) {
        untold.remove(roomId);
    }

    /** Tells that it was made, unless that is told; when somebody else is telling it, waits until they have. */
    void announce(long roomId) {
        if (!untold.isEmpty()) {
            untold.computeIfPresent(roomId, (id, made) -> {
                announcers.committed(List.of(made));
                return null;
            });
        }
    }
}

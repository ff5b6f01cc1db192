package dev.parley.room;

import java.util.List;

/** What happened in a room, read from the rows: the latest state of each thing that changed, once. */
public interface RoomEvents {

    /**
     * @param version the room's own when they were read: they are complete up to it
     * @param tooMany whether there were more than asked for: then there are none here
     */
    record Missed(List<Event> events, long version, boolean tooMany) {
    }

    /** What happened after a version, in the order of the versions. */
    Missed since(long roomId, long version, int most);
}

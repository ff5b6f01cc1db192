package dev.parley.room;

import java.util.List;

/** What happened in a room, read from the rows: the latest state of each thing that changed, once. */
public interface RoomEvents {

    /** @param version the room's own when they were read: they are complete up to it */
    record Missed(List<Event> events, long version) {
    }

    /** What happened after a version, in the order of the versions; empty events when the room is gone. */
    Missed since(long roomId, long version);
}

package dev.parley.room;

import java.util.List;

/** Told of every commit, in order, after it: nobody hears of a row that may still roll back. */
public interface Announcer {

    /** Must not block: the writer waits for it. */
    void committed(List<Event> events);

    /** More of a room was missed than can be told: whoever listens to it has to read it again. Must not block. */
    default void missed(Roster room) {
    }
}

package dev.parley.relay;

import dev.parley.room.Announcer;
import dev.parley.room.Roster;

/** A protocol by which people listen live: told of what was committed, and of what is never stored. */
public interface LiveDoor extends Announcer {

    /**
     * Tells the members of a room that somebody types, or has stopped.
     *
     * @param exceptUser who types, and is not told
     */
    void typing(Roster room, long exceptUser, Object data);

    /** Tells some users, whatever rooms they listen to. */
    void tell(long[] users, String type, Object data);

    /**
     * Closes what a user opened with tokens that are void.
     *
     * @param sessions how often all sessions of the user have been ended; tokens issued under a smaller number are void
     */
    void voided(long userId, int sessions);

    /** Tells everybody to come back later, and takes nobody new; does not wait. */
    void stop();

    /** Ends the connections of those who have not answered the goodbye; does not wait. */
    default void hangUp() {
    }

    /** Whether nobody is connected. On any thread. */
    boolean isEmpty();
}

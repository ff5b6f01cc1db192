package dev.parley.backplane;

import java.util.List;

/** Somebody whom notices concern. Called on the listener's thread, which may block for the database. */
public interface Recipient {

    /** In the order in which their transactions were committed, one's own among them; empty every now and then. */
    void received(List<Notice> notices);

    /** Listening has begun, or has begun again: what was sent before may have been missed. */
    void listening();

    /** Several times within a lease, while the database answers: time to look who is alive. On another thread. */
    default void beat() {
    }

    /** Whether something of one's own was sent long ago and has not come back; asked when nothing comes. */
    default boolean isWaitingInVain() {
        return false;
    }
}

package dev.parley.room;

import java.util.Set;

/** Who listens on this instance. */
public interface Audience {

    boolean isHere(long userId);

    Set<Long> users();
}

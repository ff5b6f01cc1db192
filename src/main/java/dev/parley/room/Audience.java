package dev.parley.room;

/** Who listens on this instance. */
public interface Audience {

    boolean isHere(long userId);
}

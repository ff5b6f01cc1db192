package dev.parley.account;

/** Who has a socket open, on any instance. */
public interface Presence {

    boolean isOnline(long userId);
}

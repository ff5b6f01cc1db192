package dev.parley.connection;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What is due in how many seconds: filing, taking out and finding what is due cost the same however much else waits, of
 * which nothing is touched. Used on one thread alone.
 */
final class Wheel<T> {

    /** Seconds: more than those after which a socket that says nothing is asked. */
    private static final int SLOTS = 64;

    private final List<Set<T>> slots = new ArrayList<>(SLOTS);
    private int at;

    Wheel() {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new HashSet<>());
        }
    }

    /**
     * To be due after this time: with the next second at the earliest, and in about a minute at the latest.
     *
     * @return where it is, for {@link #remove}
     */
    int add(T one, long nanos) {
        long seconds = Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1));
        int slot = (at + Math.clamp(seconds, 1, SLOTS - 1)) % SLOTS;
        slots.get(slot).add(one);
        return slot;
    }

    void remove(T one, int slot) {
        slots.get(slot).remove(one);
    }

    /** A second later. @return what is due, and is no longer here */
    Set<T> turn() {
        at = (at + 1) % SLOTS;
        return slots.set(at, new HashSet<>());
    }
}

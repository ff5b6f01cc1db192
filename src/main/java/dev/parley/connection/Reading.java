package dev.parley.connection;

import java.time.Duration;

/**
 * Whether a client reads what waits for it. The system takes the first of it at once, up to 4 MiB for a client who offers
 * to take much, and tells of what was read only by large parts: then a line of 10 KB a second seems to stand still for
 * minutes. Whoever offers little, as slow readers on purpose do, has not nearly that time.
 */
final class Reading {

    /** Far more than the system takes for a client who offers little. */
    private static final long MUCH = 3L << 20;

    private final Pace little;
    private final Pace much;
    private long from;
    /** Whether as much was taken as needs a reader. */
    private boolean read;

    Reading(Duration patience, Duration longer) {
        little = new Pace(patience);
        much = new Pace(longer);
    }

    /**
     * To be asked now and then.
     *
     * @param waits whether anything waits for the client now
     * @param taken bytes so far
     */
    boolean isTooSlow(long now, boolean waits, long taken) {
        if (!waits || taken < from) {
            read = false;
            from = taken;
            little.rest();
            much.rest();
            return false;
        }
        boolean slow = little.isTooSlow(now, true, taken);
        read = read || taken - from >= MUCH;
        boolean verySlow = much.isTooSlow(now, true, taken);
        return read ? verySlow : slow;
    }
}

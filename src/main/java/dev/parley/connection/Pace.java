package dev.parley.connection;

import java.time.Duration;

/** Whether bytes move that should: at 1 KiB a second over some time, which is slower than any line in use. */
final class Pace {

    private static final long BYTES_A_SECOND = 1024;

    private final long window;
    private final long least;
    private boolean watching;
    private long since;
    private long from;

    Pace(Duration patience) {
        window = patience.toNanos();
        least = Math.max(1, patience.toMillis() * BYTES_A_SECOND / 1000);
    }

    /**
     * To be asked now and then.
     *
     * @param due whether bytes should move now
     * @param moved bytes so far; less than before when it is about something else
     */
    boolean isTooSlow(long now, boolean due, long moved) {
        if (!due || !watching || moved < from) {
            begin(due, now, moved);
            return false;
        }
        if (now - since < window) {
            return false;
        }
        boolean slow = moved - from < least;
        begin(due, now, moved);
        return slow;
    }

    /** What comes next has all the time again. */
    void rest() {
        watching = false;
    }

    private void begin(boolean due, long now, long moved) {
        watching = due;
        since = now;
        from = moved;
    }
}

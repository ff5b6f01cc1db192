package dev.parley.connection;

/** Whether a WebSocket's peer gives no sign of life: neither a byte from it, nor one that it took of those that waited. */
final class Silence {

    private final long most;
    private long heard;
    private long taken;
    private boolean waited;
    private long since;
    private long asked;

    Silence(long mostNanos, long now) {
        most = mostNanos;
        since = now;
        asked = now;
    }

    /**
     * To be asked now and then.
     *
     * @param received bytes from the peer so far
     * @param waits whether anything waits for the peer: without, bytes that leave say nothing, since the system takes them
     * @param left bytes that left so far
     */
    boolean isTooLong(long now, long received, boolean waits, long left) {
        if (received != heard || waited && left != taken) {
            since = now;
        }
        heard = received;
        taken = left;
        waited = waits;
        return now - since > most;
    }

    /** Whether it is time to ask for a sign of life: three times before its lack is too long, and nobody who gives signs. */
    boolean asks(long now) {
        if (now - Math.max(since, asked) < most / 3) {
            return false;
        }
        asked = now;
        return true;
    }

    /** How long until it need be asked again while bytes come, or wait. */
    long pace() {
        return most / 16;
    }

    /** The same while none do: until it is time to ask for a sign of life, or too late for one. */
    long rest(long now) {
        return Math.min(since + most, Math.max(since, asked) + most / 3) - now;
    }

    /** Nothing was read from the peer, whatever it said. */
    void excuse(long now) {
        since = now;
    }
}

package dev.parley.socketio;

import java.util.concurrent.atomic.AtomicLong;

import jakarta.inject.Singleton;

/**
 * The memory that large payloads take, of all sessions together. Without a bound a few clients, who send slowly and never
 * come to an end, would take all there is.
 */
@Singleton
class LargePayloads {

    /** Bytes of a payload that is not counted. */
    static final int SMALL = 64 * 1024;
    /** Of the heap; a payload is there as bytes, as text, and as its packets, if for moments. */
    private static final int SHARE = 8;

    private final AtomicLong free;

    LargePayloads(SocketIoSettings settings) {
        free = new AtomicLong(Math.max(settings.maxPayload().asLongValue(), Runtime.getRuntime().maxMemory() / SHARE));
    }

    Hold hold() {
        return new Hold();
    }

    /** What one payload takes; used by one thread at a time, but for its release. */
    final class Hold {

        private long size;
        private final AtomicLong held = new AtomicLong();

        /** Counts bytes that have come. @return whether there is room for them */
        boolean grow(long bytes) {
            size += bytes;
            long more = size > SMALL ? size - held.get() : 0;
            if (free.addAndGet(-more) < 0) {
                free.addAndGet(more);
                return false;
            }
            held.addAndGet(more);
            return true;
        }

        boolean isEmpty() {
            return held.get() == 0;
        }

        /** The payload has been obeyed or dropped. */
        void release() {
            free.addAndGet(held.getAndSet(0));
        }
    }
}

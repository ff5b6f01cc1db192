package dev.parley.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;

/**
 * The memory that large messages take, of all clients together: from where one says how large it is until it is obeyed.
 * What does not fit waits. One message at a time, of whatever size, goes beside the rest in a lane of its own, so that
 * halves of messages never keep each other waiting for ever.
 */
@Singleton
public class FrameBudget {

    /** Bytes of a message that is not counted. */
    public static final int SMALL = 64 * 1024;
    /** Of the patience of who waits: how long who is slow is let be. */
    private static final int PART_OF_PATIENCE = 3;
    /** Of the heap: a message is there as bytes, as text and as what it means, if for moments. */
    private static final int PART_OF_HEAP = 16;
    /** Of what is shared, a user whose second message it is. */
    private static final int PART_OF_USER = 4;
    /** While others wait; whoever is slower should upload files by HTTP. */
    private static final long BYTES_A_SECOND = 128 * 1024;

    private final long shared;
    private final int patience;
    private final long grace;
    private long free;
    private @Nullable Hold lane;
    private final Map<Object, Long> byOwner = new HashMap<>();
    private final Set<Hold> waiting = new LinkedHashSet<>();
    private final Set<Hold> arriving = new LinkedHashSet<>();

    @Inject
    FrameBudget(RelaySettings settings, MeterRegistry metrics) {
        this(settings.largeFrames().map(MemorySize::asLongValue).orElse(Runtime.getRuntime().maxMemory() / PART_OF_HEAP),
                settings.patience());
        Gauge.builder("parley.large.frames", this, FrameBudget::held).baseUnit("bytes")
                .description("Bytes of large messages that are received or obeyed").register(metrics);
    }

    FrameBudget(long shared, Duration patience) {
        this.shared = shared;
        this.patience = Math.max(1, (int) patience.toSeconds());
        this.grace = patience.toNanos() / PART_OF_PATIENCE;
        this.free = shared;
    }

    /**
     * A message that has taken nothing yet.
     *
     * @param granted called when what had to wait need not wait any longer, on any thread
     * @param evicted called when it comes so slowly that it must make room for others, on any thread
     */
    public Hold hold(Object owner, Runnable granted, Runnable evicted) {
        return new Hold(owner, granted, evicted);
    }

    synchronized long held() {
        return shared - free + (lane == null ? 0 : lane.size);
    }

    /** Seconds that anything may wait before it is refused. Meanwhile {@link #hurry} should be called once a second. */
    public int patience() {
        return patience;
    }

    /** Ends those messages that come slowly while others wait. */
    public void hurry() {
        hurry(System.nanoTime());
    }

    void hurry(long now) {
        List<Hold> slow = new ArrayList<>();
        synchronized (this) {
            if (!waiting.isEmpty()) {
                arriving.stream().filter(hold -> !waiting.contains(hold) && hold.isSlow(now, grace)).forEach(slow::add);
            }
        }
        slow.forEach(hold -> hold.evicted.run());
    }

    private synchronized boolean take(Hold hold, long bytes) {
        if (hold.released) {
            return true;
        }
        hold.size += bytes;
        hold.wanted = hold.size - hold.counted;
        if (arriving.add(hold)) {
            hold.begin(System.nanoTime());
        }
        if (hold == lane) {
            return true;
        }
        if (waiting.isEmpty()) {
            if (fits(hold)) {
                count(hold);
                return true;
            }
            if (lane == null) {
                lane = hold;
                return true;
            }
        }
        waiting.add(hold);
        return false;
    }

    private boolean fits(Hold hold) {
        long theirs = byOwner.getOrDefault(hold.owner, 0L);
        return hold.wanted <= free && (theirs == hold.counted || theirs + hold.wanted <= shared / PART_OF_USER);
    }

    private void count(Hold hold) {
        free -= hold.wanted;
        hold.counted += hold.wanted;
        byOwner.merge(hold.owner, hold.wanted, Long::sum);
    }

    private void giveBack(Hold hold) {
        List<Hold> granted = new ArrayList<>();
        synchronized (this) {
            if (hold.released) {
                return;
            }
            hold.released = true;
            arriving.remove(hold);
            waiting.remove(hold);
            free += hold.counted;
            byOwner.computeIfPresent(hold.owner, (owner, sum) -> sum == hold.counted ? null : (Long) (sum - hold.counted));
            if (lane == hold) {
                lane = null;
            }
            serve(granted);
        }
        granted.forEach(next -> next.granted.run());
    }

    private void serve(List<Hold> granted) {
        for (Hold hold : waiting) {
            if (fits(hold)) {
                count(hold);
                granted.add(hold);
            }
        }
        granted.forEach(waiting::remove);
        if (lane == null && !waiting.isEmpty()) {
            // Whoever has nothing yet goes before those who have.
            Hold next = waiting.stream().filter(hold -> !byOwner.containsKey(hold.owner)).findFirst()
                    .orElse(waiting.iterator().next());
            lane = next;
            waiting.remove(next);
            granted.add(next);
        }
        // Nothing could come while they waited.
        granted.forEach(hold -> hold.begin(System.nanoTime()));
    }

    /** What one message takes. Used by one thread at a time, but for its release. */
    public final class Hold {

        private final Object owner;
        private final Runnable granted;
        private final Runnable evicted;
        private long size;
        private long counted;
        private long wanted;
        /** When it was last asked whether it is slow, and what had come by then. */
        private long since;
        private long before;
        private boolean released;
        private volatile long arrived;

        private Hold(Object owner, Runnable granted, Runnable evicted) {
            this.owner = owner;
            this.granted = granted;
            this.evicted = evicted;
        }

        /** @return whether there is room for so much of the message; else {@code granted} is called, or it is given up */
        public boolean growTo(long bytes) {
            return take(this, bytes - size);
        }

        public boolean isEmpty() {
            return size == 0;
        }

        /** Counts what has come. */
        public void arrived(long bytes) {
            arrived += bytes;
        }

        /** All of it has come: how long it takes from here is not its sender's doing. */
        public void complete() {
            synchronized (FrameBudget.this) {
                arriving.remove(this);
            }
        }

        /** The message has been obeyed or dropped; or it was given up. */
        public void release() {
            giveBack(this);
        }

        private boolean isSlow(long now, long grace) {
            if (now - since < grace) {
                return false;
            }
            double seconds = (now - since) / 1e9;
            boolean slow = arrived - before < seconds * BYTES_A_SECOND;
            begin(now);
            return slow;
        }

        private void begin(long now) {
            since = now;
            before = arrived;
        }
    }
}

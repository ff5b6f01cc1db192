package dev.parley.rate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Token buckets, one a key: so many at once, and as many again within a period. Those that nobody holds are forgotten
 * once full, and bounded in number. An instance counts for itself.
 */
public final class Buckets<K> {

    private static final int MAX_KEYS = 100_000;

    private final int capacity;
    private final long nanosPerToken;
    /** How far ahead of the clock a bucket may be that still has a token. */
    private final long tolerance;
    private final LongSupplier clock;
    private final Cache<K, Bucket> recent;
    /** A long idle socket and a fresh one of the same user share theirs. */
    private final Cache<K, Bucket> held = Caffeine.newBuilder().weakValues().build();

    public Buckets(int capacity, Duration period, LongSupplier nanoClock) {
        this.capacity = capacity;
        this.nanosPerToken = Math.max(1, period.toNanos() / capacity);
        this.tolerance = nanosPerToken * (capacity - 1L);
        this.clock = nanoClock;
        this.recent = Caffeine.newBuilder().maximumSize(MAX_KEYS).expireAfterAccess(period)
                .ticker(nanoClock::getAsLong).build();
    }

    /** To be looked up once by who takes often. */
    public Bucket of(K key) {
        return recent.get(key, fresh -> held.get(key, fresher -> new Bucket()));
    }

    /** @return 0 when one was taken, else the seconds until there is one */
    public int take(K key) {
        return of(key).take();
    }

    /**
     * Takes so many at once, or all that there can be if that is fewer.
     *
     * @return 0 when they were taken, else the seconds until there are as many
     */
    public int take(K key, int count) {
        return of(key).take(Math.min(count, capacity));
    }

    /** @return 0 when one could be taken, else the seconds until there is one */
    public int look(K key) {
        Bucket bucket = of(key);
        return bucket.wait(bucket.emptyUntil.get(), clock.getAsLong(), 1);
    }

    /** One number: when everything taken so far is given back (the generic cell rate algorithm). On any thread. */
    public final class Bucket {

        private final AtomicLong emptyUntil = new AtomicLong(clock.getAsLong());

        private Bucket() {
        }

        /** @return 0 when one was taken, else the seconds until there is one */
        public int take() {
            return take(1);
        }

        private int take(int count) {
            while (true) {
                long now = clock.getAsLong();
                long until = emptyUntil.get();
                int wait = wait(until, now, count);
                if (wait > 0
                        || emptyUntil.compareAndSet(until, Math.max(until - now, 0) + now + count * nanosPerToken)) {
                    return wait;
                }
            }
        }

        private int wait(long until, long now, int count) {
            long early = Math.max(until - now, 0) + (count - 1) * nanosPerToken - tolerance;
            return early <= 0 ? 0 : (int) Math.ceilDiv(early, TimeUnit.SECONDS.toNanos(1));
        }
    }
}

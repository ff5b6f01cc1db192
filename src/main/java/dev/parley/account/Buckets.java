package dev.parley.account;

import java.time.Duration;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Token buckets, one a key: so many at once, and as many again within a period. Forgotten once full, bounded in number. */
final class Buckets {

    private static final int MAX_KEYS = 100_000;

    private final int capacity;
    private final double perNano;
    private final LongSupplier clock;
    private final Cache<String, Bucket> buckets;

    Buckets(int capacity, Duration period, LongSupplier nanoClock) {
        this.capacity = capacity;
        this.perNano = capacity / (double) period.toNanos();
        this.clock = nanoClock;
        this.buckets = Caffeine.newBuilder().maximumSize(MAX_KEYS).expireAfterAccess(period)
                .ticker(nanoClock::getAsLong).build();
    }

    /** @return 0 when one was taken, else the seconds until there is one */
    int take(String key) {
        return bucket(key).take(true);
    }

    /** @return 0 when one could be taken, else the seconds until there is one */
    int look(String key) {
        return bucket(key).take(false);
    }

    private Bucket bucket(String key) {
        return buckets.get(key, fresh -> new Bucket());
    }

    private final class Bucket {

        private double left = capacity;
        private long filledAt = clock.getAsLong();

        synchronized int take(boolean really) {
            long now = clock.getAsLong();
            left = Math.min(capacity, left + (now - filledAt) * perNano);
            filledAt = now;
            if (left < 1) {
                return (int) Math.max(1, Math.ceil((1 - left) / perNano / 1e9));
            }
            if (really) {
                left--;
            }
            return 0;
        }
    }
}

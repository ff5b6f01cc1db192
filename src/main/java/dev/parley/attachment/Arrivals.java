package dev.parley.attachment;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.inject.Singleton;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * The uploads that are on their way: each holds some memory and a connection, so there are only so many. Who holds many
 * must leave most of the free places to others, since slow ones may hold them for hours.
 */
@Singleton
public class Arrivals {

    /** Seconds. Whatever comes too slowly is given up within half a minute, most is there in one. */
    private static final int RETRY_AFTER = 5;

    /** Of the places that are free, what one person may hold; one at least, as long as any is free. */
    private static final int SHARE = 5;
    /**
     * What one person may hold while half of the places are free: a browser sends so many files at once, however few there are.
     */
    private static final int AT_EASE = 3;

    private final FileLimits limits;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<Long, Integer> ofOne = new ConcurrentHashMap<>();

    Arrivals(FileLimits limits, MeterRegistry metrics) {
        this.limits = limits;
        Gauge.builder("parley.files.arriving", all, AtomicInteger::get).description("Uploads that are on their way")
                .register(metrics);
    }

    /** An upload that has begun; closed when all of it is there or it was given up. */
    @FunctionalInterface
    public interface Arrival extends AutoCloseable {

        @Override
        void close();
    }

    /**
     * Counts an upload in, before anything of it is read.
     *
     * @throws Refusal {@link Code#TOO_MANY_REQUESTS} when there are too many, of this person or altogether
     */
    public Arrival begin(long ownerId) {
        int free = limits.atOnce() - all.get();
        int share = Math.max(2 * free >= limits.atOnce() ? AT_EASE : 1, free / SHARE);
        if (ofOne.merge(ownerId, 1, Integer::sum) > Math.min(limits.atOnceEach(), share)) {
            ended(ownerId);
            throw tooMany();
        }
        if (all.incrementAndGet() > limits.atOnce()) {
            all.decrementAndGet();
            ended(ownerId);
            throw tooMany();
        }
        return () -> {
            all.decrementAndGet();
            ended(ownerId);
        };
    }

    private void ended(long ownerId) {
        ofOne.computeIfPresent(ownerId, (id, count) -> count == 1 ? null : count - 1);
    }

    private static Refusal tooMany() {
        return new Refusal(Code.TOO_MANY_REQUESTS, "Too many uploads at once", RETRY_AFTER);
    }
}

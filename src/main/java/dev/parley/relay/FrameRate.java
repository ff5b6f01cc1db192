package dev.parley.relay;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.inject.Singleton;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** How many frames a user may send, over all sockets: the generic cell rate algorithm, one number a user. */
@Singleton
public class FrameRate {

    private final long nanosPerFrame;
    private final long tolerance;
    private final Cache<Long, AtomicLong> arrivals = Caffeine.newBuilder().expireAfterAccess(1, TimeUnit.MINUTES).build();

    FrameRate(RelaySettings settings) {
        nanosPerFrame = TimeUnit.SECONDS.toNanos(1) / settings.framesPerSecond();
        tolerance = nanosPerFrame * settings.burst();
    }

    /** The number a user's sockets share; look it up once a socket. */
    public AtomicLong of(long userId) {
        return arrivals.get(userId, id -> new AtomicLong(System.nanoTime()));
    }

    /** Counts a frame, unless that is one too many. */
    public boolean allows(AtomicLong arrival) {
        while (true) {
            long now = System.nanoTime();
            long due = arrival.get();
            long base = due - now > 0 ? due : now;
            if (base - now > tolerance) {
                return false;
            }
            if (arrival.compareAndSet(due, base + nanosPerFrame)) {
                return true;
            }
        }
    }
}

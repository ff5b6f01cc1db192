package dev.parley.relay;

import java.time.Duration;

import jakarta.inject.Singleton;

import dev.parley.rate.Buckets;

/** How many frames a user may send, over all sockets. */
@Singleton
public class FrameRate {

    private final Buckets<Long> buckets;

    FrameRate(RelaySettings settings) {
        Duration period = Duration.ofSeconds(1).multipliedBy(settings.burst()).dividedBy(settings.framesPerSecond());
        buckets = new Buckets<>(settings.burst(), period, System::nanoTime);
    }

    /** The one that a user's sockets share; to be looked up once a socket. */
    public Buckets<Long>.Bucket of(long userId) {
        return buckets.of(userId);
    }
}

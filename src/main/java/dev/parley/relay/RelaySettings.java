package dev.parley.relay;

import java.time.Duration;
import java.util.Optional;

import jakarta.validation.constraints.Min;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The settings of sockets. */
@ConfigMapping(prefix = "parley.sockets")
public interface RelaySettings {

    /**
     * What may wait for a socket that does not read, before it is closed with code 1013; of what it asked to be replayed,
     * eight times as much.
     */
    @WithDefault("512K")
    MemorySize queue();

    /**
     * What may wait for all sockets that do not read, before the worst of them are closed; by default a quarter of the heap.
     */
    Optional<MemorySize> queues();

    /**
     * What messages above 64 KiB may take of memory, all together, before more of them wait; by default a sixteenth of the
     * heap.
     */
    Optional<MemorySize> largeFrames();

    /** How long a large message may wait for room, before its socket is closed with code 1013. Slow senders go before that. */
    @WithDefault("30s")
    Duration patience();

    /** Sockets and Socket.IO sessions that a user may have on one instance; above, 429. */
    @WithDefault("500")
    @Min(1)
    int perUser();

    /** How long a socket may say nothing, not even answer a ping, before it is closed. It is asked after a third of that. */
    @WithDefault("75s")
    Duration silence();

    /** Commands of one socket that may wait for the database, before no more are read from it. */
    @WithDefault("128")
    @Min(1)
    int inFlight();

    /** Frames a second that one user may send, over all sockets; above, an error frame. */
    @WithDefault("1000")
    @Min(1)
    int framesPerSecond();

    /** Frames a user may send at once above the rate. */
    @WithDefault("2000")
    @Min(1)
    int burst();

    /** How long typing lasts that is not renewed. */
    @WithDefault("6s")
    Duration typing();

    /** The most changes that are replayed on join_room with since; beyond, pages must be fetched. */
    @WithDefault("1000")
    @Min(0)
    int replay();
}

package dev.parley.relay;

import java.time.Duration;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The settings of sockets. */
@ConfigMapping(prefix = "parley.sockets")
public interface RelaySettings {

    /** What may wait for a socket that does not read, before it is closed with code 1013. */
    @WithDefault("512K")
    MemorySize queue();

    /** Commands of one socket that may wait for the database, before no more are read from it. */
    @WithDefault("128")
    int inFlight();

    /** Frames a second that one user may send, over all sockets; above, an error frame. */
    @WithDefault("1000")
    int framesPerSecond();

    /** Frames a user may send at once above the rate. */
    @WithDefault("2000")
    int burst();

    /** How long typing lasts that is not renewed. */
    @WithDefault("6s")
    Duration typing();

    /** The most changes that are replayed on join_room with since; beyond, pages must be fetched. */
    @WithDefault("1000")
    int replay();
}

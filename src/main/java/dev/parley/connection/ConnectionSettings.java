package dev.parley.connection;

import java.time.Duration;

import jakarta.validation.constraints.Min;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How many connections there may be, and how slow their clients. */
@ConfigMapping(prefix = "parley.connections")
interface ConnectionSettings {

    /** Connections in all, sockets among them; above, 503 with Retry-After. */
    @WithDefault("50000")
    @Min(1)
    int limit();

    /** How long a request's head may take, from its first byte, or from the beginning of a connection. */
    @WithDefault("15s")
    Duration head();

    /** How long a connection may be idle between two requests. */
    @WithDefault("75s")
    Duration idle();

    /** How long a request's body, or a client who reads its answer, may be slower than 1 KiB a second. */
    @WithDefault("20s")
    Duration patience();

    /** The same for a client who did read, or for whom the system took megabytes: it tells of slow lines in large steps. */
    @WithDefault("180s")
    Duration reading();
}

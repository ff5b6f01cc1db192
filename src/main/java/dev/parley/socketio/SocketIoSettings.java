package dev.parley.socketio;

import java.time.Duration;

import jakarta.validation.constraints.Min;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The settings of the Socket.IO door; the first three are document 003's. */
@ConfigMapping(prefix = "parley.socketio")
interface SocketIoSettings {

    /** The largest payload of a POST, and message on a WebSocket; 1G at most. */
    @WithDefault("50M")
    MemorySize maxPayload();

    /** How often a client is asked whether it is there. */
    @WithDefault("25s")
    Duration pingInterval();

    /** How long it may take to answer that. */
    @WithDefault("60s")
    Duration pingTimeout();

    /** How long a client may take to say who it is. */
    @WithDefault("45s")
    Duration connectTimeout();

    /** Sessions whose clients have not said who they are; above, the oldest of them ends. */
    @WithDefault("10000")
    @Min(1)
    int connecting();

    /** How long the change from polling to a WebSocket may take. */
    @WithDefault("10s")
    Duration upgradeTimeout();

    /** What may wait for a client that does not read, before its session is closed. */
    @WithDefault("1M")
    MemorySize queue();
}

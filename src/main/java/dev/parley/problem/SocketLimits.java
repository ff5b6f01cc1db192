package dev.parley.problem;

import jakarta.inject.Singleton;

import io.quarkus.vertx.http.runtime.VertxHttpConfig;

/** How large what comes through a socket may be. */
@Singleton
public class SocketLimits {

    /** Bytes of a message, in however many frames it comes. */
    public final int message;
    /** Bytes of a message that comes in one frame, as those of most clients do. */
    public final int frame;

    SocketLimits(VertxHttpConfig http) {
        message = http.websocketServer().maxMessageSize().orElseThrow();
        frame = Math.min(message, http.websocketServer().maxFrameSize().orElseThrow());
    }
}

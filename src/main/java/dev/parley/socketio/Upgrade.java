package dev.parley.socketio;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.vertx.core.Vertx;

/** A WebSocket that offers to take over from polling. Used on the session's event loop alone. */
final class Upgrade {

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Duration patience;
    private @Nullable WebSocketLink probe;
    private boolean probed;
    private long timer = NO_TIMER;

    Upgrade(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    void offer(WebSocketLink offered) {
        probe = offered;
        timer = vertx.setTimer(Math.max(1, patience.toMillis()), late -> forget());
    }

    boolean isOffered() {
        return probe != null;
    }

    boolean isOf(@Nullable WebSocketLink link) {
        return link != null && link == probe;
    }

    /** Whether the WebSocket was found to work, so that polls should end. */
    boolean isProbed() {
        return probed;
    }

    /** The first; who goes on asking gets no more. */
    void answerProbe(WebSocketLink offered) {
        if (!probed) {
            offered.send("3probe");
            probed = true;
        }
    }

    void trust() {
        if (probe != null) {
            probe.trust();
        }
    }

    /** It has taken over. */
    void complete() {
        vertx.cancelTimer(timer);
        probe = null;
        probed = false;
    }

    void forget() {
        WebSocketLink offered = probe;
        complete();
        if (offered != null) {
            // Its client may already have changed over, and must notice.
            offered.end();
        }
    }
}

package dev.parley.socketio;

import java.time.Duration;

import io.vertx.core.Vertx;

/** Asks a client now and then whether it is there. Used on the session's event loop alone. */
final class Heartbeat {

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final SocketIoSettings settings;
    private final Runnable ask;
    private final Runnable unanswered;
    private long timer = NO_TIMER;

    Heartbeat(Vertx vertx, SocketIoSettings settings, Runnable ask, Runnable unanswered) {
        this.vertx = vertx;
        this.settings = settings;
        this.ask = ask;
        this.unanswered = unanswered;
    }

    /** It is there: it is asked again in a while. */
    void beat() {
        in(settings.pingInterval(), () -> {
            in(settings.pingTimeout(), unanswered);
            ask.run();
        });
    }

    /** Asks no more. */
    void stop() {
        vertx.cancelTimer(timer);
    }

    /** Asks no more, and does this instead. */
    void in(Duration delay, Runnable action) {
        vertx.cancelTimer(timer);
        timer = vertx.setTimer(Math.max(1, delay.toMillis()), now -> action.run());
    }
}

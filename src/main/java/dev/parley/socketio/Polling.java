package dev.parley.socketio;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * The requests of a client that polls: one that waits for packets, and one that brings some. A parked poll is a request
 * without an answer: no thread and no buffer. Used on the session's event loop alone, but for {@link #begin} and
 * {@link #forget}.
 */
final class Polling {

    private @Nullable RoutingContext parked;
    /** The post that is not answered, which keeps the next one waiting at its client. */
    private final AtomicReference<@Nullable RoutingContext> post = new AtomicReference<>();

    boolean isParked() {
        return parked != null;
    }

    void park(RoutingContext poll) {
        parked = poll;
    }

    void answer(String payload) {
        RoutingContext waiting = parked;
        parked = null;
        if (waiting != null) {
            answer(waiting, "text/plain; charset=UTF-8", payload);
        }
    }

    /** @return whether there is no other post */
    boolean begin(RoutingContext posting) {
        return post.compareAndSet(null, posting);
    }

    /** @return whether it was not answered */
    boolean forget(RoutingContext posting) {
        return post.compareAndSet(posting, null);
    }

    void answerPost() {
        RoutingContext answered = post.getAndSet(null);
        if (answered != null) {
            answer(answered, "text/html", "ok");
        }
    }

    void refusePost(EngineError why) {
        RoutingContext unanswered = post.getAndSet(null);
        if (unanswered != null) {
            why.answer(unanswered);
        }
    }

    void refuse(EngineError why) {
        RoutingContext waiting = parked;
        parked = null;
        if (waiting != null) {
            why.answer(waiting);
        }
    }

    /** The connection of a request broke. @return whether that was one of these */
    boolean lost(RoutingContext exchange) {
        if (exchange == parked) {
            parked = null;
            return true;
        }
        return forget(exchange);
    }

    private static void answer(RoutingContext exchange, String type, String body) {
        if (!exchange.response().ended()) {
            exchange.response().putHeader(HttpHeaders.CONTENT_TYPE, type).putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(body);
        }
    }
}

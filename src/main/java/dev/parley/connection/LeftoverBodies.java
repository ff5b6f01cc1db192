package dev.parley.connection;

import java.time.Duration;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Lets a client see why its upload was refused. Closing a connection while bytes still arrive resets it, and the answer
 * is lost on the way; so, as other servers do ("lingering close"), the answer goes out at once, what still arrives is
 * thrown away for a bounded while, and then the connection closes.
 */
@Singleton
class LeftoverBodies {

    /** Earlier than everything that may answer. */
    private static final int BEFORE_EVERYTHING = 10_000;
    private static final Duration LINGER = Duration.ofSeconds(5);
    private static final long LOOK_MILLIS = 50;
    private static final long LINGER_BYTES = 256L * 1024 * 1024;
    private static final int REFUSED = 400;
    private static final String CLOSES = LeftoverBodies.class.getName();

    private final Vertx vertx;

    LeftoverBodies(Vertx vertx) {
        this.vertx = vertx;
    }

    void install(@Observes Filters filters) {
        filters.register(this::watch, BEFORE_EVERYTHING);
    }

    private void watch(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        Exchange exchange = Exchange.of(routing);
        if (exchange.hasBody()) {
            routing.addHeadersEndHandler(ignored -> {
                if (isRefused(routing) && exchange.expectsMore()) {
                    routing.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                    routing.put(CLOSES, true);
                }
            });
            // Now, since an answer that is on its way takes no handler any more and would be lost.
            routing.addEndHandler(done -> {
                if (routing.get(CLOSES) != null) {
                    linger(request);
                }
                if (isRefused(routing) && !request.isEnded()) {
                    throwAway(request);
                }
            });
        }
        routing.next();
    }

    private static boolean isRefused(RoutingContext routing) {
        return routing.response().getStatusCode() >= REFUSED;
    }

    private void linger(HttpServerRequest request) {
        long until = System.nanoTime() + LINGER.toNanos();
        vertx.setPeriodic(LOOK_MILLIS, timer -> {
            if (request.isEnded() || request.bytesRead() > LINGER_BYTES || System.nanoTime() - until > 0) {
                vertx.cancelTimer(timer);
                request.connection().close();
            }
        });
    }

    /** Takes over the bytes alone: whoever still waits in a read must hear of the end, or of the closing. */
    private static void throwAway(HttpServerRequest request) {
        request.handler(bytes -> {
        });
        request.resume();
    }
}

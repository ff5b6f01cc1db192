package dev.parley.relay;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;

/**
 * What happens before the doors close: sockets are told to come back, and requests that have begun are finished. The
 * framework's own graceful shutdown counts a socket as a request for ever, so it would always wait to its end and then
 * close sockets as if they had asked for it.
 */
@Singleton
class Farewell {

    /** A service manager usually kills after ten seconds, and the writer and the database need some of them. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);
    /** Long enough for close frames to leave. */
    private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int OUTERMOST = 10_000;

    private final List<LiveDoor> doors;
    private final AtomicInteger requests = new AtomicInteger();

    Farewell(@All List<LiveDoor> doors) {
        this.doors = doors;
    }

    void watch(@Observes Filters filters) {
        filters.register(this::count, OUTERMOST);
    }

    private void count(RoutingContext request) {
        if (request.request().getHeader("Sec-WebSocket-Key") == null) {
            requests.incrementAndGet();
            request.addEndHandler(ended -> requests.decrementAndGet());
        }
        request.next();
    }

    void leave(@Observes ShutdownDelayInitiatedEvent event) {
        long start = System.nanoTime();
        doors.forEach(LiveDoor::stop);
        while (System.nanoTime() - start < (requests.get() > 0 ? PATIENCE : LEAST)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}

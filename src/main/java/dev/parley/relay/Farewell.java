package dev.parley.relay;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

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

    /** Long enough for close frames to leave. */
    private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(100);
    /** And for those of peers that answer. Whatever closed after the end would find nobody to tell. */
    private static final long LONGEST_GOODBYE = TimeUnit.SECONDS.toNanos(1);
    private static final int OUTERMOST = 10_000;

    private final List<LiveDoor> doors;
    private final long patience;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean leaving;

    /**
     * @param drain how long requests that have begun may take to finish; a service manager usually kills after ten seconds,
     *        and the writer and the database need some of them
     */
    Farewell(@All List<LiveDoor> doors, @ConfigProperty(name = "parley.drain") Duration drain) {
        this.doors = doors;
        this.patience = drain.toNanos();
    }

    void watch(@Observes Filters filters) {
        filters.register(this::count, OUTERMOST);
    }

    private void count(RoutingContext request) {
        if (request.request().getHeader("Sec-WebSocket-Key") == null) {
            if (leaving) {
                request.response().putHeader("Connection", "close");
            }
            requests.incrementAndGet();
            request.addEndHandler(ended -> requests.decrementAndGet());
        }
        request.next();
    }

    private long patience() {
        return requests.get() > 0 ? patience : isDeserted() ? LEAST : LONGEST_GOODBYE;
    }

    private boolean isDeserted() {
        return doors.stream().allMatch(LiveDoor::isEmpty);
    }

    void leave(@Observes ShutdownDelayInitiatedEvent event) {
        leaving = true;
        long start = System.nanoTime();
        doors.forEach(LiveDoor::stop);
        await(start, this::patience);
        if (!isDeserted()) {
            doors.forEach(LiveDoor::hangUp);
            await(System.nanoTime(), () -> isDeserted() ? LEAST : LONGEST_GOODBYE);
        }
    }

    /** @param longest nanoseconds after the start, asked again and again */
    private static void await(long start, LongSupplier longest) {
        while (System.nanoTime() - start < longest.getAsLong()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}

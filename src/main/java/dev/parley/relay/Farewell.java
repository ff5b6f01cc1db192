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

import dev.parley.connection.Connections;
import dev.parley.problem.Code;
import dev.parley.problem.Problem;
import dev.parley.problem.Refusal;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * What happens before the doors close: nobody new is taken, sockets are told to come back, and requests that have begun are
 * finished. The framework closes its port and all lines at once, in the middle of what came meanwhile; its own graceful
 * shutdown counts a socket as a request for ever, so it would always wait to its end and then close sockets as if they had
 * asked for it.
 */
@Singleton
class Farewell {

    /** Long enough for close frames to leave. */
    private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(100);
    /** And for those of peers that answer. Whatever closed after the end would find nobody to tell. */
    private static final long LONGEST_GOODBYE = TimeUnit.SECONDS.toNanos(1);
    private static final int OUTERMOST = 10_000;

    private final List<LiveDoor> doors;
    private final Connections connections;
    private final long patience;
    private final boolean answersAfterwards;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean leaving;
    private volatile boolean gone;

    /**
     * @param drain how long requests that have begun may take to finish; a service manager usually kills after ten seconds,
     *        and the writer and the database need some of them
     * @param delay how long the framework waits afterwards, while a balancer that has not noticed goes on asking
     */
    Farewell(@All List<LiveDoor> doors, Connections connections, @ConfigProperty(name = "parley.drain") Duration drain,
            @ConfigProperty(name = "quarkus.shutdown.delay", defaultValue = "0s") Duration delay) {
        this.doors = doors;
        this.connections = connections;
        this.patience = drain.toNanos();
        this.answersAfterwards = delay.isPositive();
    }

    void watch(@Observes Filters filters) {
        filters.register(this::count, OUTERMOST);
    }

    private void count(RoutingContext request) {
        if (request.request().getHeader("Sec-WebSocket-Key") == null) {
            requests.incrementAndGet();
            request.addEndHandler(ended -> requests.decrementAndGet());
            request.addHeadersEndHandler(answering -> {
                if (leaving) {
                    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                }
            });
            // Asked after it was counted: whoever sets it then waits for all that were not refused.
            if (gone) {
                Problem.send(request.response(), new Refusal(Code.UNAVAILABLE, Code.UNAVAILABLE.sentence, 1),
                        Code.UNAVAILABLE.status);
                return;
            }
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
        if (!answersAfterwards) {
            connections.takeNoMore();
        }
        leaving = true;
        long start = System.nanoTime();
        doors.forEach(LiveDoor::stop);
        await(start, this::patience);
        if (!isDeserted()) {
            doors.forEach(LiveDoor::hangUp);
            await(System.nanoTime(), () -> isDeserted() ? LEAST : LONGEST_GOODBYE);
        }
        if (!answersAfterwards) {
            gone = true;
            await(start, () -> requests.get() > 0 ? patience : 0);
            // The last refusals are on their way.
            await(System.nanoTime(), () -> LEAST);
        }
    }

    /** @param longest nanoseconds after the start, asked again and again */
    private static void await(long start, LongSupplier longest) {
        while (System.nanoTime() - start < longest.getAsLong()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}

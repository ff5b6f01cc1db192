package dev.parley.connection;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.quarkus.arc.Unremovable;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/** All connections of this instance: one look a second at those of an event loop, and no timer for each. */
@Singleton
@Unremovable
public class Connections {

    /** Before everything else that is done with a request. */
    private static final int OUTERMOST = 10_001;

    private static final Logger LOG = Logger.getLogger(Connections.class);

    private final ConnectionSettings settings;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicInteger count = new AtomicInteger();
    private final Map<EventLoop, Set<Connection>> byLoop = new ConcurrentHashMap<>();

    Connections(ConnectionSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        Gauge.builder("parley.connections", count, AtomicInteger::get).description("Open connections").register(metrics);
    }

    /** One that was just accepted. */
    void accept(Channel channel) {
        channel.pipeline().addLast("parley-connection", new Connection(this, settings));
    }

    void watch(@Observes Filters filters) {
        filters.register(this::begin, OUTERMOST);
    }

    private void begin(RoutingContext routing) {
        Connection connection = Connection.of(((ConnectionBase) routing.request().connection()).channel());
        if (connection != null) {
            Exchange exchange = new Exchange(routing.request());
            connection.begins(exchange);
            routing.addEndHandler(ended -> connection.answered(exchange));
        } else if (!warned.getAndSet(true)) {
            LOG.warn("Connections are not watched: slow clients may stay for as long as they like");
        }
        routing.next();
    }

    /** @return whether there is room for it; it is looked at in any case */
    boolean enter(Connection connection, EventLoop loop) {
        byLoop.computeIfAbsent(loop, this::watched).add(connection);
        if (count.incrementAndGet() <= settings.limit()) {
            return true;
        }
        count.decrementAndGet();
        return false;
    }

    void leave(Connection connection, EventLoop loop, boolean counted) {
        byLoop.getOrDefault(loop, Set.of()).remove(connection);
        if (counted) {
            count.decrementAndGet();
        }
    }

    private Set<Connection> watched(EventLoop loop) {
        Set<Connection> its = new HashSet<>();
        long head = settings.head().toNanos();
        long idle = settings.idle().toNanos();
        loop.scheduleWithFixedDelay(() -> {
            long now = System.nanoTime();
            // A copy, since who is closed leaves at once.
            List<Connection> all = new ArrayList<>(its);
            all.forEach(connection -> look(connection, now, head, idle));
        }, 1, 1, TimeUnit.SECONDS);
        return its;
    }

    private static void look(Connection connection, long now, long head, long idle) {
        try {
            connection.look(now, head, idle);
        } catch (RuntimeException e) {
            // Thrown on, it would be the last look at all of them.
            LOG.warn("A connection could not be looked at", e);
        }
    }
}

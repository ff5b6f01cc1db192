package dev.parley.connection;

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
import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/** All connections of this instance: each second a look at those of an event loop that are due, and no timer for each. */
@Singleton
@Unremovable
public class Connections {

    /** Before everything else that is done with a request. */
    private static final int OUTERMOST = 10_001;

    private static final Logger LOG = Logger.getLogger(Connections.class);

    private final ConnectionSettings settings;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Channel> ports = ConcurrentHashMap.newKeySet();
    private final Map<EventLoop, Wheel<Connection>> byLoop = new ConcurrentHashMap<>();

    Connections(ConnectionSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        Gauge.builder("parley.connections", count, AtomicInteger::get).description("Open connections").register(metrics);
    }

    /** What the next ones come out of. */
    void listen(Channel port) {
        ports.add(port);
    }

    /** Whoever connects from now on is refused by the system; those who are connected stay. Returns when it is so. */
    public void takeNoMore() {
        ports.forEach(port -> port.close().awaitUninterruptibly());
    }

    /** One that was just accepted. */
    void accept(Channel channel) {
        ReadSize.adapt(channel);
        channel.pipeline().addLast("parley-connection", new Connection(this, settings));
    }

    void watch(@Observes Filters filters) {
        filters.register(this::begin, OUTERMOST);
    }

    private void begin(RoutingContext routing) {
        Channel channel = ((ConnectionBase) routing.request().connection()).channel();
        Exchange exchange = Exchange.begin(routing);
        Connection connection = Connection.of(channel);
        if (connection != null) {
            connection.begins(exchange);
            routing.addEndHandler(ended -> connection.answered(exchange));
        } else if (LaunchMode.current() != LaunchMode.DEVELOPMENT && !warned.getAndSet(true)) {
            LOG.warn("Connections are not watched: slow clients may stay for as long as they like");
        }
        routing.next();
    }

    /** @return whether there is room for one more */
    boolean enter() {
        if (count.incrementAndGet() <= settings.limit()) {
            return true;
        }
        count.decrementAndGet();
        return false;
    }

    /** One for which there was room. */
    void leave() {
        count.decrementAndGet();
    }

    /** Where those of an event loop wait to be looked at. */
    Wheel<Connection> wheel(EventLoop loop) {
        return byLoop.computeIfAbsent(loop, this::turning);
    }

    private Wheel<Connection> turning(EventLoop loop) {
        Wheel<Connection> wheel = new Wheel<>();
        long head = settings.head().toNanos();
        long idle = settings.idle().toNanos();
        // What a stalled loop missed is made up for: a wheel that lags would look too late to ask before it closes.
        loop.scheduleAtFixedRate(() -> {
            long now = System.nanoTime();
            wheel.turn().forEach(connection -> look(connection, now, head, idle));
        }, 1, 1, TimeUnit.SECONDS);
        return wheel;
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

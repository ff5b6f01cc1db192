package dev.parley.connection;

import java.util.stream.StreamSupport;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/**
 * Whether all event loops run: one that met an error, such as having no memory left, has ended for good, and with it the
 * service for every connection that it has or gets.
 */
@Liveness
@Singleton
class EventLoopsHealth implements HealthCheck {

    private final EventLoopGroup loops;

    @Inject
    EventLoopsHealth(Vertx vertx) {
        this(((VertxInternal) vertx).getEventLoopGroup());
    }

    EventLoopsHealth(EventLoopGroup loops) {
        this.loops = loops;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("Event loops")
                .status(StreamSupport.stream(loops.spliterator(), false).noneMatch(EventExecutor::isShuttingDown)).build();
    }
}

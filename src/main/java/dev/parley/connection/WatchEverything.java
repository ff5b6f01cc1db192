package dev.parley.connection;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.spi.VertxServiceProvider;

/**
 * Where the framework looks for what extends it, before it has made anything: it has no other place from which a
 * connection can be seen before its first request is whole. Named in {@code META-INF/services}.
 */
@RegisterForReflection
public class WatchEverything implements VertxServiceProvider {

    @Override
    public void init(VertxBuilder builder) {
        builder.findTransport(new WatchedTransport(builder.findTransport()));
    }
}

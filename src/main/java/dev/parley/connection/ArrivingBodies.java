package dev.parley.connection;

import java.util.Locale;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;

import io.netty.channel.Channel;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/**
 * Forms and pieces of uploads, which are large, come as an {@link ArrivingBody}: the framework's own stream hands over one
 * buffer at a time, after copying it, and copies it again.
 */
@Provider
public class ArrivingBodies implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        String type = request.getHeaderString(HttpHeaders.CONTENT_TYPE);
        if (type != null && isLarge(type.toLowerCase(Locale.ROOT))
                && request instanceof ResteasyReactiveContainerRequestContext rest
                && rest.getServerRequestContext() instanceof VertxResteasyReactiveRequestContext exchange) {
            replace(exchange);
        }
    }

    private static boolean isLarge(String type) {
        return type.startsWith("multipart/") || type.startsWith("application/offset+octet-stream");
    }

    private static void replace(VertxResteasyReactiveRequestContext exchange) {
        RoutingContext routing = exchange.getContext();
        HttpServerRequest request = routing.request();
        if (exchange.hasInputStream() || request.version() == HttpVersion.HTTP_2
                || !(request.connection() instanceof ConnectionBase connection)) {
            return;
        }
        Channel channel = connection.channel();
        Long limit = routing.get(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY);
        ArrivingBody body = new ArrivingBody(channel, new BodyTap(request, connection), limit == null ? Long.MAX_VALUE : limit,
                exchange.getDeployment().getRuntimeConfiguration().readTimeout());
        routing.addEndHandler(end -> {
            // Of a client that hung up, what had come is read.
            if (end.succeeded()) {
                body.abandon();
            }
        });
        exchange.setInputStream(body);
    }
}

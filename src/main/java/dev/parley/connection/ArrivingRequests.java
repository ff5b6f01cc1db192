package dev.parley.connection;

import java.util.function.BooleanSupplier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Sees the requests of a connection before the framework does, until it is a WebSocket: keeps of their heads what
 * {@link NearestProxies} believe, and knows of which the last byte has come. The framework cannot tell: to it, a body has not
 * ended whose reader took all of it and asks for nothing more, or has not begun to read. Requests are numbered in a header,
 * since not all of them reach a route, and some reach one twice.
 */
final class ArrivingRequests extends ChannelInboundHandlerAdapter {

    private static final String NUMBER = "X-Parley-Request";

    private final NearestProxies proxies;
    private long heads;
    /** Changed on the event loop alone. */
    private volatile long ends;

    ArrivingRequests(NearestProxies proxies) {
        this.proxies = proxies;
    }

    /** A connection that was just accepted. */
    static void accept(Channel channel, NearestProxies proxies) {
        channel.pipeline().addLast(new Installer(proxies));
    }

    /** At the first byte, since the framework's handlers come after a connection was accepted. */
    private static final class Installer extends ChannelInboundHandlerAdapter {

        private final NearestProxies proxies;

        Installer(NearestProxies proxies) {
            this.proxies = proxies;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (ctx.pipeline().get(BodyTap.FRAMEWORK) != null) {
                ctx.pipeline().addBefore(BodyTap.FRAMEWORK, null, new ArrivingRequests(proxies));
                ctx.pipeline().remove(this);
            }
            ctx.fireChannelRead(message);
        }
    }

    /** @return whether all of a request is here, for any thread */
    static BooleanSupplier isWhole(HttpServerRequest request) {
        ArrivingRequests requests = ((ConnectionBase) request.connection()).channel().pipeline().get(ArrivingRequests.class);
        if (requests == null) {
            // In dev mode.
            return request::isEnded;
        }
        long number = Long.parseLong(request.getHeader(NUMBER));
        return () -> requests.ends >= number;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            proxies.clean(request.headers());
            request.headers().set(NUMBER, ++heads);
        }
        if (message instanceof LastHttpContent) {
            ends++;
        }
        ctx.fireChannelRead(message);
    }
}

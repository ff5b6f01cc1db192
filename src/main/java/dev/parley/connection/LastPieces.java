package dev.parley.connection;

import java.util.function.BooleanSupplier;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Knows of which of a connection's requests the last byte has come. The framework cannot tell: to it, a body has not ended
 * whose reader took all of it and asks for nothing more, or has not begun to read. Requests are numbered in a header, since
 * not all of them reach a route, and some reach one twice.
 */
final class LastPieces extends ChannelInboundHandlerAdapter {

    private static final String NUMBER = "X-Parley-Request";

    private long heads;
    /** Changed on the event loop alone. */
    private volatile long ends;

    /** @return whether all of a request is here, for any thread */
    static BooleanSupplier of(HttpServerRequest request) {
        LastPieces pieces = ((ConnectionBase) request.connection()).channel().pipeline().get(LastPieces.class);
        if (pieces == null) {
            // In dev mode.
            return request::isEnded;
        }
        long number = Long.parseLong(request.getHeader(NUMBER));
        return () -> pieces.ends >= number;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            request.headers().set(NUMBER, ++heads);
        }
        if (message instanceof LastHttpContent) {
            ends++;
        }
        ctx.fireChannelRead(message);
    }
}

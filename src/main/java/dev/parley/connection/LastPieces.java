package dev.parley.connection;

import java.util.function.BooleanSupplier;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Knows of which of a connection's requests the last byte has come. The framework cannot tell: to it, a body has not ended
 * whose reader took all of it and asks for nothing more, or has not begun to read.
 */
final class LastPieces extends ChannelInboundHandlerAdapter {

    private long begun;
    /** Changed on the event loop alone, as the other. */
    private volatile long seen;

    static LastPieces of(ChannelPipeline pipeline) {
        LastPieces there = pipeline.get(LastPieces.class);
        if (there != null) {
            return there;
        }
        LastPieces fresh = new LastPieces();
        pipeline.addBefore(BodyTap.FRAMEWORK, null, fresh);
        return fresh;
    }

    /**
     * @return whether all of the request is here that begins now, for any thread; they begin in the order in which they
     *         come
     */
    BooleanSupplier next() {
        long number = ++begun;
        return () -> seen >= number;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof LastHttpContent) {
            seen++;
        }
        ctx.fireChannelRead(message);
    }
}

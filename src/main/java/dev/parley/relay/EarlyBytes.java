package dev.parley.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Counts the bytes of a peer that has not said who it is; a frame is in memory before it is whole. */
final class EarlyBytes extends ChannelInboundHandlerAdapter {

    private final Runnable tooMany;
    private long left;

    /** @param tooMany called for all that comes beyond, which is dropped */
    EarlyBytes(long most, Runnable tooMany) {
        this.left = most;
        this.tooMany = tooMany;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            left -= bytes.readableBytes();
            if (left < 0) {
                bytes.release();
                tooMany.run();
                return;
            }
        }
        ctx.fireChannelRead(message);
    }
}

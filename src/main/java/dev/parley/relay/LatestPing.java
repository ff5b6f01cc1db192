package dev.parley.relay;

import org.jspecify.annotations.Nullable;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;

/**
 * Lets the framework answer no more pings than the peer reads pongs: of those that come while it does not read, only the
 * latest (RFC 6455, 5.5.3). Used on the channel's event loop alone.
 */
final class LatestPing extends ChannelInboundHandlerAdapter {

    private @Nullable PingWebSocketFrame latest;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof PingWebSocketFrame ping) {
            if (!ctx.channel().isWritable()) {
                // A burst says nothing about the peer before it was tried.
                ctx.flush();
            }
            if (!ctx.channel().isWritable()) {
                forget();
                latest = ping;
                return;
            }
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        PingWebSocketFrame ping = latest;
        if (ping != null && ctx.channel().isWritable()) {
            latest = null;
            ctx.fireChannelRead(ping);
            ctx.fireChannelReadComplete();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        forget();
    }

    private void forget() {
        if (latest != null) {
            latest.release();
            latest = null;
        }
    }
}

package dev.parley.connection;

import java.util.List;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Puts handlers before the framework's own at a connection's first byte: that one comes after a connection was accepted. */
final class FirstHandlers extends ChannelInboundHandlerAdapter {

    private final List<ChannelHandler> handlers;

    FirstHandlers(ChannelHandler... handlers) {
        this.handlers = List.of(handlers);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (ctx.pipeline().get(BodyTap.FRAMEWORK) != null) {
            handlers.forEach(handler -> ctx.pipeline().addBefore(BodyTap.FRAMEWORK, null, handler));
            ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(message);
    }
}

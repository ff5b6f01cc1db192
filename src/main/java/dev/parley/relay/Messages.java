package dev.parley.relay;

import java.util.function.Consumer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;

/**
 * Takes whole text messages off a WebSocket's channel, behind its {@link FrameGuard}. The framework would make a context
 * and a chain of callbacks for each; it keeps the control frames.
 */
final class Messages extends SimpleChannelInboundHandler<TextWebSocketFrame> {

    private final Consumer<String> receiver;

    private Messages(Consumer<String> receiver) {
        this.receiver = receiver;
    }

    /**
     * @param mostBytes of a message, in however many frames; the guard refuses larger ones before
     * @param receiver called on the channel's event loop, in the messages' order
     */
    static void to(Channel channel, long mostBytes, Consumer<String> receiver) {
        channel.pipeline().addAfter(FrameGuard.NAME, "parley-messages", new Messages(receiver));
        channel.pipeline().addAfter(FrameGuard.NAME, "parley-whole", new WebSocketFrameAggregator((int) mostBytes));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame message) {
        receiver.accept(message.text());
    }
}

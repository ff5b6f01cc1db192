package dev.parley.relay;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Takes whole text messages off a WebSocket's channel, behind its {@link FrameGuard}. The framework would make a context
 * and a chain of callbacks for each; it keeps the control frames. Netty's own aggregator will not do: it reads on while a
 * message is incomplete, whatever was said of reading, and copies what it has again and again.
 */
final class Messages extends ChannelInboundHandlerAdapter {

    private final Consumer<String> receiver;
    /** What has come of a message in several frames; the guard bounds it. */
    private @Nullable ByteBuf begun;

    private Messages(Consumer<String> receiver) {
        this.receiver = receiver;
    }

    /** @param receiver called on the channel's event loop, in the messages' order */
    static void to(Channel channel, Consumer<String> receiver) {
        channel.pipeline().addAfter(FrameGuard.NAME, "parley-messages", new Messages(receiver));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof TextWebSocketFrame || message instanceof ContinuationWebSocketFrame) {
            WebSocketFrame frame = (WebSocketFrame) message;
            try {
                take(ctx, frame);
            } finally {
                frame.release();
            }
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private void take(ChannelHandlerContext ctx, WebSocketFrame frame) {
        ByteBuf whole = begun;
        if (whole == null && frame.isFinalFragment()) {
            receiver.accept(frame.content().toString(StandardCharsets.UTF_8));
            return;
        }
        if (whole == null) {
            whole = ctx.alloc().buffer();
            begun = whole;
        }
        whole.writeBytes(frame.content());
        if (frame.isFinalFragment()) {
            String text = whole.toString(StandardCharsets.UTF_8);
            handlerRemoved(ctx);
            receiver.accept(text);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (begun != null) {
            begun.release();
            begun = null;
        }
    }
}

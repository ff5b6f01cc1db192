package dev.parley.relay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Writes texts to a WebSocket straight to its channel, behind the WebSocket encoder, so that sockets share their bytes. What
 * is written is kept until {@link #flush}, which hands it over as one. Used on one event loop, which may be another than the
 * channel's.
 */
public final class TextWriter extends ChannelDuplexHandler {

    private final Channel channel;
    private final Runnable writable;
    private ChannelHandlerContext context;
    private List<ByteBuf> written = new ArrayList<>(2);
    private long writtenBytes;
    /** Bytes that the channel's loop has been given and not come to. */
    private final AtomicLong underWay = new AtomicLong();
    /** Whether somebody was told to wait. */
    private volatile boolean awaited;
    /** Nothing comes after a close frame (RFC 6455, 5.5.1). Used on the channel's loop. */
    private boolean ended;

    /** @param writable called on the channel's loop, when more can be taken after {@link #isWritable} was false */
    TextWriter(Channel channel, Runnable writable) {
        this.channel = channel;
        this.writable = writable;
        channel.pipeline().addAfter(FrameGuard.ENCODER, "parley-texts", this);
    }

    /**
     * For a WebSocket that has just opened; call on its event loop.
     *
     * @param writable called on any thread, when more can be taken after {@link #isWritable} was false
     */
    public static TextWriter on(HttpServerRequest handshake, Runnable writable) {
        return new TextWriter(((ConnectionBase) handshake.connection()).channel(), writable);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Whether the peer reads: less is on its way than the channel's high-water mark, 64 KiB. */
    public boolean isWritable() {
        if (fits()) {
            return true;
        }
        // A burst within one turn of the loop says nothing about the peer before it was tried.
        flush();
        // Before the second look, or it might become writable between that and this.
        awaited = true;
        return fits();
    }

    private boolean fits() {
        return writtenBytes + underWay.get() < channel.bytesBeforeUnwritable();
    }

    /** Whether nothing was written since the last flush. */
    public boolean isFlushed() {
        return written.isEmpty();
    }

    /** @return bytes, for which a flush must follow */
    public int write(SharedText text) {
        return write(text.frame().retainedDuplicate());
    }

    /** @return bytes, for which a flush must follow */
    public int write(String text) {
        return write(WireFrame.text(text));
    }

    private int write(ByteBuf frame) {
        int bytes = frame.readableBytes();
        written.add(frame);
        writtenBytes += bytes;
        return bytes;
    }

    public void flush() {
        flush(List.of(this));
    }

    /** Hands over what was written, by one task for each event loop that is not this one. */
    public static void flush(List<TextWriter> writers) {
        Map<EventLoop, List<Runnable>> elsewhere = new HashMap<>();
        for (TextWriter writer : writers) {
            EventLoop loop = writer.channel.eventLoop();
            if (writer.isFlushed()) {
                // It was full already.
                continue;
            }
            if (loop.inEventLoop()) {
                writer.send(writer.take());
            } else {
                elsewhere.computeIfAbsent(loop, first -> new ArrayList<>()).add(writer.sending());
            }
        }
        elsewhere.forEach((loop, sendings) -> loop.execute(() -> sendings.forEach(Runnable::run)));
    }

    private List<ByteBuf> take() {
        List<ByteBuf> frames = written;
        written = new ArrayList<>(2);
        writtenBytes = 0;
        return frames;
    }

    private Runnable sending() {
        long bytes = writtenBytes;
        List<ByteBuf> frames = take();
        underWay.addAndGet(bytes);
        return () -> {
            try {
                send(frames);
            } finally {
                underWay.addAndGet(-bytes);
                tellWhoWaits();
            }
        };
    }

    /** Hands over what was written, and does this when it has left; on the channel's loop. */
    public void whenSent(Runnable action) {
        flush();
        channel.eventLoop().execute(
                () -> context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> action.run()));
    }

    private void send(List<ByteBuf> frames) {
        for (ByteBuf frame : frames) {
            if (ended) {
                frame.release();
            } else {
                context.write(frame, channel.voidPromise());
            }
        }
        context.flush();
    }

    private void tellWhoWaits() {
        if (awaited && channel.isWritable()) {
            awaited = false;
            writable.run();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        tellWhoWaits();
        ctx.fireChannelWritabilityChanged();
    }

    /** What the framework writes. */
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ended |= message instanceof CloseWebSocketFrame;
        ctx.write(message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended = true;
        ctx.fireChannelInactive();
    }
}

package dev.parley.relay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * What a socket is still to be sent: frames go straight to its Netty channel, behind the WebSocket encoder, and are
 * flushed once a turn of the event loop; while the peer does not read they wait here, bounded. Used on the channel's
 * event loop alone.
 */
final class Outbox extends ChannelInboundHandlerAdapter {

    private static final String ENCODER = "wsencoder";
    /** Long enough for a close frame to reach a peer that still reads. */
    private static final int LAST_SECONDS = 2;

    private static final int PROTOCOL_ERROR = 1002;

    private final Channel channel;
    private final long mostBytes;
    private final long mostReceived;
    private final Runnable overflowed;
    private final Deque<ByteBuf> waiting = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private long waitingBytes;
    private boolean dirty;
    private boolean closed;
    private long received;

    /**
     * @param mostReceived bytes of a message, in however many frames
     * @param overflowed told once, when the peer has been too slow and the channel is about to close
     */
    Outbox(Channel channel, long mostBytes, long mostReceived, Runnable overflowed) {
        this.channel = channel;
        this.mostBytes = mostBytes;
        this.mostReceived = mostReceived;
        this.overflowed = overflowed;
        channel.pipeline().addAfter(ENCODER, "parley-outbox", this);
        // Text that is not UTF-8 is refused, not repaired (RFC 6455, 8.1); told by exceptionCaught below.
        channel.pipeline().addAfter(ENCODER, "parley-utf8", new Utf8FrameValidator(false));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /**
     * Hands a frame over; the caller keeps its own reference. The caller flushes.
     *
     * @param dispensable typing and presence: not worth waiting for a peer that does not read
     * @return whether this is the first write since the last flush, so that a flush must follow
     */
    boolean offer(ByteBuf frame, boolean dispensable) {
        if (closed) {
            return false;
        }
        if (dirty && !channel.isWritable()) {
            // A burst within one turn of the loop says nothing about the peer before it was tried.
            flush();
        }
        if (waiting.isEmpty() && channel.isWritable()) {
            context.write(frame.retainedDuplicate(), channel.voidPromise());
            boolean first = !dirty;
            dirty = true;
            return first;
        }
        if (!dispensable) {
            waiting.add(frame.retainedDuplicate());
            waitingBytes += frame.readableBytes();
            if (waitingBytes > mostBytes) {
                overflowed.run();
                end(Close.TOO_SLOW);
            }
        }
        return false;
    }

    long mostBytes() {
        return mostBytes;
    }

    boolean isClosed() {
        return closed;
    }

    void flush() {
        dirty = false;
        context.flush();
    }

    /** Says why, and closes even when the peer does not read any more. */
    void end(Close why) {
        end(why.code, why.reason);
    }

    private void end(int code, @Nullable String reason) {
        if (closed) {
            return;
        }
        release();
        context.writeAndFlush(new CloseWebSocketFrame(code, reason));
        // From here, not from the channel: the framework's own close waits for a peer that reads, which is not to be had.
        channel.eventLoop().schedule(() -> context.close(), LAST_SECONDS, TimeUnit.SECONDS);
    }

    /** Forgets what waits; nothing is sent after this. */
    void release() {
        closed = true;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        waitingBytes = 0;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        boolean wrote = false;
        while (!waiting.isEmpty() && channel.isWritable()) {
            ByteBuf frame = waiting.poll();
            waitingBytes -= frame.readableBytes();
            ctx.write(frame, channel.voidPromise());
            wrote = true;
        }
        if (wrote) {
            ctx.flush();
        }
        ctx.fireChannelWritabilityChanged();
    }

    /** Counts what comes of a message in several frames: the framework refuses a large one without a word. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof WebSocketFrame frame && frame.rsv() != 0) {
            // No extension is negotiated, so these bits mean nothing (RFC 6455, 5.2).
            end(PROTOCOL_ERROR, "Reserved bits are set");
        }
        if (message instanceof WebSocketFrame frame && isData(frame)) {
            received = frame instanceof ContinuationWebSocketFrame ? received + frame.content().readableBytes()
                    : frame.content().readableBytes();
            if (received > mostReceived && !closed) {
                end(Close.TOO_BIG);
            }
            if (closed) {
                frame.release();
                return;
            }
        }
        ctx.fireChannelRead(message);
    }

    /** The decoder refuses a large frame at its header, and what breaks the protocol; the peer should hear why. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (reason instanceof CorruptedWebSocketFrameException corrupt) {
            int code = corrupt.closeStatus().code();
            end(code, code == Close.TOO_BIG.code ? Close.TOO_BIG.reason : corrupt.closeStatus().reasonText());
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private static boolean isData(WebSocketFrame frame) {
        return frame instanceof ContinuationWebSocketFrame || frame instanceof TextWebSocketFrame
                || frame instanceof BinaryWebSocketFrame;
    }
}

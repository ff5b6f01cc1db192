package dev.parley.relay;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * What a socket is still to be sent: frames go straight to its Netty channel, behind the WebSocket encoder, and are
 * flushed once a turn of the event loop; while the peer does not read they wait here, bounded. Used on the channel's
 * event loop alone.
 */
final class Outbox extends ChannelDuplexHandler implements Backlog.Reader {

    private final Channel channel;
    private final Backlog backlog;
    private final long mostBytes;
    private final Runnable overflowed;
    private final FrameGuard guard;
    private final Deque<ByteBuf> waiting = new ArrayDeque<>();
    private ChannelHandlerContext context;
    /** Readable from any thread. */
    private volatile long waitingBytes;
    /** What may wait above the most. */
    private long allowed;
    private boolean dirty;
    private boolean closed;
    private boolean ended;

    /**
     * @param backlog told of what waits
     * @param mostReceived bytes of a message, in however many frames
     * @param overflowed told once, when the peer has been too slow and the channel is about to close
     */
    Outbox(Channel channel, Backlog backlog, long mostBytes, long mostReceived, Runnable overflowed) {
        this.channel = channel;
        this.backlog = backlog;
        this.mostBytes = mostBytes;
        this.overflowed = overflowed;
        channel.pipeline().addAfter(FrameGuard.ENCODER, "parley-outbox", this);
        this.guard = new FrameGuard(channel, false, mostReceived, Close.TOO_BIG.reason, this::end);
    }

    FrameGuard guard() {
        return guard;
    }

    /** Bytes; on any thread. */
    long waiting() {
        return waitingBytes;
    }

    @Override
    public void endForSlowness() {
        channel.eventLoop().execute(this::tooSlow);
    }

    private void tooSlow() {
        if (!closed) {
            overflowed.run();
            end(Close.TOO_SLOW);
        }
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
            long now = waitingBytes + frame.readableBytes();
            waitingBytes = now;
            backlog.add(this, frame.readableBytes());
            if (now > mostBytes + allowed) {
                tooSlow();
            }
        }
        return false;
    }

    long mostBytes() {
        return mostBytes;
    }

    /**
     * Lets so much wait above the most, until nothing does: the peer asked for it, and however fast it reads, it comes at once.
     */
    void allow(long bytes) {
        allowed = Math.max(allowed, bytes);
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
        ended = true;
        context.writeAndFlush(new CloseWebSocketFrame(code, reason));
        guard.closeSoon();
    }

    /** The peer is not waited for any longer. */
    void hangUp() {
        context.channel().close();
    }

    /** Forgets what waits; nothing is sent after this. */
    void release() {
        closed = true;
        guard.close();
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        backlog.forget(this);
        waitingBytes = 0;
    }

    /** What the framework writes: nothing comes after our close frame, not even its own (RFC 6455, 5.5.1). */
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (ended) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        } else {
            ctx.write(message, promise);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        long written = 0;
        while (!waiting.isEmpty() && channel.isWritable()) {
            ByteBuf frame = waiting.poll();
            written += frame.readableBytes();
            ctx.write(frame, channel.voidPromise());
        }
        if (written > 0) {
            waitingBytes = waitingBytes - written;
            if (waiting.isEmpty()) {
                allowed = 0;
                backlog.forget(this);
            } else {
                backlog.add(this, -written);
            }
            ctx.flush();
        }
        ctx.fireChannelWritabilityChanged();
    }
}

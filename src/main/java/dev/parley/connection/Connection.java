package dev.parley.connection;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;

/**
 * A connection at its first byte, before TLS and HTTP: counts what passes, and is looked at once a second by
 * {@link Connections}, since a client who sends or reads a byte now and then is never idle. Used on its event loop alone.
 */
public final class Connection extends ChannelDuplexHandler {

    private static final AttributeKey<Connection> KEY = AttributeKey.valueOf(Connection.class, "of");
    /** For a connection too many, whose client may never say a word. */
    private static final long REFUSAL_NANOS = 2_000_000_000L;
    private static final byte[] TOO_MANY = ("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
            + "Content-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);

    private final Connections connections;
    private final Pace incoming;
    private final Pace outgoing;
    private ChannelHandlerContext context;
    private Channel channel;
    private boolean counted;
    /** Since when nothing was asked. */
    private long freeSince;
    /** When the first byte of a request came that is not whole; only with {@link #begun}. */
    private long begunAt;
    private boolean begun = true;
    private @Nullable Exchange exchange;
    /** HTTP/2 has many at a time, and bytes of its own between them. */
    private boolean multiplexed;
    private int streams;
    private long received;
    private long offered;
    private long silentNanos;
    private long heard;
    private long heardAt;

    Connection(Connections connections, ConnectionSettings settings) {
        this.connections = connections;
        this.incoming = new Pace(settings.patience());
        this.outgoing = new Pace(settings.patience());
    }

    /** The one behind a channel; null when it was not accepted by this server. */
    public static @Nullable Connection of(Channel channel) {
        return channel.attr(KEY).get();
    }

    /** From now on it is a WebSocket whose peer says something, if only a pong, within this time. */
    public void expectLife(long nanos) {
        silentNanos = nanos;
        heardAt = System.nanoTime();
    }

    void begins(Exchange next) {
        begun = false;
        if (next.multiplexed()) {
            multiplexed = true;
            streams++;
        } else {
            exchange = next;
            incoming.rest();
            outgoing.rest();
        }
    }

    void answered(Exchange ended) {
        freeSince = System.nanoTime();
        if (ended.multiplexed()) {
            streams--;
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        channel = ctx.channel();
        channel.attr(KEY).set(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        long now = System.nanoTime();
        freeSince = now;
        begunAt = now;
        counted = connections.enter(this, channel.eventLoop());
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connections.leave(this, channel.eventLoop(), counted);
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!counted) {
            ReferenceCountUtil.release(message);
            ctx.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (message instanceof ByteBuf bytes) {
            received += bytes.readableBytes();
        }
        if (!begun && !multiplexed && isFree()) {
            begun = true;
            begunAt = System.nanoTime();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            offered += bytes.readableBytes();
        }
        ctx.write(message, promise);
    }

    private boolean isFree() {
        return streams == 0 && (exchange == null || exchange.isOver());
    }

    /** Ends it when its client is too slow or has gone. */
    void look(long now, long headNanos, long idleNanos) {
        Exchange current = exchange;
        if (!counted) {
            if (now - freeSince > REFUSAL_NANOS) {
                close();
            }
        } else if (current != null && current.isSocket(channel)) {
            lookAtSocket(now);
        } else if (isFree()) {
            incoming.rest();
            outgoing.rest();
            if (begun ? now - begunAt > headNanos : now - freeSince > idleNanos) {
                close();
            }
        } else {
            lookAtExchange(now, current);
        }
    }

    /** From here, past whoever would first wait for a peer that has gone. */
    private void close() {
        context.close();
    }

    private void lookAtSocket(long now) {
        if (received != heard || !channel.config().isAutoRead()) {
            heard = received;
            heardAt = now;
        } else if (silentNanos > 0 && now - heardAt > silentNanos) {
            close();
        }
    }

    private void lookAtExchange(long now, @Nullable Exchange current) {
        boolean expecting = current != null && current.expectsMore() && channel.config().isAutoRead();
        var unwritten = channel.unsafe().outboundBuffer();
        if (incoming.isTooSlow(now, expecting, received) && current != null) {
            current.timeOut(this::close);
        } else if (unwritten != null && outgoing.isTooSlow(now, !unwritten.isEmpty(),
                offered - unwritten.totalPendingWriteBytes() + unwritten.currentProgress())) {
            // By a reset: the system would go on with what it has taken, for as long as the client likes.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            close();
        }
    }
}

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
 * A connection at its first byte, before TLS and HTTP: counts what passes, and is looked at by
 * {@link Connections} once a second, since a client who sends or reads a byte now and then is never idle; a WebSocket less
 * often, since each look is at memory that nothing else has touched. Used on its event loop alone.
 */
public final class Connection extends ChannelDuplexHandler {

    private static final AttributeKey<Object> KEY = AttributeKey.valueOf(Connection.class, "of");
    /** For a connection too many, whose client may never say a word. */
    private static final long REFUSAL_NANOS = 2_000_000_000L;
    private static final byte[] TOO_MANY = ("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
            + "Content-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);

    /** An empty ping (RFC 6455, 5.5.2). Between two turns of the event loop no frame is half written. */
    private static final byte[] PING = { (byte) 0x89, 0 };
    /** The framework's own encoder of a WebSocket's frames. */
    private static final String FRAMES = "wsencoder";
    private static final int GONE = -1;

    private final Connections connections;
    private final Pace incoming;
    private final Reading outgoing;
    private ChannelHandlerContext context;
    private Channel channel;
    private boolean counted;
    /** Since when nothing was asked. */
    private long freeSince;
    /** When the first byte of a request came that is not whole; only with {@link #begun}. */
    private long begunAt;
    private boolean begun = true;
    private @Nullable Exchange exchange;
    private boolean socket;
    private long received;
    private long offered;
    private boolean paused;
    private @Nullable Silence silence;
    private Wheel<Connection> wheel;
    /** Where it waits for its next look. */
    private int slot = GONE;
    /** Whether a look would see what the last one saw, as long as nothing comes or goes. */
    private boolean rests;

    Connection(Connections connections, ConnectionSettings settings) {
        this.connections = connections;
        this.incoming = new Pace(settings.patience());
        this.outgoing = new Reading(settings.patience(), settings.reading());
    }

    /** The one behind a channel; null when it was not accepted by this server. */
    public static @Nullable Connection of(Channel channel) {
        return channel.attr(KEY).get() instanceof Connection connection ? connection : null;
    }

    /** From now on it is a WebSocket whose peer says something, if only the pong to a ping, within this time. */
    public void expectLife(long nanos) {
        silence = new Silence(nanos, System.nanoTime());
        lookIn(0);
    }

    /** Whether a request's body is left waiting, for a reason that is not its client's. */
    public void pause(boolean on) {
        paused = on;
    }

    void begins(Exchange next) {
        begun = false;
        paused = false;
        exchange = next;
        incoming.rest();
    }

    /** On any thread. */
    void answered(Exchange ended) {
        if (channel.eventLoop().inEventLoop()) {
            ended.answered();
            freeSince = System.nanoTime();
        } else {
            channel.eventLoop().execute(() -> answered(ended));
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
        wheel = connections.wheel(channel.eventLoop());
        slot = wheel.add(this, 0);
        counted = connections.enter();
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (slot != GONE) {
            wheel.remove(this, slot);
            slot = GONE;
        }
        if (counted) {
            connections.leave();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!counted) {
            ReferenceCountUtil.release(message);
            ctx.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        stir();
        if (message instanceof ByteBuf bytes) {
            received += bytes.readableBytes();
        }
        if (!begun && isFree()) {
            begun = true;
            begunAt = System.nanoTime();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        stir();
        if (message instanceof ByteBuf bytes) {
            offered += bytes.readableBytes();
        }
        ctx.write(message, promise);
    }

    /** Something comes or goes: a socket that rests is looked at as soon as one that does not. */
    private void stir() {
        Silence silent = silence;
        if (rests && silent != null) {
            rests = false;
            lookIn(silent.pace());
        }
    }

    private void lookIn(long nanos) {
        if (slot != GONE) {
            wheel.remove(this, slot);
            slot = wheel.add(this, nanos);
        }
    }

    private boolean isFree() {
        return exchange == null || exchange.isOver();
    }

    /** Whether it has become a WebSocket, whose request need not live as long as it does. */
    private boolean isSocket() {
        if (!socket && exchange != null && exchange.upgrades() && channel.pipeline().context(FRAMES) != null) {
            socket = true;
            exchange = null;
            channel.pipeline().remove(ArrivingRequests.class);
        }
        return socket;
    }

    /** Ends it when its client is too slow or has gone, and says when to look again. */
    void look(long now, long headNanos, long idleNanos) {
        rests = false;
        long next = 0;
        try {
            next = lookedAt(now, headNanos, idleNanos);
        } finally {
            lookIn(next);
        }
    }

    /** @return in how many nanoseconds to look again */
    private long lookedAt(long now, long headNanos, long idleNanos) {
        var unwritten = channel.unsafe().outboundBuffer();
        if (unwritten == null) {
            return 0;
        }
        boolean waits = !unwritten.isEmpty();
        long taken = offered - unwritten.totalPendingWriteBytes() + unwritten.currentProgress();
        if (!counted) {
            if (now - freeSince > REFUSAL_NANOS) {
                close();
            }
        } else if (isSocket()) {
            return lookAtSocket(now, waits, taken);
        } else if (outgoing.isTooSlow(now, waits, taken)) {
            // By a reset: the system would go on with what it has taken, for as long as the client likes.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            close();
        } else if (isFree()) {
            incoming.rest();
            if (waits) {
                freeSince = now;
            }
            if (begun ? now - begunAt > headNanos : now - freeSince > idleNanos) {
                close();
            }
        } else if (incoming.isTooSlow(now, exchange.expectsMore() && !paused && channel.config().isAutoRead(), received)) {
            exchange.timeOut(this::close);
        }
        return 0;
    }

    /** From here, past whoever would first wait for a peer that has gone. */
    private void close() {
        context.close();
    }

    private long lookAtSocket(long now, boolean waits, long taken) {
        Silence silent = silence;
        if (silent == null) {
            return Long.MAX_VALUE;
        }
        boolean reads = channel.config().isAutoRead();
        if (!reads) {
            silent.excuse(now);
        }
        if (silent.isTooLong(now, received, waits, taken)) {
            close();
        } else if (!waits && silent.asks(now)) {
            // From where frames are encoded: a connection may be encrypted behind that.
            ChannelHandlerContext encoder = channel.pipeline().context(FRAMES);
            if (encoder != null) {
                encoder.writeAndFlush(Unpooled.wrappedBuffer(PING));
            }
        } else if (!waits && reads) {
            rests = true;
            return silent.rest(now);
        }
        return silent.pace();
    }
}

package dev.parley.relay;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Refuses what breaks the protocol on a WebSocket's channel or is too large, at a frame's header where it says so; the
 * framework would repair the one and close without a word for the other. Nothing is read after a refusal. Used on the
 * channel's event loop alone.
 */
public final class FrameGuard extends ChannelInboundHandlerAdapter {

    static final String NAME = "parley-guard";
    static final String ENCODER = "wsencoder";
    private static final String DECODER = "wsdecoder";
    private static final String EARLY = "parley-early";
    private static final int PROTOCOL_ERROR = WebSocketCloseStatus.PROTOCOL_ERROR.code();
    private static final int NOT_UNDERSTOOD = WebSocketCloseStatus.INVALID_MESSAGE_TYPE.code();
    private static final int NOT_UTF8 = WebSocketCloseStatus.INVALID_PAYLOAD_DATA.code();
    private static final int TOO_BIG = WebSocketCloseStatus.MESSAGE_TOO_BIG.code();
    static final int TRY_LATER = WebSocketCloseStatus.TRY_AGAIN_LATER.code();
    /** Long enough for a close frame to reach a peer that still reads. */
    private static final int LAST_SECONDS = 2;
    /** Close codes end below this (RFC 6455, 7.4.2), which the decoder does not check. */
    private static final int END_OF_CODES = 5000;

    private final Channel channel;
    private final boolean binary;
    private final long mostBytes;
    private final String tooBig;
    private final Verdict verdict;
    private ChannelHandlerContext context;
    private @Nullable FrameGate gate;
    private long received;
    private boolean emptyStart;
    private boolean over;

    /** Hears once why the socket must close: a code of RFC 6455, 7.4, and a reason for people. */
    @FunctionalInterface
    public interface Verdict {
        void refused(int code, @Nullable String reason);
    }

    /**
     * @param binary whether messages may be anything but text
     * @param mostBytes of a message, in however many frames
     * @param tooBig what to say of a larger one
     */
    FrameGuard(Channel channel, boolean binary, long mostBytes, String tooBig, Verdict verdict) {
        this.channel = channel;
        this.binary = binary;
        this.mostBytes = mostBytes;
        this.tooBig = tooBig;
        this.verdict = verdict;
        channel.pipeline().addAfter(ENCODER, "parley-pings", new LatestPing());
        channel.pipeline().addAfter(ENCODER, NAME, this);
        // Text that is not UTF-8 is refused, not repaired (RFC 6455, 8.1); told by exceptionCaught below.
        channel.pipeline().addAfter(ENCODER, "parley-utf8", new Utf8FrameValidator(false));
    }

    /**
     * Guards a socket that has just opened and has a limit of its own, above the server's.
     *
     * @param owner whose share of the budget its large messages take
     * @param early the most that may come before {@link #trust}
     */
    public static FrameGuard on(HttpServerRequest handshake, FrameBudget budget, Supplier<Object> owner, int mostBytes,
            long early, String tooBig, Verdict verdict) {
        Channel channel = ((ConnectionBase) handshake.connection()).channel();
        ChannelPipeline pipeline = channel.pipeline();
        FrameGuard guard = new FrameGuard(channel, true, mostBytes, tooBig, verdict);
        if (pipeline.get(DECODER) instanceof WebSocket13FrameDecoder) {
            // Nothing has been decoded yet: the peer has not seen the answer to its handshake.
            pipeline.replace(DECODER, DECODER, new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(mostBytes).allowExtensions(false).closeOnProtocolViolation(false).build()));
        }
        guard.gate = new FrameGate(channel, budget, owner, mostBytes);
        if (pipeline.get(FrameGate.NAME) != null) {
            // Of another handshake on this connection, which failed.
            pipeline.remove(FrameGate.NAME);
        }
        pipeline.addBefore(DECODER, EARLY, new EarlyBytes(early, () -> guard.refuse(TOO_BIG, tooBig)));
        pipeline.addBefore(DECODER, FrameGate.NAME, guard.gate);
        guard.gate.open(guard);
        return guard;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Lets messages be as large as they may be. On any thread. */
    public void trust() {
        channel.eventLoop().execute(() -> {
            if (channel.pipeline().get(EARLY) != null) {
                channel.pipeline().remove(EARLY);
            }
        });
    }

    /** As {@link FrameGate#next} does. */
    public FrameBudget.@Nullable Hold next() {
        return gate == null ? null : gate.next();
    }

    /** Closes without a word. On any thread. */
    public void closeNow() {
        channel.eventLoop().execute(() -> {
            over = true;
            context.close();
        });
    }

    /** Drops whatever comes, and closes soon even when the peer does not read either. On any thread. */
    public void closeSoon() {
        channel.eventLoop().execute(() -> {
            over = true;
            // From here, not by the framework, whose close waits for a peer that reads, which is not to be had.
            channel.eventLoop().schedule(() -> context.close(), LAST_SECONDS, TimeUnit.SECONDS);
        });
    }

    /** From here on whatever comes is dropped. */
    void close() {
        over = true;
    }

    void refuse(int code, @Nullable String reason) {
        if (!over) {
            over = true;
            verdict.refused(code, reason);
        }
    }

    /** Counts what comes of a message in several frames. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof WebSocketFrame frame) {
            boolean wasOver = over;
            check(frame);
            // Whoever was told to go answers with a close frame, which ends it at once. A pong has said that its peer is
            // alive by the bytes it came in: the framework would only make a context and a task of it, for nobody.
            if (over && (!wasOver || isData(frame)) || begins(frame) || frame instanceof PongWebSocketFrame) {
                frame.release();
                return;
            }
            if (emptyStart && frame instanceof ContinuationWebSocketFrame) {
                emptyStart = false;
                ctx.fireChannelRead(new TextWebSocketFrame(frame.isFinalFragment(), 0, frame.content()));
                return;
            }
        }
        ctx.fireChannelRead(message);
    }

    /** Whether it begins a text with nothing: the framework would lose the rest, so the rest is the beginning. */
    private boolean begins(WebSocketFrame frame) {
        boolean nothing = !frame.isFinalFragment() && !frame.content().isReadable();
        if (nothing && frame instanceof TextWebSocketFrame) {
            emptyStart = true;
        }
        return nothing && emptyStart;
    }

    private void check(WebSocketFrame frame) {
        if (frame.rsv() != 0) {
            // No extension is negotiated, so these bits mean nothing (RFC 6455, 5.2).
            refuse(PROTOCOL_ERROR, "Reserved bits are set");
        } else if (frame instanceof BinaryWebSocketFrame && !binary) {
            refuse(NOT_UNDERSTOOD, "Only text is understood");
        } else if (frame instanceof CloseWebSocketFrame close) {
            if (close.statusCode() >= END_OF_CODES) {
                refuse(PROTOCOL_ERROR, "No such close code");
            } else if (!isText(close.content())) {
                refuse(NOT_UTF8, "A reason is UTF-8");
            }
        } else if (isData(frame)) {
            received = frame instanceof ContinuationWebSocketFrame ? received + frame.content().readableBytes()
                    : frame.content().readableBytes();
            if (received > mostBytes) {
                refuse(TOO_BIG, tooBig);
            }
        }
    }

    /** The decoder refuses a large frame at its header, and what breaks the protocol; the peer should hear why. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (reason instanceof CorruptedWebSocketFrameException corrupt) {
            int code = corrupt.closeStatus().code();
            refuse(code, code == TOO_BIG ? tooBig : corrupt.closeStatus().reasonText());
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private static boolean isText(ByteBuf close) {
        int reason = Math.max(0, close.readableBytes() - Short.BYTES);
        return ByteBufUtil.isText(close, close.writerIndex() - reason, reason, StandardCharsets.UTF_8);
    }

    private static boolean isData(WebSocketFrame frame) {
        return frame instanceof ContinuationWebSocketFrame || frame instanceof TextWebSocketFrame
                || frame instanceof BinaryWebSocketFrame;
    }
}

package dev.parley.connection;

import java.nio.channels.ClosedChannelException;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Takes a body's bytes out of the pipeline just before the framework, which would copy each piece. The framework hears
 * of the body's end, and of all that goes wrong. Used on the event loop alone.
 */
final class BodyTap extends ChannelInboundHandlerAdapter implements ArrivingBody.BodySource {

    /** The framework's own handler of a connection. */
    static final String FRAMEWORK = "handler";

    private final HttpServerRequest request;
    private final ConnectionBase connection;
    private final Channel channel;
    private ArrivingBody body;
    private boolean stopped;

    BodyTap(HttpServerRequest request, ConnectionBase connection) {
        this.request = request;
        this.connection = connection;
        this.channel = connection.channel();
    }

    @Override
    public void begin(ArrivingBody to) {
        body = to;
        if (!channel.isActive()) {
            to.breakOff(new ClosedChannelException());
        } else if (stopped || request.isEnded()) {
            to.end();
        } else {
            String expected = request.getHeader(HttpHeaders.EXPECT);
            if (expected != null && expected.equalsIgnoreCase("100-continue")) {
                request.response().writeContinue();
            }
            takeUp();
        }
    }

    /** What the framework has kept comes first; it is asked for in a task of this loop, and so is done in the next. */
    private void takeUp() {
        request.handler(bytes -> {
            body.add(Unpooled.wrappedBuffer(bytes.getBytes()));
            body.flush();
        });
        request.endHandler(end -> body.end());
        request.exceptionHandler(body::breakOff);
        request.resume();
        channel.eventLoop().execute(() -> {
            if (!stopped && !request.isEnded() && channel.pipeline().get(FRAMEWORK) != null) {
                channel.pipeline().addBefore(FRAMEWORK, null, this);
                ReadSize.ofBody(channel, WaitingPieces.isRoomy());
            }
        });
    }

    @Override
    public void stop() {
        if (!stopped) {
            stopped = true;
            if (channel.pipeline().context(this) != null) {
                channel.pipeline().remove(this);
                ReadSize.ofBody(channel, false);
            }
        }
    }

    /** By the framework, which must know: it pauses for itself when another request comes behind this one. */
    @Override
    public void reading(boolean on) {
        if (on) {
            ReadSize.ofBody(channel, !stopped && WaitingPieces.isRoomy());
            connection.doResume();
        } else {
            connection.doPause();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpContent content && content.decoderResult().isSuccess()) {
            boolean last = message instanceof LastHttpContent;
            connection.reportBytesRead(content.content().readableBytes());
            body.add(content.content());
            if (last) {
                stop();
                ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
            }
        } else {
            ctx.fireChannelRead(message);
        }
    }

    /** All that one look at the network has brought. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        body.flush();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        body.breakOff(new ClosedChannelException());
        ctx.fireChannelInactive();
    }
}

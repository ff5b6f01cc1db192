package dev.parley.relay;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;

/**
 * Puts into bytes the close frame with which the decoder refuses what breaks the protocol or is too large. The decoder
 * stands before the encoder, so without this its frame is lost and the peer sees a bare end. The reason of a large
 * frame says what to do instead.
 */
final class Refused extends ChannelOutboundHandlerAdapter {

    private static final int CLOSE_FINAL = 0x88;
    /** A control frame's payload (RFC 6455, 5.5), less the code. */
    private static final int LONGEST = 123;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof CloseWebSocketFrame close) {
            int code = close.statusCode();
            String said = close.reasonText();
            close.release();
            String reason = code == Close.TOO_BIG.code ? Close.TOO_BIG.reason : said == null ? "" : said;
            byte[] bytes = reason.substring(0, Math.min(reason.length(), LONGEST)).getBytes(StandardCharsets.US_ASCII);
            ByteBuf frame = ctx.alloc().buffer(bytes.length + 4);
            frame.writeByte(CLOSE_FINAL).writeByte(bytes.length + 2).writeShort(code < 0 ? 1002 : code).writeBytes(bytes);
            ctx.write(frame, promise);
        } else {
            ctx.write(message, promise);
        }
    }
}

package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;

class MessagesTest {

    private final List<String> heard = new ArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    MessagesTest() {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
                reads.incrementAndGet();
                ctx.read();
            }
        });
        channel.pipeline().addLast(FrameGuard.NAME, new ChannelInboundHandlerAdapter());
        Messages.to(channel, heard::add);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    @Test
    void messagesAreHeardWholeAndInOrderHoweverManyFramesTheyTake() {
        ByteBuf accented = bytes("é");
        ByteBuf[] all = { bytes("one"), accented.readRetainedSlice(1), accented.readRetainedSlice(1), bytes(""), bytes("two") };
        channel.writeInbound(new TextWebSocketFrame(true, 0, all[0]), new TextWebSocketFrame(false, 0, all[1]),
                new ContinuationWebSocketFrame(false, 0, all[3]), new PingWebSocketFrame(),
                new ContinuationWebSocketFrame(true, 0, all[2]), new TextWebSocketFrame(true, 0, all[4]));
        accented.release();

        assertThat(heard).containsExactly("one", "é", "two");
        Object framework = channel.readInbound();
        assertThat(framework).as("control frames are the framework's")
                .isInstanceOf(PingWebSocketFrame.class);
        assertThat(all).allSatisfy(each -> assertThat(each.refCnt()).isZero());
    }

    /** Else whoever leaves a message open is read on for ever. */
    @Test
    void nothingIsReadForAMessageThatIsOpenWhileNothingShallBeRead() {
        channel.config().setAutoRead(false);
        channel.writeInbound(new TextWebSocketFrame(false, 0, bytes("begun")));
        channel.flushInbound();

        assertThat(reads).hasValue(0);
        assertThat(heard).isEmpty();
    }

    @Test
    void anOpenMessageGoesWithItsSocket() {
        ByteBuf begun = bytes("begun");
        channel.writeInbound(new TextWebSocketFrame(false, 0, begun));
        channel.finishAndReleaseAll();

        assertThat(begun.refCnt()).isZero();
        assertThat(heard).isEmpty();
    }
}

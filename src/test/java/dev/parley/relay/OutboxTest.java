package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;

class OutboxTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger overflows = new AtomicInteger();
    private final ByteBuf frame = Unpooled.copiedBuffer("x".repeat(100), StandardCharsets.US_ASCII);
    private final Outbox outbox;

    OutboxTest() {
        channel.pipeline().addLast("wsencoder", new ChannelOutboundHandlerAdapter());
        outbox = new Outbox(channel, new Backlog(1 << 20), 1000, 500, overflows::incrementAndGet);
    }

    @AfterEach
    void everyBufferIsReleased() {
        outbox.release();
        channel.finishAndReleaseAll();
        assertThat(frame.refCnt()).as("the caller's own reference").isEqualTo(1);
        frame.release();
    }

    @Test
    void framesGoStraightToTheChannelAndAreFlushedOnce() {
        assertThat(outbox.offer(frame, false)).as("a flush must follow").isTrue();
        assertThat(outbox.offer(frame, false)).isFalse();
        assertThat(channel.outboundMessages()).isEmpty();
        outbox.flush();
        assertThat(channel.outboundMessages()).hasSize(2);
    }

    @Test
    void aBurstWithinOneTurnIsTriedOnTheSocketBeforeItIsHeldAgainstThePeer() {
        for (int i = 0; i < 2_000; i++) {
            outbox.offer(frame, false);
        }
        outbox.flush();
        assertThat(overflows).hasValue(0);
        assertThat(channel.outboundMessages()).hasSize(2_000);
    }

    @Test
    void whatWaitsForASlowPeerIsSentInOrderWhenItReadsAgain() {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        ByteBuf other = Unpooled.copiedBuffer("second", StandardCharsets.US_ASCII);
        outbox.offer(frame, false);
        outbox.offer(frame, true);
        outbox.offer(other, false);
        other.release();
        assertThat(channel.outboundMessages()).isEmpty();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();
        assertThat(channel.outboundMessages()).as("typing was not worth waiting").hasSize(2);
        assertThat(((ByteBuf) channel.outboundMessages().toArray()[1]).toString(StandardCharsets.US_ASCII))
                .isEqualTo("second");
    }

    @Test
    void aPeerThatStaysTooSlowIsToldToCatchUpAndForgotten() {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        for (int i = 0; i < 20; i++) {
            outbox.offer(frame, false);
        }
        assertThat(overflows).hasValue(1);
        assertThat(frame.refCnt()).isEqualTo(1);
        assertThat(closeCode()).isEqualTo(Close.TOO_SLOW.code);
    }

    @Test
    void moreMayWaitForAPeerThatAskedForItUntilItHasReadThat() {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        outbox.allow(10_000);
        for (int i = 0; i < 20; i++) {
            outbox.offer(frame, false);
        }
        assertThat(overflows).hasValue(0);
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        for (int i = 0; i < 20; i++) {
            outbox.offer(frame, false);
        }
        assertThat(overflows).hasValue(1);
    }

    @Test
    void aMessageOfManyFramesIsRefusedOnceItIsTooLarge() {
        channel.writeInbound(new TextWebSocketFrame(false, 0, "x".repeat(400)));
        channel.writeInbound(new ContinuationWebSocketFrame(false, 0, "x".repeat(90)));
        assertThat(channel.outboundMessages()).isEmpty();
        channel.writeInbound(new ContinuationWebSocketFrame(false, 0, "x".repeat(90)));
        channel.writeInbound(new ContinuationWebSocketFrame(true, 0, "x".repeat(90)));
        assertThat(channel.inboundMessages()).hasSize(2);
        assertThat(closeCode()).isEqualTo(Close.TOO_BIG.code);
    }

    private int closeCode() {
        CloseWebSocketFrame close = channel.readOutbound();
        int code = close.statusCode();
        close.release();
        return code;
    }

    @Test
    void aPongGoesNoFurtherThanTheGuardAndAPingDoes() {
        PongWebSocketFrame pong = new PongWebSocketFrame(Unpooled.copiedBuffer("x", StandardCharsets.US_ASCII));
        channel.writeInbound(pong, new PingWebSocketFrame());
        assertThat(pong.refCnt()).isZero();
        assertThat(channel.inboundMessages()).singleElement().isInstanceOf(PingWebSocketFrame.class);
    }
}

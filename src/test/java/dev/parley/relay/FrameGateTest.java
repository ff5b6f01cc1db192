package dev.parley.relay;

import static dev.parley.testsupport.Bytes.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

class FrameGateTest {

    private static final int KIB = 1024;
    private static final int TEXT = 0x81;
    private static final int BEGIN = 0x01;
    private static final int MORE = 0x00;
    private static final int END = 0x80;

    private final FrameBudget budget = new FrameBudget(1024 * KIB, Duration.ofSeconds(3));
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger refused = new AtomicInteger();
    private final FrameGate gate = new FrameGate(channel, budget, () -> "alice", 8192 * KIB);
    private final FrameBudget.Hold others = budget.hold("others", () -> {
    }, () -> {
    });
    private final FrameBudget.Hold lane = budget.hold("others", () -> {
    }, () -> {
    });

    FrameGateTest() {
        channel.pipeline().addLast(gate);
        channel.pipeline().addLast("wsencoder", new ChannelOutboundHandlerAdapter());
    }

    @AfterEach
    void nothingIsKeptOrHeld() {
        channel.finishAndReleaseAll();
        others.release();
        lane.release();
        assertThat(budget.held()).isZero();
    }

    private void open() {
        gate.open(new FrameGuard(channel, false, 8192 * KIB, "too big", (code, reason) -> refused.set(code)));
    }

    @Test
    void nothingPassesBeforeSomebodyListens() {
        byte[] frame = frame(TEXT, 10);
        channel.writeInbound(Unpooled.wrappedBuffer(frame));
        assertThat(passed()).isEmpty();
        open();
        channel.runPendingTasks();
        assertThat(passed()).isEqualTo(frame);
    }

    @Test
    void smallFramesPassHoweverTheyAreCutAndTakeNothing() {
        open();
        others.growTo(1024 * KIB);
        lane.growTo(KIB);
        byte[] frames = join(frame(TEXT, 0), frame(TEXT, 125), frame(TEXT, 126), frame(0x89, 5), frame(TEXT, 64 * KIB));
        for (byte each : frames) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] { each }));
        }
        assertThat(passed()).isEqualTo(frames);
        for (int i = 0; i < 4; i++) {
            assertThat(gate.next()).isNull();
        }
    }

    @Test
    void aLargeFrameWaitsForRoomAndWhatFollowsWaitsWithIt() {
        open();
        others.growTo(1024 * KIB);
        lane.growTo(KIB);
        byte[] large = frame(TEXT, 100 * KIB);
        byte[] all = join(frame(TEXT, 3), large, frame(TEXT, 4));
        channel.writeInbound(Unpooled.wrappedBuffer(all));
        assertThat(passed()).as("the small one and a header").hasSize(9 + 10);
        assertThat(channel.config().isAutoRead()).isFalse();
        others.release();
        channel.runPendingTasks();
        assertThat(passed()).hasSize(all.length - 19);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(gate.next()).isNull();
        FrameBudget.Hold hold = gate.next();
        assertThat(hold).isNotNull();
        assertThat(budget.held()).isGreaterThan(100 * KIB);
        hold.release();
        assertThat(gate.next()).isNull();
    }

    @Test
    void whoWaitsTooLongIsToldToTryLater() {
        open();
        others.growTo(1024 * KIB);
        lane.growTo(KIB);
        channel.writeInbound(Unpooled.wrappedBuffer(frame(TEXT, 100 * KIB)));
        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        channel.runPendingTasks();
        assertThat(refused).hasValue(0);
        channel.advanceTimeBy(3, TimeUnit.SECONDS);
        channel.runPendingTasks();
        assertThat(refused).hasValue(1013);
        channel.writeInbound(Unpooled.wrappedBuffer(frame(TEXT, 1)));
        assertThat(passed()).as("a header and nothing after it").hasSize(10);
    }

    @Test
    void whoIsSlowMakesRoomForWhoWaits() {
        open();
        channel.writeInbound(Unpooled.wrappedBuffer(header(TEXT, 1000 * KIB)));
        lane.growTo(1024 * KIB);
        FrameBudget.Hold waits = budget.hold("waits", () -> {
        }, () -> {
        });
        assertThat(waits.growTo(1024 * KIB)).isFalse();
        budget.hurry(System.nanoTime() + TimeUnit.SECONDS.toNanos(2));
        channel.runPendingTasks();
        assertThat(refused).hasValue(1013);
        waits.release();
        passed();
    }

    @Test
    void aMessageInManyFramesIsCountedAsOne() {
        open();
        byte[] frames = join(frame(BEGIN, 60 * KIB), frame(0x89, 3), frame(MORE, 60 * KIB), frame(END, 0), frame(TEXT, 1));
        channel.writeInbound(Unpooled.wrappedBuffer(frames));
        assertThat(passed()).isEqualTo(frames);
        assertThat(budget.held()).isEqualTo(120 * KIB);
        FrameBudget.Hold hold = gate.next();
        assertThat(hold).isNotNull();
        assertThat(gate.next()).isNull();
        hold.release();
    }

    @Test
    void whoListensMayWantNoMoreWhileTheGateWaitsAndTheOtherWayRound() {
        open();
        others.growTo(1024 * KIB);
        lane.growTo(KIB);
        gate.reading(false);
        channel.writeInbound(Unpooled.wrappedBuffer(frame(TEXT, 100 * KIB)));
        gate.reading(true);
        assertThat(channel.config().isAutoRead()).isFalse();
        gate.reading(false);
        others.release();
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isFalse();
        gate.reading(true);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void aFrameOverEveryLimitIsLeftToWhoRefusesIt() {
        open();
        byte[] header = header(TEXT, 9000L * KIB);
        channel.writeInbound(Unpooled.wrappedBuffer(header));
        assertThat(passed()).isEqualTo(header);
        assertThat(budget.held()).isZero();
    }

    @Test
    void requestsOfAHandshakeThatWasRefusedPass() {
        channel.pipeline().remove("wsencoder");
        byte[] request = "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        channel.writeInbound(Unpooled.wrappedBuffer(request));
        assertThat(passed()).isEqualTo(request);
    }

    private byte[] passed() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuf next;
        while ((next = channel.readInbound()) != null) {
            byte[] bytes = new byte[next.readableBytes()];
            next.readBytes(bytes);
            next.release();
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private static byte[] frame(int first, int length) {
        return join(header(first, length), new byte[length]);
    }

    private static byte[] header(int first, long length) {
        ByteBuffer header = ByteBuffer.allocate(14).put((byte) first);
        if (length < 126) {
            header.put((byte) (0x80 | length));
        } else if (length < 65_536) {
            header.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            header.put((byte) (0x80 | 127)).putLong(length);
        }
        header.putInt(0);
        byte[] bytes = new byte[header.position()];
        header.flip().get(bytes);
        return bytes;
    }
}

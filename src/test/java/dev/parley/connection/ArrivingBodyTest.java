package dev.parley.connection;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

class ArrivingBodyTest {

    private static final int PIECE = 64 * 1024;
    private static final int MOST = 64 * 1024 * 1024;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<ByteBuf> sent = new ArrayList<>();
    private final ByteArrayOutputStream bytesSent = new ByteArrayOutputStream();
    private final Random random = new Random(1);
    private boolean stopped;

    @AfterEach
    void everyBufferIsGivenBack() {
        assertThat(sent).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
        channel.finishAndReleaseAll();
    }

    @Test
    void aClientWaitsWhileMoreThanAMebibyteDoes() throws IOException {
        try (ArrivingBody body = body(MOST)) {
            int pieces = 0;
            while (channel.config().isAutoRead()) {
                send(body, PIECE);
                pieces++;
            }
            assertThat(pieces * PIECE).isBetween(WaitingPieces.MOST, WaitingPieces.MOST + PIECE);
            assertThat(body.available()).isEqualTo(pieces * PIECE);

            body.next();
            channel.runPendingTasks();
            assertThat(channel.config().isAutoRead()).as("goes on at once").isFalse();

            for (int i = 1; i < pieces; i++) {
                body.next();
            }
            channel.runPendingTasks();
            assertThat(channel.config().isAutoRead()).as("goes on when it was read").isTrue();
        }
    }

    @Test
    void aClientWaitsWhereMuchCameAgainBeforeItWasToldToGoOn() throws IOException {
        try (ArrivingBody body = body(MOST)) {
            int pieces = WaitingPieces.MOST / PIECE + 1;
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < pieces; i++) {
                    send(body, PIECE);
                }
                for (int i = 0; round == 0 && i < pieces; i++) {
                    body.next();
                }
            }
            channel.runPendingTasks();
            assertThat(channel.config().isAutoRead()).as("while much waits").isFalse();

            for (int i = 0; i < pieces; i++) {
                body.next();
            }
            channel.runPendingTasks();
            assertThat(channel.config().isAutoRead()).as("when it was read").isTrue();
        }
    }

    @Test
    void aBodyLargerThanMayWaitArrivesAsItWasSent() throws IOException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        try (ArrivingBody body = body(MOST)) {
            for (int i = 0; i < 300; i++) {
                send(body, 1 + random.nextInt(i % 3 == 0 ? 100 : 50_000));
                if (i % 7 == 0) {
                    seen.write(body.read());
                } else if (i % 2 == 0) {
                    write(seen, body.next());
                }
            }
            body.end();
            seen.write(body.readAllBytes());
            assertThat(body.next()).isNull();
        }
        assertThat(seen.toByteArray()).isEqualTo(bytesSent.toByteArray());
    }

    @Test
    void singleBytesDoNotHoldOnToTheBuffersInWhichTheyCame() throws IOException {
        try (ArrivingBody body = body(MOST)) {
            ByteBuf network = buffer(10_000);
            for (int i = 0; i < 10_000; i++) {
                body.add(network.retainedSlice(i, 1));
            }
            assertThat(network.refCnt()).isEqualTo(1);
            network.release();
            body.end();
            assertThat(body.readAllBytes()).isEqualTo(bytesSent.toByteArray());
        }
    }

    /** As a client could do it: much, so that large pieces are read, and then little at a time. */
    @Test
    void aSmallPartDoesNotHoldOnToALargeBufferAndALargeOneIsNotCopied() throws IOException {
        try (ArrivingBody body = body(MOST)) {
            ByteBuf network = buffer(256 * 1024);
            body.add(network.retainedSlice(0, 8_000));
            body.add(network.retainedSlice(8_000, 60_000));
            body.add(network.retainedSlice(68_000, 4_200));
            assertThat(network.refCnt()).isEqualTo(1);
            body.add(network.retainedSlice(72_200, 100_000));
            assertThat(network.refCnt()).isEqualTo(2);
            body.add(network.slice(172_200, 256 * 1024 - 172_200));
            body.end();
            assertThat(body.readAllBytes()).isEqualTo(bytesSent.toByteArray());
        }
    }

    @Test
    void whatCameBeforeAClientHungUpIsReadAndThenTheReaderHearsOfIt() throws IOException {
        try (ArrivingBody body = body(MOST)) {
            send(body, PIECE);
            send(body, PIECE);
            body.breakOff(new IOException("Connection reset"));

            assertThat(body.next()).isNotNull();
            assertThat(body.next()).isNotNull();
            assertThatThrownBy(body::next).isInstanceOf(IOException.class).hasMessageContaining("Connection reset");
        }
    }

    @Test
    void whatNobodyReadAfterARefusalIsGivenBackAndWhatComesLaterToo() throws IOException {
        ArrivingBody body = body(MOST);
        while (channel.config().isAutoRead()) {
            send(body, PIECE);
        }
        body.next();
        body.close();
        channel.runPendingTasks();
        send(body, PIECE);

        assertThat(stopped).isTrue();
        assertThat(channel.config().isAutoRead()).as("the rest is thrown away as it comes").isTrue();
    }

    @Test
    void aReaderThatWaitsHearsOfARequestThatHasEndedOtherwise() throws Exception {
        ArrivingBody body = body(MOST);
        Throwable[] heard = new Throwable[1];
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                body.next();
            } catch (IOException e) {
                heard[0] = e;
            }
        });
        body.abandon();

        assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
        assertThat(heard[0]).isInstanceOf(IOException.class);
        body.close();
    }

    @Test
    void aWholeBodyThatIsThrownAwayDoesNotEndAsIfItHadBeenRead() throws IOException {
        ArrivingBody body = body(MOST);
        send(body, PIECE);
        send(body, PIECE);
        body.end();
        assertThat(body.next()).isNotNull();
        body.abandon();

        assertThatThrownBy(body::next).isInstanceOf(IOException.class);
        body.close();
    }

    /** A store may be slow for all of them at once. */
    @Test
    void whereManyWaitEachMayHaveLessWaiting() {
        List<ArrivingBody> others = new ArrayList<>();
        for (long all = 0; all <= Runtime.getRuntime().maxMemory() / 8; all += WaitingPieces.MOST) {
            ArrivingBody other = body(MOST);
            others.add(other);
            other.add(Unpooled.directBuffer(WaitingPieces.MOST).writeZero(WaitingPieces.MOST));
        }
        channel.config().setAutoRead(true);
        ArrivingBody body = body(MOST);
        body.add(Unpooled.directBuffer(WaitingPieces.MOST_IN_NEED + 1).writeZero(WaitingPieces.MOST_IN_NEED + 1));
        assertThat(channel.config().isAutoRead()).isFalse();

        others.forEach(ArrivingBody::close);
        body.close();
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void moreThanTheLimitIsRefused() throws IOException {
        try (ArrivingBody body = body(PIECE)) {
            send(body, PIECE);
            assertThat(body.next()).isNotNull();
            send(body, 1);

            assertThatThrownBy(body::next).isInstanceOfSatisfying(Refusal.class,
                    refusal -> assertThat(refusal.code).isEqualTo(Code.REQUEST_TOO_LARGE));
        }
    }

    @Test
    void aClientWhoFallsSilentIsHungUpOn() throws IOException {
        try (ArrivingBody body = new ArrivingBody(channel, source(), MOST, Duration.ofMillis(20))) {
            assertThatThrownBy(body::next).isInstanceOf(IOException.class).hasMessage("Read timed out");
        }
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void littleIsGatheredForAReaderThatWaits() throws Exception {
        ArrivingBody body = body(MOST);
        CompletableFuture<Integer> first = waitsFor(body);
        for (int i = 0; i < 3; i++) {
            send(body, 1000);
            assertThatThrownBy(() -> first.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        }
        channel.advanceTimeBy(20, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();

        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(3000);
        body.close();
    }

    @Test
    void muchIsReadAtOnce() throws Exception {
        ArrivingBody body = body(MOST);
        CompletableFuture<Integer> first = waitsFor(body);
        send(body, PIECE);
        send(body, PIECE);

        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(PIECE);
        body.close();
    }

    private static CompletableFuture<Integer> waitsFor(ArrivingBody body) {
        CompletableFuture<Integer> size = new CompletableFuture<>();
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                size.complete(requireNonNull(body.next()).remaining());
            } catch (IOException e) {
                size.completeExceptionally(e);
            }
        });
        await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
        return size;
    }

    private ArrivingBody body(long limit) {
        return new ArrivingBody(channel, source(), limit, Duration.ofSeconds(10));
    }

    private ArrivingBody.BodySource source() {
        return new ArrivingBody.BodySource() {

            @Override
            public void reading(boolean on) {
                channel.config().setAutoRead(on);
            }

            @Override
            public void begin(ArrivingBody to) {
                // The test sends.
            }

            @Override
            public void stop() {
                stopped = true;
            }
        };
    }

    private void send(ArrivingBody body, int size) {
        body.add(buffer(size));
        body.flush();
    }

    private ByteBuf buffer(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        bytesSent.writeBytes(bytes);
        ByteBuf buffer = channel.alloc().directBuffer(size).writeBytes(bytes);
        sent.add(buffer);
        return buffer;
    }

    private static void write(ByteArrayOutputStream to, ByteBuffer piece) {
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        to.writeBytes(bytes);
    }
}

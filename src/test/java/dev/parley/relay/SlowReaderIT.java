package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import dev.parley.testsupport.Socket;

/** Clients that read nothing or send too much: memory stays bounded, and nobody else notices. */
class SlowReaderIT {

    private static final int MIB = 1 << 20;
    private static final int READERS = 200;
    private static final int MESSAGES = 3_600;

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("slow").heap("256m").options("-Dio.netty.leakDetection.level=paranoid",
                "-Dio.netty.leakDetection.targetRecords=20").start();
    }

    @AfterAll
    static void stop() throws IOException {
        parley.stop();
        parley.close();
        assertThat(Files.readString(parley.log())).doesNotContain("LEAK:").doesNotContain("OutOfMemory")
                .doesNotContain("OutOfDirectMemory");
    }

    @Test
    void readersThatNeverReadAreClosedAndNobodyElseNotices() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        Person bob = Person.register(parley.base(), "Bob");
        Person stuck = Person.register(parley.base(), "Stuck");
        long room = alice.group("Flood", bob, stuck);
        warm(alice, room);
        long before = parley.rss();
        List<RawSocket> readers = new ArrayList<>();
        try (Socket good = bob.socket(room); Socket sender = alice.socket(room)) {
            for (int i = 0; i < READERS; i++) {
                readers.add(new RawSocket(stuck, room, 4_096));
            }
            AtomicInteger heard = new AtomicInteger();
            AtomicInteger sent = new AtomicInteger();
            long first = bob.lastSeq(room) + 1;
            long[] next = { first };
            List<JsonNode> wrong = new ArrayList<>();
            good.listen(frame -> {
                if (frame.get("type").asText().equals("new_message")) {
                    heard.incrementAndGet();
                    if (frame.at("/data/seq").asLong() != next[0]++) {
                        wrong.add(frame);
                    }
                }
            });
            sender.listen(frame -> {
                if (frame.get("type").asText().equals("new_message")) {
                    sent.incrementAndGet();
                }
            });
            String content = "x".repeat(4_800);
            long peak = before;
            for (int i = 0; i < MESSAGES; i++) {
                int limit = i - 100;
                if (limit > sent.get()) {
                    await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(30))
                            .until(() -> sent.get() >= limit);
                }
                sender.send("send_message", Map.of("room_id", room, "content", content));
                if (i % 200 == 0) {
                    peak = Math.max(peak, parley.rss());
                }
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> heard.get() >= MESSAGES);
            peak = Math.max(peak, parley.rss());
            assertThat(wrong).isEmpty();
            assertThat((peak - before) / MIB).as("MiB more than before").isLessThan(200);
            await().atMost(Duration.ofSeconds(20)).until(() -> sockets() <= 2);
        } finally {
            readers.forEach(RawSocket::close);
        }
    }

    @Test
    void aSenderFarAboveTheRateIsHeldBackAndOthersAreNot() throws Exception {
        Person flooder = Person.register(parley.base(), "Flooder");
        Person alice = Person.register(parley.base(), "Alice");
        long theirs = flooder.group("Theirs");
        long room = alice.group("Calm");
        long before = parley.rss();
        AtomicBoolean stop = new AtomicBoolean();
        RawSocket flood = new RawSocket(flooder, theirs, 4_096);
        try (Socket calm = alice.socket(room)) {
            Thread thread = Thread.ofPlatform().start(() -> {
                String frame = "{\"type\":\"send_message\",\"data\":{\"room_id\":" + theirs + ",\"content\":\""
                        + "y".repeat(1000) + "\"}}";
                try {
                    while (!stop.get()) {
                        flood.text(frame);
                    }
                } catch (IOException closed) {
                    // It does not read its own messages, so it is closed in the end.
                }
            });
            List<Duration> took = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                long start = System.nanoTime();
                calm.send("send_message", Map.of("room_id", room, "content", "calm"));
                calm.await("new_message");
                took.add(Duration.ofNanos(System.nanoTime() - start));
            }
            stop.set(true);
            flood.close();
            thread.join(10_000);
            // A disk that stands still for a while holds up one or two; a flood that is not held back, all of them.
            Collections.sort(took);
            assertThat(took.get(90)).isLessThan(Duration.ofSeconds(2));
            assertThat((parley.rss() - before) / MIB).as("MiB more than before").isLessThan(150);
        } finally {
            flood.close();
        }
    }

    private static void warm(Person who, long room) {
        try (Socket socket = who.socket(room)) {
            for (int i = 0; i < 500; i++) {
                socket.send("send_message", Map.of("room_id", room, "content", "x".repeat(4_800)));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> who.lastSeq(room) == 500);
        }
    }

    private static int sockets() {
        try (InputStream in = URI.create(parley.base() + "/q/metrics").toURL().openStream()) {
            String metrics = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return metrics.lines().filter(line -> line.startsWith("parley_sockets ")).findFirst()
                    .map(line -> (int) Double.parseDouble(line.split(" ")[1])).orElseThrow();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

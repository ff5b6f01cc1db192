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
    private static final int READERS = Integer.getInteger("parley.slow.readers", 200);
    private static final int TIMES_SLOWER = 10;
    private static final int MESSAGES = 3_600;

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("slow").heap("256m").with("PARLEY_SOCKETS_PER_USER", Integer.toString(2 * READERS))
                .options("-Dio.netty.leakDetection.level=paranoid",
                        "-Dio.netty.leakDetection.targetRecords=20")
                .start();
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
        List<RawSocket> readers = new ArrayList<>();
        try (Socket good = bob.socket(room); Socket sender = alice.socket(room)) {
            // What is cold is slower.
            flood(sender, good, room);
            Flood alone = flood(sender, good, room);
            long before = parley.rss();
            for (int i = 0; i < READERS; i++) {
                readers.add(new RawSocket(stuck, room, 4_096));
            }
            Flood beside = flood(sender, good, room);
            assertThat((beside.peak - before) / MIB).as("MiB more than before").isLessThan(200);
            assertThat(beside.latency).as("alone it was %s", alone.latency)
                    .isLessThan(alone.latency.multipliedBy(TIMES_SLOWER));
            await().atMost(Duration.ofSeconds(20)).until(() -> sockets() <= 2);
        } finally {
            readers.forEach(RawSocket::close);
        }
    }

    /**
     * @param latency the median, from a post to its frame at somebody else
     * @param peak bytes that were resident at most
     */
    private record Flood(Duration latency, long peak) {
    }

    /** Large messages, a hundred at a time, each of which somebody else hears once and in order. */
    private static Flood flood(Socket sender, Socket good, long room) {
        String content = "x".repeat(4_800);
        long[] posted = new long[MESSAGES];
        List<Duration> took = Collections.synchronizedList(new ArrayList<>());
        List<JsonNode> wrong = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger acknowledged = new AtomicInteger();
        good.listen(frame -> {
            if (frame.get("type").asText().equals("new_message")) {
                int next = took.size();
                if (!frame.at("/data/local_temp_id").asText().equals("" + next)) {
                    wrong.add(frame);
                }
                took.add(Duration.ofNanos(System.nanoTime() - posted[Math.min(next, MESSAGES - 1)]));
            }
        });
        sender.listen(frame -> {
            if (frame.get("type").asText().equals("new_message")) {
                acknowledged.incrementAndGet();
            }
        });
        long peak = 0;
        for (int i = 0; i < MESSAGES; i++) {
            int limit = i - 100;
            if (limit > acknowledged.get()) {
                await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(30))
                        .until(() -> acknowledged.get() >= limit);
            }
            posted[i] = System.nanoTime();
            sender.send("send_message", Map.of("room_id", room, "content", content, "local_temp_id", i));
            if (i % 200 == 0) {
                peak = Math.max(peak, parley.rss());
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> took.size() >= MESSAGES && acknowledged.get() >= MESSAGES);
        assertThat(wrong).isEmpty();
        return new Flood(took.stream().sorted().toList().get(MESSAGES / 2), Math.max(peak, parley.rss()));
    }

    @Test
    void aSenderFarAboveTheRateIsHeldBackAndOthersAreNot() throws Exception {
        Person flooder = Person.register(parley.base(), "Flooder");
        Person alice = Person.register(parley.base(), "Alice");
        long theirs = flooder.group("Theirs");
        long room = alice.group("Calm");
        long before = parley.rss();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        RawSocket flood = new RawSocket(flooder, theirs, 4_096);
        try (Socket calm = alice.socket(room)) {
            Thread thread = Thread.ofPlatform().start(() -> {
                String frame = "{\"type\":\"send_message\",\"data\":{\"room_id\":" + theirs + ",\"content\":\""
                        + "y".repeat(1000) + "\"}}";
                try {
                    while (!stop.get()) {
                        flood.text(frame);
                        written.incrementAndGet();
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
            assertThat(flooder.get("/api/chat/rooms/" + theirs).expect(200).get("last_seq").asInt())
                    .as("of what the flooder wrote").isPositive().isLessThan(written.get());
            // A disk that stands still for a while holds up one or two; a flood that is not held back, all of them.
            Collections.sort(took);
            assertThat(took.get(90)).isLessThan(Duration.ofSeconds(2));
            assertThat((parley.rss() - before) / MIB).as("MiB more than before").isLessThan(150);
        } finally {
            flood.close();
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

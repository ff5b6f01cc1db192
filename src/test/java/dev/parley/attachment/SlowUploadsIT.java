package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Form;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;

/**
 * A thousand uploads that hardly move: each is cut, memory stays bounded, and nobody else notices. With half of the usual
 * patience, in which all of them must have begun.
 */
class SlowUploadsIT {

    private static final int MIB = 1 << 20;
    private static final int SLOW = 1_000;
    private static final int PEOPLE = 5;
    private static final Duration CUT = Duration.ofSeconds(30);

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("slow-uploads").heap("256m")
                .with("PARLEY_CONNECTIONS_PATIENCE", "10s").start();
    }

    @AfterAll
    static void stop() throws IOException {
        parley.stop();
        parley.close();
        assertThat(Files.readString(parley.log())).doesNotContain("OutOfMemory").doesNotContain("OutOfDirectMemory")
                .doesNotContain("ERROR");
    }

    /** How one ended: the status line, empty when the connection was just closed, and after how long. */
    private record End(String status, Duration after) {
    }

    @Test
    void aThousandSlowUploadsAreCutAndNobodyElseNotices() throws Exception {
        Person ann = Person.register(parley.base(), "Ann");
        long room = ann.group("Calm");
        List<Person> slow = new ArrayList<>();
        List<Long> rooms = new ArrayList<>();
        for (int i = 0; i < PEOPLE; i++) {
            slow.add(Person.register(parley.base(), "Slow" + i));
            rooms.add(slow.get(i).group("Slow"));
        }
        ann.post(room, new Form().file("warm.txt", "warm".getBytes(StandardCharsets.UTF_8))).expect(201);
        long before = parley.rss();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<End>> uploads = new ArrayList<>();
            for (int i = 0; i < SLOW; i++) {
                String request = head(slow.get(i % PEOPLE), rooms.get(i % PEOPLE)) + begun(i % 3);
                uploads.add(threads.submit(() -> trickle(request)));
            }
            long peak = before;
            long slowest = 0;
            int posted = 0;
            while (!uploads.stream().allMatch(Future::isDone)) {
                long start = System.nanoTime();
                JsonNode message = ann.post(room, new Form().field("content", "Still here").file("note.txt",
                        ("note " + posted++).getBytes(StandardCharsets.UTF_8))).expect(201);
                assertThat(message.get("has_media").asBoolean()).isTrue();
                slowest = Math.max(slowest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                peak = Math.max(peak, parley.rss());
                Thread.sleep(100);
            }
            List<End> ends = new ArrayList<>();
            for (Future<End> upload : uploads) {
                ends.add(upload.get());
            }
            System.err.printf("%d slow uploads: %d refused at once, %d cut, the last after %d ms; %d posts between them, the "
                    + "slowest took %d ms; %d MiB more than before%n", SLOW, count(ends, "429"),
                    SLOW - count(ends, "429"), ends.stream().mapToLong(end -> end.after.toMillis()).max().orElse(0), posted,
                    slowest, (peak - before) / MIB);
            assertThat(ends).allSatisfy(end -> assertThat(end.after).isLessThan(CUT))
                    .allSatisfy(end -> assertThat(end.status).matches("(HTTP/1.1 4(08|29|00) .*)?"));
            // Each person may have a hundred on the way.
            assertThat(count(ends, "429")).isEqualTo(SLOW - 100 * PEOPLE);
            assertThat(posted).isGreaterThan(5);
            assertThat(slowest).isLessThan(5_000);
            assertThat((peak - before) / MIB).as("MiB more than before").isLessThan(100);
        }
        assertThat(parley.metric("parley_files_arriving")).isZero();
        try (var left = Files.list(parley.data().resolve("tmp/uploads"))) {
            assertThat(left).isEmpty();
        }
        slow.get(0).post(rooms.get(0), new Form().file("note.txt", "at last".getBytes(StandardCharsets.UTF_8))).expect(201);
    }

    private static long count(List<End> ends, String status) {
        return ends.stream().filter(end -> end.status.contains(status)).count();
    }

    private static String head(Person who, long room) {
        return "POST /api/chat/rooms/" + room + "/messages HTTP/1.1\r\nHost: parley\r\nAuthorization: Bearer " + who.token
                + "\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: 9000000\r\n\r\n";
    }

    /** Nothing but the headers, the start of a form, or the start of a file. */
    private static String begun(int how) {
        return switch (how) {
            case 0 -> "";
            case 1 -> "--X\r\nContent-Disposition: form-data; name=\"files\"";
            default -> "--X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\n" + "x".repeat(6_000);
        };
    }

    /** A byte a second behind what was begun; the bare headers are followed by none. */
    private static End trickle(String request) throws IOException, InterruptedException {
        URI base = parley.base();
        long start = System.nanoTime();
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            boolean silent = request.endsWith("\r\n\r\n");
            Thread drip = Thread.startVirtualThread(() -> {
                try {
                    while (!silent) {
                        Thread.sleep(1_000);
                        out.write('x');
                    }
                } catch (IOException | InterruptedException cut) {
                    // The server has closed, or the answer is there.
                }
            });
            socket.setSoTimeout((int) CUT.toMillis() + 10_000);
            for (int got = socket.getInputStream().read(); got >= 0; got = socket.getInputStream().read()) {
                answer.append((char) got);
            }
            drip.interrupt();
        } catch (IOException reset) {
            // As good as closed.
        }
        return new End(answer.toString().lines().findFirst().orElse(""), Duration.ofNanos(System.nanoTime() - start));
    }
}

package dev.parley.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Tools;
import dev.parley.testsupport.Wire;

/**
 * Clients who are never idle and never done: cut in good time, and nobody else notices. With a third of the usual
 * patience; the full form is {@code -Psoak}.
 */
class SlowClientsIT {

    private static final int ATTACKERS = Integer.getInteger("parley.slow.attackers", 400);
    private static final String PATIENCE = System.getProperty("parley.slow.patience", "6s");
    private static final Duration CUT = Duration.ofSeconds(30);
    /** At 150 a second, on a machine with other things to do. */
    private static final Duration CONNECT = Duration.ofSeconds(20);
    /** Connections of who is not an attacker. */
    private static final int OTHERS = 10;

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("slowclients").heap("256m").with("PARLEY_CONNECTIONS_HEAD", PATIENCE)
                .with("PARLEY_CONNECTIONS_PATIENCE", PATIENCE).with("PARLEY_CONNECTIONS_IDLE", "3s").start();
    }

    @AfterAll
    static void stop() {
        parley.close();
    }

    /** One of slowhttptest's attacks. */
    private record Attack(Process process, Path output) {

        static Attack begin(String name, String url, String... mode) throws IOException {
            Path output = parley.log().resolveSibling(name + ".out");
            List<String> command = new ArrayList<>(List.of("slowhttptest"));
            command.addAll(List.of(mode));
            command.addAll(List.of("-c", Integer.toString(ATTACKERS), "-r", "150", "-l", "60", "-p", "5", "-u", url));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            return new Attack(process, output);
        }

        boolean goesOn() {
            return process.isAlive();
        }
    }

    @Test
    void slowHeadsBodiesAndReadersAreCutAndNobodyElseNotices() throws IOException {
        Tools.require("slowhttptest", "Install it with: apt-get install slowhttptest");
        Person alice = Person.register(parley.base(), "Alice");
        long room = alice.group("Calm");
        Wire posted = Scene.upload(alice, room, "Long", "long.txt", "0123456789abcde\n".repeat(1 << 19));
        String file = posted.json().at("/files_data/0/file_path").asText();
        List<Attack> attacks = List.of(
                Attack.begin("heads", parley.base() + "/", "-H", "-i", "1", "-x", "10"),
                Attack.begin("bodies", parley.base() + "/api/auth/login", "-B", "-i", "1", "-x", "10", "-f",
                        "application/json"),
                Attack.begin("readers", file, "-X", "-w", "512", "-y", "1024", "-n", "1", "-z", "16"));
        double most = 0;
        double now = 0;
        long start = System.nanoTime();
        List<Duration> calmly = new ArrayList<>();
        try (dev.parley.testsupport.Socket calm = alice.socket(room); Socket slow = begin("{\"email\":")) {
            while (most < ATTACKERS || now > OTHERS || attacks.get(0).goesOn() || attacks.get(1).goesOn()) {
                long asked = System.nanoTime();
                calm.send("send_message", Map.of("room_id", room, "content", "calm"));
                calm.await("new_message");
                alice.get("/api/chat/rooms").expect(200);
                calmly.add(Duration.ofNanos(System.nanoTime() - asked));
                now = parley.metric("parley_connections");
                most = Math.max(most, now);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).as(now + " connections, most " + most)
                        .isLessThan(CONNECT.plus(CUT));
            }
            String answer = new String(slow.getInputStream().readAllBytes(), US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("application/problem+json").contains("timed_out")
                    .containsIgnoringCase("cache-control: no-store");
            // The third attack's clients do not notice before they have read what their systems had taken.
            assertThat(attacks.get(2).process.isAlive()).isTrue();
        } finally {
            attacks.forEach(attack -> attack.process.destroy());
        }
        for (Attack attack : attacks.subList(0, 2)) {
            assertThat(Files.readString(attack.output)).as(attack.output.toString()).contains("No open connections left");
        }
        calmly.sort(null);
        assertThat(calmly.get(calmly.size() * 9 / 10)).as("nine of ten").isLessThan(Duration.ofSeconds(2));
    }

    /** A login that is not whole. */
    private static Socket begin(String body) throws IOException {
        Socket socket = new Socket(parley.base().getHost(), parley.base().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 100\r\n\r\n" + body).getBytes(US_ASCII));
        return socket;
    }

    @Test
    void anIdleConnectionIsClosedAndOneThatWorksIsNot() throws IOException {
        try (Socket socket = new Socket(parley.base().getHost(), parley.base().getPort())) {
            socket.setSoTimeout(20_000);
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write("GET /q/health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
                assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("close");
            }
            assertThat(socket.getInputStream().read()).as("the end").isEqualTo(-1);
        }
    }

    /** The head of an answer, whose body is skipped. */
    private static String answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        assertThat(length.find()).isTrue();
        in.skipNBytes(Long.parseLong(length.group(1)));
        return head.toString();
    }
}

package dev.parley.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
 * patience; a full form takes the defaults by {@code -Dparley.slow.patience=20s}.
 */
class SlowClientsIT {

    private static final int ATTACKERS = 1_000;
    private static final String PATIENCE = System.getProperty("parley.slow.patience", "6s");
    private static final Duration CUT = Duration.ofSeconds(30);

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
    private record Attack(Process process, Path output, long start) {

        static Attack begin(String name, String url, String... mode) throws IOException {
            Path output = parley.log().resolveSibling(name + ".out");
            List<String> command = new ArrayList<>(List.of("slowhttptest"));
            command.addAll(List.of(mode));
            command.addAll(List.of("-c", Integer.toString(ATTACKERS), "-r", "500", "-l", "60", "-p", "5", "-u", url));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            return new Attack(process, output, System.nanoTime());
        }

        boolean goesOn() {
            return process.isAlive() && System.nanoTime() - start < CUT.toNanos();
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
        long worst = 0;
        try (dev.parley.testsupport.Socket calm = alice.socket(room)) {
            while (attacks.stream().anyMatch(Attack::goesOn)) {
                long start = System.nanoTime();
                calm.send("send_message", Map.of("room_id", room, "content", "calm"));
                calm.await("new_message");
                alice.get("/api/chat/rooms").expect(200);
                worst = Math.max(worst, System.nanoTime() - start);
                most = Math.max(most, parley.metric("parley_connections"));
            }
        } finally {
            attacks.forEach(attack -> attack.process.destroy());
        }
        for (Attack attack : attacks) {
            assertThat(Files.readString(attack.output)).as(attack.output.toString()).contains("No open connections left");
        }
        assertThat(most).as("connections at once").isGreaterThan(ATTACKERS);
        assertThat(Duration.ofNanos(worst)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void anIdleConnectionIsClosedAndOneThatWorksIsNot() throws IOException {
        try (Socket socket = new Socket(parley.base().getHost(), parley.base().getPort())) {
            socket.setSoTimeout(20_000);
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write("GET /q/nothing HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
                assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII)).isEqualTo("HTTP/1.1 404");
                socket.getInputStream().skipNBytes(Math.max(0, socket.getInputStream().available()));
            }
            assertThat(socket.getInputStream().readAllBytes()).as("the rest of an answer, and the end").hasSizeLessThan(1_000);
        }
    }
}

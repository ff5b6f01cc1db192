package dev.parley.attachment.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Clamav;
import io.quarkus.runtime.configuration.ConfigurationException;

/** What a real clamd says of bytes, by TCP and by a socket of the machine. */
class ClamdTest {

    private static Clamav clamav;

    @BeforeAll
    static void start() {
        clamav = Clamav.start(Path.of("target", "clamav-alone"));
    }

    @AfterAll
    static void stop() {
        if (clamav != null) {
            clamav.close();
        }
    }

    @Test
    void everyKnownSampleIsFoundAndNothingElse() throws IOException {
        for (String address : List.of(clamav.tcp(), clamav.unix())) {
            assertThat(scan(address, Clamav.EICAR)).isEqualTo(new Verdict.Infected("Eicar-Test-Signature.UNOFFICIAL"));
            assertThat(scan(address, "Dear all".getBytes(StandardCharsets.US_ASCII))).isEqualTo(new Verdict.Clean());
            assertThat(scan(address, new byte[Clamav.LIMIT])).isEqualTo(new Verdict.Clean());
            for (String name : List.of("clam.exe", "clam.zip", "clam.7z", "clam.pdf", "clam.ole.doc", "clam.tar.gz",
                    "clam.mail")) {
                assertThat(scan(address, Clamav.sample(name))).as(name)
                        .isEqualTo(new Verdict.Infected("Clam-Test-Program.UNOFFICIAL"));
            }
        }
    }

    @Test
    void moreThanItTakesIsToldFromNoAnswer() throws IOException {
        assertThat(scan(clamav.unix(), new byte[Clamav.LIMIT + 1])).isEqualTo(new Verdict.TooLarge());
        assertThat(scan(clamav.tcp(), new byte[20 * Clamav.LIMIT]))
                .isInstanceOfAny(Verdict.TooLarge.class, Verdict.Undecided.class);
        assertThat(Verdict.of("stream: Can't allocate memory ERROR")).isInstanceOf(Verdict.Undecided.class);
        assertThat(Verdict.of("stream: A FOUND B")).isInstanceOf(Verdict.Undecided.class);
    }

    @Test
    void nobodyThereIsAway() throws IOException {
        assertThat(scan("unix:" + Path.of("target", "nobody.sock").toAbsolutePath(), Clamav.EICAR))
                .isInstanceOf(Verdict.Away.class);
        assertThat(scan("127.0.0.1:1", Clamav.EICAR)).isInstanceOf(Verdict.Away.class);
        assertThatThrownBy(() -> new Clamd("clamd.ctl")).isInstanceOf(ConfigurationException.class)
                .hasMessage("parley.scan.address must be host:port or unix:/path, not \"clamd.ctl\"");
    }

    @Test
    void whoHangsUpIsAwayUnlessAllIsWellButForThatFile() throws Exception {
        try (ServerSocket nobody = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(scanAnsweredBy(nobody, "", "")).isInstanceOf(Verdict.Away.class);
            assertThat(scanAnsweredBy(nobody, "stream: OK", "")).as("half a reply").isInstanceOf(Verdict.Away.class);
            assertThat(scanAnsweredBy(nobody, "HTTP/1.1 400 Bad Request", "HTTP/1.1 400 Bad Request"))
                    .isInstanceOf(Verdict.Away.class);
            assertThat(scanAnsweredBy(nobody, "", "PONG\0")).isInstanceOf(Verdict.Undecided.class);
            assertThat(scanAnsweredBy(nobody, "stream: Can't allocate memory ERROR\0")).isInstanceOf(Verdict.Undecided.class);
        }
    }

    /** Each reply ends a connection. */
    private static Verdict scanAnsweredBy(ServerSocket server, String... replies) throws Exception {
        FutureTask<Void> serving = new FutureTask<>(() -> {
            for (String reply : replies) {
                try (Socket client = server.accept()) {
                    client.getInputStream().read(new byte[100]);
                    client.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
                }
            }
            return null;
        });
        Thread.ofVirtual().start(serving);
        Verdict verdict = scan("127.0.0.1:" + server.getLocalPort(), new byte[0]);
        serving.get(10, TimeUnit.SECONDS);
        return verdict;
    }

    private static Verdict scan(String address, byte[] bytes) throws IOException {
        return new Clamd(address).scan(new ByteArrayInputStream(bytes));
    }
}

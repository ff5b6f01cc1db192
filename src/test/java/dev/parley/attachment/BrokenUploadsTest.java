package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.testsupport.LowLimits;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

/** Uploads that end otherwise than they promised. */
@QuarkusTest
@TestProfile(LowLimits.class)
class BrokenUploadsTest extends FilesScene {

    private static final String HEAD = "--X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.png\"\r\n\r\n";
    private static final String END = "\r\n--X--\r\n";

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void anUploadThatIsCutInTheMiddleLeavesNothing(boolean reset) throws IOException {
        try (Socket socket = begin("Content-Length: 10000000")) {
            send(socket, HEAD, sample("photo.png"), new byte[500_000]);
            awaitTemporaryFile();
            if (reset) {
                // Closing then sends a reset instead of an orderly end.
                socket.setSoLinger(true, 0);
            }
        }
        assertNothingLeft();
    }

    @Test
    void aChunkedUploadThatIsCutLeavesNothing() throws IOException {
        try (Socket socket = begin("Transfer-Encoding: chunked")) {
            byte[] photo = sample("photo.png");
            byte[] head = utf8(HEAD);
            send(socket, Integer.toHexString(head.length + photo.length + 200_000) + "\r\n", head, photo,
                    new byte[200_000], "\r\n", "ffff\r\n", new byte[10]);
            awaitTemporaryFile();
        }
        assertNothingLeft();
    }

    @Test
    void aLengthThatIsTooShortCutsTheFormAndIsRefused() throws IOException {
        byte[] photo = sample("photo.png");
        try (Socket socket = begin("Content-Length: " + (HEAD.length() + photo.length - 10))) {
            send(socket, HEAD, photo, END);

            assertThat(answer(socket)).startsWith("HTTP/1.1 400").contains("bad_request");
        }
        assertNothingLeft();
    }

    @Test
    void aLengthThatIsTooLongIsWaitedForAndThenRefused() throws IOException {
        byte[] photo = sample("photo.png");
        try (Socket socket = begin("Content-Length: " + (HEAD.length() + photo.length + END.length() + 1_000))) {
            send(socket, HEAD, photo, END);
            socket.shutdownOutput();

            assertThat(answer(socket)).doesNotContain("HTTP/1.1 2").doesNotContain("HTTP/1.1 500");
        }
        assertNothingLeft();
    }

    @Test
    void anUploadThatTricklesAndIsGivenUpLeavesNothing() throws IOException {
        try (Socket socket = begin("Content-Length: 10000000")) {
            send(socket, HEAD, sample("photo.png"), new byte[Spool.HEAD]);
            for (int i = 0; i < 50; i++) {
                send(socket, new byte[1]);
            }
            awaitTemporaryFile();
        }
        assertNothingLeft();
    }

    @Test
    void anUploadThatStopsComingIsGivenUpByTheServer() throws IOException {
        try (Socket socket = begin("Content-Length: 10000000")) {
            send(socket, HEAD, sample("photo.png"), new byte[Spool.HEAD]);
            awaitTemporaryFile();
            socket.setSoTimeout(20_000);

            assertThat(answer(socket)).as("the end of the connection, with or without a word").doesNotContain("HTTP/1.1 2");
        }
        assertNothingLeft();
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() throws IOException {
        byte[] photo = sample("photo.png");
        try (Socket socket = begin(
                "Expect: 100-continue\r\nContent-Length: " + (HEAD.length() + photo.length + END.length()))) {
            socket.setSoTimeout(5_000);
            byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
            assertThat(new String(line, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            send(socket, HEAD, photo, END);

            assertThat(answer(socket)).startsWith("HTTP/1.1 201");
        }
    }

    /** In one go, so that the second request is there while the first one's body is still being read. */
    @Test
    void aRequestBehindABodyIsAnsweredAfterIt() throws IOException {
        byte[] photo = sample("photo.png");
        try (Socket socket = begin("Content-Length: " + (HEAD.length() + photo.length + END.length()))) {
            socket.setSoTimeout(10_000);
            send(socket, HEAD, photo, END + "POST /api/chat/rooms/" + room + "/messages HTTP/1.1\r\nHost: "
                    + base.getAuthority() + "\r\nAuthorization: Bearer " + ann.token + "\r\nConnection: close\r\n"
                    + "Content-Type: multipart/form-data; boundary=X\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (byte[] piece : new byte[][] { utf8(HEAD), photo, utf8(END) }) {
                for (int at = 0; at < piece.length; at += 1_000) {
                    byte[] some = Arrays.copyOfRange(piece, at, Math.min(piece.length, at + 1_000));
                    send(socket, Integer.toHexString(some.length) + "\r\n", some, "\r\n");
                }
            }
            send(socket, "0\r\nX-Trailer: ignored\r\n\r\n");

            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answers.split("HTTP/1.1 201", -1)).as(answers).hasSize(3);
            assertThat(answers).contains("\"seq\":1,", "\"seq\":2,");
        }
    }

    private Socket begin(String length) throws IOException {
        Socket socket = new Socket(base.getHost(), base.getPort());
        send(socket, "POST /api/chat/rooms/" + room + "/messages HTTP/1.1\r\nHost: " + base.getAuthority()
                + "\r\nAuthorization: Bearer " + ann.token + "\r\nContent-Type: multipart/form-data; boundary=X\r\n" + length
                + "\r\n\r\n");
        return socket;
    }

    private void awaitTemporaryFile() {
        await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(5))
                .until(() -> data.uploads().toFile().list().length > 0);
    }

    private static void send(Socket socket, Object... pieces) throws IOException {
        OutputStream out = socket.getOutputStream();
        for (Object piece : pieces) {
            out.write(piece instanceof byte[] bytes ? bytes : utf8(piece.toString()));
        }
        out.flush();
    }

    private static String answer(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        byte[] piece = new byte[4096];
        int got;
        while (!answer.toString().contains("}") && (got = socket.getInputStream().read(piece)) > 0) {
            answer.append(new String(piece, 0, got, StandardCharsets.UTF_8));
        }
        return answer.toString();
    }
}

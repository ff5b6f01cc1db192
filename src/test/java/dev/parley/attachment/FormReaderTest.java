package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormReaderTest {

    private static final int HEADERS = 64 * 1024;

    /** What almost ends a part, and does not. */
    private static final List<String> ALMOST = List.of("", "\r\n", "\r\n--", "\r\n--aba", "\r\n--ab\r\n--ab", "\n--abab",
            "--abab",
            "\r\r\n--aba", "\r\n\r\n--abaa", "-\r\n", "ababababab");

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 5, 7, 64, 1000 })
    void partsAreWhatWasSentHoweverTheBytesCome(int most) throws IOException {
        Random random = new Random(most);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> sent = new ArrayList<>();
        for (String content : ALMOST) {
            add(body, "abab", content.getBytes(StandardCharsets.US_ASCII));
            sent.add(content);
        }
        body.writeBytes("--abab--\r\nand more".getBytes(StandardCharsets.US_ASCII));

        assertThat(read(trickle(body.toByteArray(), most, random), "abab")).isEqualTo(sent);
    }

    @Test
    void largePartsAreWhatWasSent() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            byte[] content = new byte[300_000 + random.nextInt(200_000)];
            random.nextBytes(content);
            for (int i = 0; i < 1000; i++) {
                byte[] almost = "\r\n--xyxyx!".getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(almost, 0, content, random.nextInt(content.length - almost.length), almost.length);
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            add(body, "xyxyxy", content);
            add(body, "xyxyxy", new byte[0]);
            body.writeBytes("--xyxyxy--".getBytes(StandardCharsets.US_ASCII));

            assertThat(read(trickle(body.toByteArray(), 100_000, random), "xyxyxy"))
                    .containsExactly(new String(content, StandardCharsets.ISO_8859_1), "");
        }
    }

    @Test
    void aPreambleMeansNothing() throws IOException {
        assertThat(read(stream("what is this--X\r\n\r\n--X\r\nA: b\r\n\r\nyes\r\n--X--"), "X")).containsExactly("yes");
    }

    @Test
    void smallHeadersBeforeALargeFileAreSmallHeaders() throws IOException {
        assertThat(read(stream("--X\r\nA: b\r\n\r\n" + "x".repeat(200_000) + "\r\n--X--"), "X").getFirst()).hasSize(200_000);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 4, 5, 1000 })
    void asManyHeadersAsThereMayBeAreReadHoweverTheBytesCome(int most) throws IOException {
        String headers = "A: " + "b".repeat(HEADERS - 3);

        for (int tooMany : new int[] { 0, 1 }) {
            byte[] body = ("--X\r\n" + headers + "b".repeat(tooMany) + "\r\n\r\n--X--").getBytes(StandardCharsets.US_ASCII);
            FormReader form = new FormReader(trickle(body, most, new Random(most)), new byte[] { 'X' }, HEADERS);
            assertThat(form.next()).isTrue();
            if (tooMany == 0) {
                assertThat(form.headers()).isEqualTo(headers);
            } else {
                assertThatThrownBy(form::headers).hasMessage("Too many headers");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "\r\n", "--X", "--X-", "--X ", "--X\r\nA: b", "--X\r\nA: b\r\n\r\nhalf\r\n--",
            "--X\r\nA: b\r\n\r\n\r\n--Xx" })
    void whatIsCutOrMalformedFails(String body) {
        assertThatThrownBy(() -> read(stream(body), "X")).isInstanceOf(IOException.class);
    }

    @Test
    void headersWithoutAnEndAreNotWaitedFor() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        FormReader form = new FormReader(endless, new byte[] { 'y' }, HEADERS);

        assertThatThrownBy(form::headers).isInstanceOf(IOException.class).hasMessage("Too many headers");
    }

    private static void add(ByteArrayOutputStream body, String boundary, byte[] content) {
        body.writeBytes(("--" + boundary + "\r\nA: b\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(content);
        body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static List<String> read(InputStream body, String boundary) throws IOException {
        FormReader form = new FormReader(body, boundary.getBytes(StandardCharsets.US_ASCII), HEADERS);
        List<String> contents = new ArrayList<>();
        while (form.next()) {
            assertThat(form.headers()).isEqualTo("A: b");
            contents.add(new String(form.content().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
        return contents;
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static InputStream trickle(byte[] bytes, int most, Random random) {
        return new ByteArrayInputStream(bytes) {

            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1 + random.nextInt(most)));
            }

            @Override
            public synchronized int available() {
                return random.nextBoolean() ? super.available() : 0;
            }
        };
    }
}

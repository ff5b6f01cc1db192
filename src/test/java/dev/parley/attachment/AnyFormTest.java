package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Forms, whole, damaged or made up, in whatever pieces they come. {@code -Pfuzz} tries a hundred times as many. */
class AnyFormTest {

    private static final Duration NEVER_ENDING = Duration.ofSeconds(30);
    /** Some repeat themselves, or what stands before and behind them. */
    private static final String[] BOUNDARIES = { "X", "abab", "aaaaaaaa", "--", "-------parley", "x".repeat(200) };
    private static final String FIELD = "Content-Disposition: form-data; name=\"a\"";
    private static final String FILE = "Content-Disposition: form-data; name=\"f\"; filename=\"a.png\"";

    /** @param body without a boundary before its first part */
    record Sent(String boundary, byte[] body) {
    }

    @Property(shrinking = ShrinkingMode.BOUNDED, edgeCases = EdgeCasesMode.NONE)
    void whateverIsSentIsReadOrRefusedAndTheSameInAnyPieces(@ForAll("anything") Sent sent, @ForAll("pieces") int most) {
        assertTimeoutPreemptively(NEVER_ENDING, () -> FormPromises.holdFor(sent.boundary, sent.body, most));
    }

    @Property(shrinking = ShrinkingMode.BOUNDED, edgeCases = EdgeCasesMode.NONE)
    void filesAreWhatWasSentInWhateverPiecesTheyCome(@ForAll("boundaries") String boundary,
            @ForAll("contents") List<String> contents, @ForAll("pieces") int most) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> sent = new ArrayList<>();
        for (String content : contents) {
            byte[] file = bytes(without("\r\n--" + boundary, content.replace("%", "\r\n--" + boundary.substring(1))));
            body.writeBytes(bytes("--" + boundary + "\r\n" + FILE + "\r\n\r\n"));
            body.writeBytes(file);
            body.writeBytes(bytes("\r\n"));
            sent.add("f:a.png:" + FormPromises.told(file));
        }
        body.writeBytes(bytes("--" + boundary + "--\r\nand more"));
        sent.add("read");

        assertTimeoutPreemptively(NEVER_ENDING, () -> {
            assertThat(FormPromises.read(boundary, new FormPromises.Arriving(body.toByteArray(), most, new Random(most))))
                    .isEqualTo(sent);
        });
    }

    /** Nobody sends a file under a delimiter that is in it. */
    private static String without(String delimiter, String content) {
        String left = content;
        while (left.contains(delimiter)) {
            left = left.replace(delimiter, "");
        }
        return left;
    }

    @Provide
    Arbitrary<String> boundaries() {
        return Arbitraries.of(BOUNDARIES);
    }

    /** The largest piece, in bytes. */
    @Provide
    Arbitrary<Integer> pieces() {
        return Arbitraries.of(1, 2, 3, 7, 64, 1_000, 20_000, 200_000);
    }

    /** In which a percent sign stands for what almost is a delimiter. */
    @Provide
    Arbitrary<List<String>> contents() {
        Arbitrary<String> mark = Arbitraries.of("\r\n", "\r", "-", "--", "\r\n-", "\r\n--", "%", "X", "a", "ab", "aaaaaaa",
                "\0");
        Arbitrary<String> noise = Arbitraries.strings().withCharRange('\0', '\u00ff').excludeChars('%').ofMaxLength(30);
        Arbitrary<String> run = Combinators.combine(mark, Arbitraries.of(1_000, 16_384, 40_000)).as(String::repeat);
        return Arbitraries.oneOf(List.of(mark, mark, mark, mark, mark, mark, noise, noise, noise, run)).list().ofMaxSize(20)
                .map(pieces -> String.join("", pieces)).list().ofMinSize(1).ofMaxSize(5);
    }

    @Provide
    Arbitrary<Sent> anything() {
        return boundaries().flatMap(boundary -> {
            String delimiter = "\r\n--" + boundary;
            Arbitrary<byte[]> part = Arbitraries
                    .of(delimiter + "\r\n" + FIELD + "\r\n\r\n", delimiter + "\r\n" + FILE + "\r\n\r\n")
                    .map(AnyFormTest::bytes);
            Arbitrary<byte[]> mark = Arbitraries.of(delimiter, delimiter + "\r\n", delimiter + "--", delimiter + "--\r\n",
                    delimiter.substring(0, delimiter.length() - 1), "--" + boundary, boundary, "\r\n\r\n", "\r\n", "\r", "\n",
                    "-",
                    FIELD, FILE, "; filename*=UTF-8''%e2%82", "; filename=\"\\", "Content-Type: text/html", "\r\n\t", "\"", ";",
                    "=", ":", "\0", "\u00e2\u0082").map(AnyFormTest::bytes);
            Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
            Arbitrary<byte[]> run = Combinators.combine(mark, Arbitraries.of(200, 4_000, 17_000)).as((bytes, times) -> bytes(
                    new String(bytes, StandardCharsets.ISO_8859_1).repeat(Math.min(times, 1 + 400_000 / bytes.length))));
            return Arbitraries.oneOf(List.of(part, part, part, mark, mark, mark, mark, noise, noise,
                    Arbitraries.oneOf(List.of(mark, mark, run)))).list().ofMaxSize(40).map(pieces -> {
                        ByteArrayOutputStream body = new ByteArrayOutputStream();
                        pieces.forEach(body::writeBytes);
                        return new Sent(boundary, body.toByteArray());
                    });
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

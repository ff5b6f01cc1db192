package dev.parley.attachment;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Forms made up by a fuzzer that sees which branches they take. Runs with {@code -Pfuzz}. */
class AnyFormFuzz {

    static Stream<Arguments> forms() {
        return Stream.of("--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--X--\r\n",
                "--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"; filename*=UTF-8''%e2%82%ac\r\n"
                        + "Content-Type: image/png\r\n\r\n\r\n--\r\n--X--")
                .map(form -> Arguments.of(form.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @MethodSource("forms")
    @FuzzTest(maxDuration = "5m")
    void whateverIsSentIsReadOrRefusedAndTheSameInAnyPieces(byte[] sent) {
        FormPromises.holdFor("X", sent, 1 + sent.length % 16);
    }
}

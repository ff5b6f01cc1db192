package dev.parley.attachment.privacy;

import java.io.IOException;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Files of any kind, made up by a fuzzer that sees which branches they take. Runs with {@code -Pfuzz}. */
class AnyFileFuzz {

    static Stream<Arguments> telling() {
        return TellingFiles.read().stream().map(Arguments::of);
    }

    @MethodSource("telling")
    @FuzzTest(maxDuration = "5m")
    void whateverIsSentIsAnsweredKeepsItsTypeAndIsSettled(byte[] sent) throws IOException {
        Promises.holdFor(sent);
    }
}

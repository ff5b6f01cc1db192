package dev.parley.attachment.privacy;

import java.io.IOException;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** The beginning of {@link AnyFileFuzz}, for every build. */
class BriefFuzz {

    static Stream<Arguments> telling() {
        return AnyFileFuzz.telling();
    }

    @MethodSource("telling")
    @FuzzTest(maxDuration = "15s")
    void whateverIsSentIsAnsweredKeepsItsTypeAndIsSettled(byte[] sent) throws IOException {
        Promises.holdFor(sent);
    }
}

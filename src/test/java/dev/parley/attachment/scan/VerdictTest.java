package dev.parley.attachment.scan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {

    @Test
    void whatWasFoundIsOneLineAndNotLong() {
        assertThat(Verdict.of("stream: Win.Test.EICAR_HDB-1 FOUND")).isEqualTo(new Verdict.Infected("Win.Test.EICAR_HDB-1"));
        assertThat(Verdict.of("stream: a\n2026 ERROR [forged] b FOUND"))
                .isEqualTo(new Verdict.Infected("a 2026 ERROR [forged] b"));
        assertThat(Verdict.of("stream: " + "x".repeat(3_500) + " FOUND")).isEqualTo(new Verdict.Infected("x".repeat(200)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "stream: FOUND", "stream:  FOUND", "FOUND", "OK", "stream: OK stream: Eicar FOUND?",
            "stream: ok" })
    void whatIsNoVerdictDecidesNothing(String reply) {
        assertThat(Verdict.of(reply)).isInstanceOf(Verdict.Undecided.class);
    }
}

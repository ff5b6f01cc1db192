package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SilenceTest {

    private final Silence silence = new Silence(75, 0);

    @Test
    void aByteFromThePeerIsLife() {
        assertThat(silence.isTooLong(70, 1, false, 0)).isFalse();
        assertThat(silence.isTooLong(145, 1, false, 0)).isFalse();
        assertThat(silence.isTooLong(146, 1, false, 0)).isTrue();
    }

    @Test
    void aPeerThatTakesWhatWaitedIsAliveThoughItsPongIsLate() {
        for (int second = 0; second < 500; second += 50) {
            assertThat(silence.isTooLong(second, 0, true, second)).isFalse();
        }
        assertThat(silence.isTooLong(526, 0, true, 450)).isTrue();
    }

    @Test
    void pingsThatOnlyTheSystemTookAreNoLife() {
        for (int second = 0; second <= 75; second += 25) {
            assertThat(silence.isTooLong(second, 0, false, second)).isFalse();
        }
        assertThat(silence.isTooLong(76, 0, false, 100)).isTrue();
    }

    @Test
    void whoSaysNothingIsAskedAndWhoTalksIsNot() {
        assertThat(silence.asks(24)).isFalse();
        assertThat(silence.asks(25)).isTrue();
        assertThat(silence.asks(26)).isFalse();
        assertThat(silence.asks(50)).isTrue();
        silence.isTooLong(60, 1, false, 0);
        assertThat(silence.asks(84)).isFalse();
        assertThat(silence.asks(85)).isTrue();
    }
}

package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

/** With what Linux was seen to take over the loopback interface, for clients of different speeds. */
class ReadingTest {

    private static final int MIB = 1 << 20;

    private final Reading reading = new Reading(Duration.ofSeconds(20), Duration.ofSeconds(180));

    @Test
    void whoOffersLittleAndReadsAFewBytesASecondIsCutAtTheFirstPatience() {
        for (int second = 1; second <= 20; second++) {
            assertThat(tooSlow(second, 1_718_208)).as("second %d", second).isFalse();
        }
        assertThat(tooSlow(21, 1_718_208)).isTrue();
    }

    @Test
    void aSteadyReaderOfWhichNothingIsHeardForALongTimeIsNotCut() {
        for (int second = 1; second < 600; second++) {
            assertThat(tooSlow(second, 4 * MIB + second / 150 * 1_428_480L)).as("second %d", second).isFalse();
        }
    }

    @Test
    void whoTookLittleIsCutThoughItGotThroughItsFirstTime() {
        boolean cut = false;
        for (int second = 1; second < 60; second++) {
            cut |= tooSlow(second, Math.min(843_912, 222_720 + second / 19 * 621_192L));
        }
        assertThat(cut).isTrue();
    }

    @Test
    void whoStopsAfterAGoodBeginningIsCutInTheEnd() {
        boolean cut = false;
        for (int second = 1; second <= 2 * 180 + 1; second++) {
            cut |= tooSlow(second, 10 * MIB);
        }
        assertThat(cut).isTrue();
    }

    @Test
    void whatWasTakenBeforeNothingWaitedDoesNotCount() {
        reading.isTooSlow(0, false, 100 * MIB);
        assertThat(tooSlow(1, 100 * MIB)).isFalse();
        assertThat(tooSlow(21, 100 * MIB)).isTrue();
    }

    private boolean tooSlow(long second, long taken) {
        return reading.isTooSlow(Duration.ofSeconds(second).toNanos(), true, taken);
    }
}

package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace(Duration.ofSeconds(20));

    @Test
    void whoeverMovesAKibibyteASecondIsNotTooSlow() {
        for (int second = 0; second < 300; second++) {
            assertThat(after(second, true, second * 1024L)).isFalse();
        }
    }

    @Test
    void whoeverMovesLessIsTooSlowOnceTheTimeIsOver() {
        for (int second = 0; second < 20; second++) {
            assertThat(after(second, true, second * 1000L)).isFalse();
        }
        assertThat(after(20, true, 20_000)).isTrue();
    }

    @Test
    void aGoodBeginningDoesNotExcuseTheRest() {
        assertThat(after(0, true, 0)).isFalse();
        assertThat(after(20, true, 1_000_000)).isFalse();
        assertThat(after(40, true, 1_000_001)).isTrue();
    }

    @Test
    void nothingIsExpectedWhileNothingIsDue() {
        assertThat(after(0, true, 0)).isFalse();
        assertThat(after(19, false, 0)).isFalse();
        assertThat(after(30, true, 0)).isFalse();
        assertThat(after(49, true, 0)).isFalse();
        assertThat(after(50, true, 0)).isTrue();
    }

    @Test
    void anotherAnswerStartsAnew() {
        assertThat(after(0, true, 5_000)).isFalse();
        assertThat(after(19, true, 100)).isFalse();
        assertThat(after(38, true, 200)).isFalse();
        assertThat(after(39, true, 300)).isTrue();
    }

    @Test
    void whatComesAfterARestHasAllTheTime() {
        assertThat(after(0, true, 0)).isFalse();
        pace.rest();
        assertThat(after(30, true, 10)).isFalse();
        assertThat(after(49, true, 10)).isFalse();
        assertThat(after(50, true, 10)).isTrue();
    }

    private boolean after(long second, boolean due, long moved) {
        return pace.isTooSlow(Duration.ofSeconds(second).toNanos(), due, moved);
    }
}

package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class WheelTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Wheel<String> wheel = new Wheel<>();

    @Test
    void whatIsDueAtOnceIsDueWithTheNextSecond() {
        wheel.add("now", 0);
        wheel.add("past", -SECOND);
        assertThat(wheel.turn()).containsExactlyInAnyOrder("now", "past");
        assertThat(secondsUntilDue()).isEqualTo(-1);
    }

    @Test
    void aPartOfASecondIsWaitedForInFull() {
        wheel.add("soon", 4 * SECOND + 1);
        assertThat(secondsUntilDue()).isEqualTo(5);
    }

    @Test
    void whatIsDueInAnHourIsLookedAtAfterAMinute() {
        wheel.turn();
        wheel.add("late", 3600 * SECOND);
        assertThat(secondsUntilDue()).isBetween(60, 63);
    }

    @Test
    void nothingStaysOfWhatIsRemoved() {
        int slot = wheel.add("gone", 7 * SECOND);
        wheel.add("stays", 7 * SECOND);
        wheel.remove("gone", slot);
        assertThat(secondsUntilDue()).isEqualTo(7);
        assertThat(secondsUntilDue()).isEqualTo(-1);
    }

    private int secondsUntilDue() {
        for (int second = 1; second < 200; second++) {
            if (wheel.turn().size() == 1) {
                return second;
            }
        }
        return -1;
    }
}

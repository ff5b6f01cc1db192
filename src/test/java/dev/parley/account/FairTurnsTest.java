package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One address cannot take the turns from all others. */
class FairTurnsTest {

    private static final int PLACES = 40;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final FairTurns turns = new FairTurns(1, PLACES);
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void sendAllHome() {
        threads.forEach(Thread::interrupt);
    }

    @Test
    void anAddressWithOneWaitsForOneOfTheAddressWithMany() throws InterruptedException {
        turns.begin("many", LONG);
        waits("many", "many", "many", "one", "other");
        for (int i = 1; i <= 5; i++) {
            int number = i;
            turns.end();
            await().until(() -> served.size() == number);
        }
        assertThat(served).containsExactly("many", "one", "other", "many", "many");
    }

    @Test
    void anAddressLeavesPlacesToAllOthers() throws InterruptedException {
        turns.begin("many", LONG);
        for (int i = 0; i < PLACES / 5; i++) {
            waits("many");
        }
        assertThat(turns.begin("many", LONG)).as("no place").isFalse();
        waits("one");
        for (int i = 0; i < PLACES; i++) {
            String address = "address " + i;
            if (turns.waiting() < PLACES) {
                waits(address);
            }
        }
        assertThat(turns.begin("too many of all", LONG)).isFalse();
    }

    @Test
    void whoWaitedInVainOrWasInterruptedLeavesTheTurnToOthers() throws InterruptedException {
        turns.begin("first", LONG);
        assertThat(turns.begin("impatient", Duration.ZERO)).isFalse();
        waits("interrupted");
        threads.getLast().interrupt();
        await().until(() -> turns.waiting() == 0);
        turns.end();
        assertThat(turns.begin("last", Duration.ZERO)).isTrue();
    }

    /** Each begins to wait after the one before. */
    private void waits(String... addresses) {
        for (String address : addresses) {
            int before = turns.waiting();
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    if (turns.begin(address, LONG)) {
                        served.add(address);
                    }
                } catch (InterruptedException home) {
                    // The test is over.
                }
            }));
            await().until(() -> turns.waiting() == before + 1);
        }
    }
}

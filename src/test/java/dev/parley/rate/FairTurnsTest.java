package dev.parley.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody can take the turns from all others. */
class FairTurnsTest {

    private static final int PLACES = 40;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final FairTurns<String> turns = new FairTurns<>(1, 1, PLACES);
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
            turns.end(i == 1 ? "many" : served.getLast());
            await().until(() -> served.size() == number);
        }
        assertThat(served).containsExactly("many", "one", "other", "many", "many");
    }

    @Test
    void whoHasTheirShareWaitsWhileOthersGoOn() throws InterruptedException {
        FairTurns<String> shared = new FairTurns<>(3, 2, PLACES);
        assertThat(shared.begin("many", LONG)).isTrue();
        assertThat(shared.begin("many", LONG)).isTrue();
        assertThat(shared.begin("many", Duration.ZERO)).as("a third").isFalse();
        assertThat(shared.begin("one", Duration.ZERO)).isTrue();
        assertThat(shared.begin("other", Duration.ZERO)).as("a fourth of all").isFalse();
        shared.end("one");
        assertThat(shared.begin("many", Duration.ZERO)).as("others have gone").isFalse();
        shared.end("many");
        assertThat(shared.begin("many", Duration.ZERO)).isTrue();
    }

    @Test
    void aTurnGoesToTheFirstWhoMayHaveIt() throws InterruptedException {
        FairTurns<String> shared = new FairTurns<>(2, 1, PLACES);
        shared.begin("many", LONG);
        shared.begin("one", LONG);
        waits(shared, "many", "other");
        shared.end("one");
        await().untilAsserted(() -> assertThat(served).containsExactly("other"));
        shared.end("many");
        await().untilAsserted(() -> assertThat(served).containsExactly("other", "many"));
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
        turns.end("first");
        assertThat(turns.begin("last", Duration.ZERO)).isTrue();
    }

    /** Each begins to wait after the one before. */
    private void waits(String... addresses) {
        waits(turns, addresses);
    }

    private void waits(FairTurns<String> turns, String... addresses) {
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

package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class FrameBudgetTest {

    private static final int MIB = 1 << 20;

    private final FrameBudget budget = new FrameBudget(16 * MIB, Duration.ofSeconds(30));
    private final List<String> told = new ArrayList<>();

    private FrameBudget.Hold of(String owner) {
        return budget.hold(owner, () -> told.add(owner + " granted"), () -> told.add(owner + " evicted"));
    }

    @Test
    void whatFitsPassesAndWhatDoesNotWaitsUntilThereIsRoom() {
        FrameBudget.Hold alices = of("alice");
        FrameBudget.Hold lane = of("bob");
        FrameBudget.Hold carols = of("carol");
        assertThat(alices.growTo(10 * MIB)).isTrue();
        assertThat(lane.growTo(10 * MIB)).as("one goes beside the rest").isTrue();
        assertThat(carols.growTo(10 * MIB)).isFalse();
        alices.release();
        assertThat(told).containsExactly("carol granted");
        carols.release();
        lane.release();
        assertThat(budget.held()).isZero();
    }

    @Test
    void whatIsLargerThanAllThatIsSharedGoesOneAfterTheOther() {
        FrameBudget.Hold first = of("alice");
        FrameBudget.Hold second = of("bob");
        assertThat(first.growTo(50 * MIB)).isTrue();
        assertThat(second.growTo(50 * MIB)).isFalse();
        first.release();
        assertThat(told).containsExactly("bob granted");
        assertThat(second.growTo(90 * MIB)).as("to the end of its message").isTrue();
    }

    @Test
    void halvesOfMessagesDoNotKeepEachOtherWaiting() {
        List<FrameBudget.Hold> all = new ArrayList<>();
        for (String owner : List.of("a", "b", "c", "d")) {
            FrameBudget.Hold half = of(owner);
            assertThat(half.growTo(4 * MIB)).isTrue();
            all.add(half);
        }
        assertThat(all.get(0).growTo(8 * MIB)).isTrue();
        assertThat(all.get(1).growTo(8 * MIB)).isFalse();
        assertThat(all.get(2).growTo(8 * MIB)).isFalse();
        all.get(0).release();
        assertThat(told).contains("b granted");
        all.get(1).release();
        assertThat(told).contains("c granted");
        all.get(2).release();
        all.get(3).release();
        assertThat(budget.held()).isZero();
    }

    @Test
    void aUserWithManyMessagesHasAShareAndNoMore() {
        for (int i = 0; i < 4; i++) {
            assertThat(of("greedy").growTo(MIB)).isTrue();
        }
        assertThat(of("greedy").growTo(MIB)).as("beside the rest").isTrue();
        assertThat(of("greedy").growTo(MIB)).isFalse();
        assertThat(of("greedy").growTo(MIB)).isFalse();
        assertThat(of("alice").growTo(MIB)).as("behind those who wait").isFalse();
    }

    @Test
    void whoHasNothingYetGoesFirst() {
        FrameBudget.Hold lane = of("greedy");
        assertThat(of("greedy").growTo(16 * MIB)).isTrue();
        assertThat(lane.growTo(16 * MIB)).isTrue();
        assertThat(of("greedy").growTo(16 * MIB)).isFalse();
        assertThat(of("alice").growTo(16 * MIB)).isFalse();
        lane.release();
        assertThat(told).containsExactly("alice granted");
    }

    @Test
    void whoGivesUpWaitingIsForgotten() {
        FrameBudget.Hold first = of("alice");
        FrameBudget.Hold gone = of("bob");
        FrameBudget.Hold next = of("carol");
        first.growTo(50 * MIB);
        gone.growTo(50 * MIB);
        next.growTo(50 * MIB);
        gone.release();
        gone.release();
        first.release();
        assertThat(told).containsExactly("carol granted");
    }

    @Test
    void onlySlowOnesMustMakeRoomAndOnlyForOthers() {
        FrameBudget.Hold slow = of("slow");
        FrameBudget.Hold whole = of("whole");
        slow.growTo(50 * MIB);
        whole.growTo(MIB);
        whole.complete();
        long start = System.nanoTime();
        Duration later = Duration.ofSeconds(15);
        budget.hurry(start + later.toNanos());
        assertThat(told).as("nobody waits").isEmpty();
        of("alice").growTo(50 * MIB);
        budget.hurry(start);
        assertThat(told).as("too early").isEmpty();
        slow.arrived(2 * MIB);
        budget.hurry(start + later.toNanos());
        assertThat(told).as("fast enough").isEmpty();
        slow.arrived(MIB);
        budget.hurry(start + later.multipliedBy(2).toNanos());
        assertThat(told).as("a good beginning does not excuse the rest").containsExactly("slow evicted");
    }

    @Test
    void whoHadToWaitIsNotSlowForThat() {
        FrameBudget.Hold first = of("alice");
        first.growTo(50 * MIB);
        FrameBudget.Hold waited = of("bob");
        waited.growTo(50 * MIB);
        of("carol").growTo(50 * MIB);
        long asked = System.nanoTime();
        await().until(() -> System.nanoTime() > asked);
        long granted = System.nanoTime();
        first.release();
        budget.hurry(granted + Duration.ofSeconds(10).toNanos() - 1);
        assertThat(told).containsExactly("bob granted");
        budget.hurry(System.nanoTime() + Duration.ofSeconds(10).toNanos());
        assertThat(told).containsExactly("bob granted", "bob evicted");
    }
}

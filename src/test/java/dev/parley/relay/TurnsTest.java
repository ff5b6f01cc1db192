package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

class TurnsTest {

    private static final Runnable NOTHING = () -> {
    };

    private final Deque<Runnable> loop = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();

    /** What large frames hold is given back by it. */
    @Test
    void ofEachCommandItIsSaidOnceThatItIsDoneThoughItsClientHasGone() {
        Turns turns = new Turns(loop::add, loop::add, 8, () -> false, reading -> {
        });
        turns.take(() -> turns.offload(() -> NOTHING, refused -> {
        }), 1, () -> done.add("first"));
        turns.take(() -> turns.whenAnswered(NOTHING), 1, () -> done.add("behind what is in flight"));
        turns.take(() -> turns.offload(() -> NOTHING, refused -> {
        }), 1, () -> done.add("last"));
        runAll();
        assertThat(done).containsExactly("first", "behind what is in flight", "last");
    }

    /** As of a moment without memory, in which not even that can be told. */
    @Test
    void whatFailsWithAnErrorKeepsNothingBehindItFromBeingObeyed() {
        Turns turns = new Turns(loop::add, loop::add, 8, () -> true, reading -> {
        });
        turns.take(() -> turns.offload(() -> {
            throw new OutOfMemoryError("of a test");
        }, refused -> done.add(refused.code.id())), 1);
        turns.take(() -> turns.offload(() -> () -> {
            throw new OutOfMemoryError("of a test");
        }, refused -> {
        }), 1);
        turns.take(() -> done.add("behind them"), 1);
        runAll();
        assertThat(done).containsExactly(Code.INTERNAL.id(), "behind them");
    }

    private void runAll() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            try {
                task.run();
            } catch (OutOfMemoryError e) {
                assertThat(e).hasMessage("of a test");
            }
        }
    }

    @Test
    void aDatabaseThatIsAwayIsWaitedForAndNoFaultOfOurs() {
        // As the pool says it, and as it comes through a transaction.
        Throwable failure = new IllegalStateException(new SQLException("Sorry, acquisition timeout!"));
        Refusal refusal = Turns.refusal(new CompletionException(failure));
        assertThat(refusal.code).isEqualTo(Code.UNAVAILABLE);
        assertThat(refusal.retryAfter).isEqualTo(1);
        assertThat(Turns.refusal(new IllegalStateException(new SQLException("syntax", "42601"))).code).isEqualTo(Code.INTERNAL);
        assertThat(Turns.refusal(new CompletionException(new Refusal(Code.ROOM_NOT_FOUND))).code)
                .isEqualTo(Code.ROOM_NOT_FOUND);
    }
}

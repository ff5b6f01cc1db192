package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

class TurnsTest {

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

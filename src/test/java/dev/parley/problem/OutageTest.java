package dev.parley.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;

import javax.transaction.xa.XAException;

import jakarta.transaction.RollbackException;

import org.junit.jupiter.api.Test;

class OutageTest {

    @Test
    void aDatabaseThatEndsDuringACommitIsAway() {
        assertThat(Outage.is(notCommitted(new SQLException("terminating connection", "57P01")))).isTrue();
        assertThat(Outage.is(notCommitted(new SQLException("duplicate key", "23505")))).isFalse();
    }

    @Test
    void aPoolThatHasNoConnectionInTimeIsADatabaseThatIsAway() {
        assertThat(Outage.is(new IllegalStateException(new SQLException("Sorry, acquisition timeout!")))).isTrue();
    }

    @Test
    void aFaultAfterWhichTheConnectionBrokeIsAFaultAllTheSame() {
        IllegalStateException fault = new IllegalStateException("no such thing");
        fault.addSuppressed(new SQLException("This connection has been closed", "08003", fault));
        assertThat(Outage.is(fault)).isFalse();
    }

    /** As the transaction manager tells it. */
    private static Throwable notCommitted(SQLException why) {
        XAException failed = new XAException("Error trying to transactionCommit local transaction");
        failed.initCause(why);
        RollbackException rollback = new RollbackException("ARJUNA016053: Could not commit transaction.");
        rollback.addSuppressed(failed);
        return new IllegalStateException("Error invoking subclass method", rollback);
    }
}

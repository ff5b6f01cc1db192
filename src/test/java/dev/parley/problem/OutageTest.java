package dev.parley.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.logging.Level;

import javax.transaction.xa.XAException;

import jakarta.transaction.RollbackException;

import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Logs;

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
    void connectionsThatAreAllInUseAreToldApartFromADatabaseThatIsAway() {
        assertThat(Outage.reason(new IllegalStateException(new SQLException("Sorry, acquisition timeout!"))))
                .contains("none of the", "QUARKUS_DATASOURCE_JDBC_MAX_SIZE", "pg_stat_activity").doesNotContain("raise");
        assertThat(Outage.reason(new SQLException("Connection to 127.0.0.1:5432\nrefused.")))
                .isEqualTo("Connection to 127.0.0.1:5432 refused.");
    }

    @Test
    void anOutageIsToldOnceHoweverManyAreRefused() {
        try (Logs logs = Logs.from(Level.WARNING)) {
            for (int refused = 0; refused < 20; refused++) {
                Outage.tell(new IllegalStateException(new SQLException("Sorry, acquisition timeout!")));
            }
            assertThat(logs.lines()).filteredOn(line -> line.contains("became free")).hasSize(1);
        }
    }

    /** The driver's words for being interrupted by the pool while a frozen database lets it wait. */
    @Test
    void aConnectionThatWasGivenUpIsADatabaseThatIsAway() {
        assertThat(Outage.is(new SQLException("Something unusual has occurred to cause the driver to fail.", "99999",
                new IllegalStateException("Interrupted while attempting to connect.")))).isTrue();
    }

    @Test
    void aFullDatabaseIsSaidToBeFull() {
        SQLException full = new SQLException("could not extend file: No space left on device", "53100");
        assertThat(Outage.is(full)).isTrue();
        assertThat(Outage.refusal(new IllegalStateException(full)).code).isEqualTo(Code.DATABASE_FULL);
        assertThat(Outage.is(new Refusal(Code.STORAGE_FULL))).as("the disk of the files").isFalse();
        assertThat(Outage.refusal(notCommitted(full)).code).isEqualTo(Code.DATABASE_FULL);
        assertThat(Outage.isFull(Outage.of(full))).as("said once already").isTrue();
        assertThat(Outage.refusal(new SQLException("too many connections", "53300")).code).isEqualTo(Code.UNAVAILABLE);
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

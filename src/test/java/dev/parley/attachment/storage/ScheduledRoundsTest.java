package dev.parley.attachment.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.attachment.ObjectStore;
import dev.parley.testsupport.Sql;
import io.quarkus.test.junit.QuarkusTest;

/** When a round that nobody asked for is made, and when it removes. */
@QuarkusTest
class ScheduledRoundsTest {

    @Inject
    Reconciler reconciler;

    @Inject
    Reconciliations rounds;

    @Inject
    ObjectStore store;

    @Inject
    DataSource database;

    @BeforeEach
    void aNewDatabase() throws SQLException {
        new Sql(database).change("delete from storage_reconciliations");
    }

    @Test
    void theFirstRoundOfADatabaseOnlyTellsAndTheNextComesADayLater() throws SQLException {
        reconciler.whenDue();
        Reconciliation first = rounds.last().orElseThrow();
        assertThat(first.dryRun()).isTrue();
        assertThat(first.leftovers()).extracting(Reconciliation.Found::kind).contains("object_without_row");

        reconciler.whenDue();
        assertThat(rounds.last().orElseThrow().startedAt()).isEqualTo(first.startedAt());

        aDayPasses();
        reconciler.whenDue();
        assertThat(rounds.last().orElseThrow().dryRun()).isFalse();
    }

    @Test
    void whoAsksWhatWouldBeRemovedPutsNothingOff() throws SQLException {
        assertThat(reconciler.run(false, false)).isPresent();
        aDayPasses();
        assertThat(reconciler.run(true, false)).isPresent();

        reconciler.whenDue();

        assertThat(rounds.last().orElseThrow().dryRun()).isFalse();
    }

    @Test
    void aDatabaseThatKnowsNothingIsTheWrongOne() {
        UnknownObjects objects = new UnknownObjects(store, new Known(List.of()));

        assertThat(objects.isSuspicious(80, 80)).isTrue();
        assertThat(objects.isSuspicious(1, 1)).isTrue();
        assertThat(objects.isSuspicious(6, 59)).isTrue();
        assertThat(objects.isSuspicious(6, 60)).isFalse();
        assertThat(objects.isSuspicious(5, 6)).isFalse();
    }

    private void aDayPasses() throws SQLException {
        new Sql(database).change("update storage_reconciliations set started_at = started_at - interval '25 hours'");
    }
}

package dev.parley.attachment.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.attachment.storage.Reconciliation.Found;
import dev.parley.problem.Outage;
import dev.parley.problem.Rows;

/** The rounds of all instances; the latest hundred are kept. */
@Singleton
class Reconciliations {

    private static final TypeReference<List<Found>> LEFTOVERS = new TypeReference<>() {
    };

    private final DataSource database;
    private final ObjectMapper json;

    Reconciliations(DataSource database, ObjectMapper json) {
        this.database = database;
        this.json = json;
    }

    void keep(Reconciliation round) {
        try {
            Rows.change(database, """
                    with kept as (insert into storage_reconciliations
                            (instance_id, started_at, took_millis, dry_run, leftovers) values (?, ?, ?, ?, ?) returning id)
                    delete from storage_reconciliations where id <= (select id - 100 from kept)""", round.instance(),
                    round.startedAt().atOffset(ZoneOffset.UTC), round.tookMillis(), round.dryRun(),
                    json.writeValueAsString(round.leftovers()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * When the last of those that count as scheduled began: any as the schedule makes them, or else the first of all, so that
     * who only asks what would be removed puts nothing off. Empty before the first.
     */
    Optional<Instant> lastAsScheduled(boolean dryRun) {
        return Rows.ask(database, """
                select coalesce(max(started_at) filter (where dry_run = ?), min(started_at))
                  from storage_reconciliations""", row -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)), dryRun)
                .getFirst().map(OffsetDateTime::toInstant);
    }

    Optional<Reconciliation> last() {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select instance_id, started_at, took_millis, dry_run, leftovers from storage_reconciliations
                         order by id desc limit 1""");
                ResultSet row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new Reconciliation(row.getObject(1, UUID.class),
                            row.getObject(2, OffsetDateTime.class).toInstant(), row.getLong(3), row.getBoolean(4),
                            json.readValue(row.getString(5), LEFTOVERS)))
                    : Optional.empty();
        } catch (SQLException e) {
            throw Outage.of(e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

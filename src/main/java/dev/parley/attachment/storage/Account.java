package dev.parley.attachment.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.attachment.storage.StorageReport.Arriving;
import dev.parley.attachment.storage.StorageReport.InState;
import dev.parley.attachment.storage.StorageReport.OfPreviews;
import dev.parley.attachment.storage.StorageReport.OfUser;
import dev.parley.attachment.storage.StorageReport.ToRemove;
import dev.parley.problem.Outage;
import dev.parley.problem.Rows;

/** Adds up what the rows say is stored. */
@Singleton
class Account {

    private static final String STATES = """
            select state, count(*), coalesce(sum(size), 0) from media_attachments where state <> 'deleted'
             group by state order by state""";
    private static final String DOOMED = """
            select count(*), coalesce(sum(size), 0), coalesce(extract(epoch from now() - min(deleted_at)), 0)
              from media_attachments
             where storage_key is not null and (state = 'deleted'
                    or scan_state = 'blocked' and scan_reason not in ('failed', 'too_large'))""";
    private static final String ARRIVING = """
            select count(*), coalesce(sum(received), 0) from resumable_uploads where held and state = 'receiving'""";
    private static final String PREVIEWS = "select count(*), coalesce(sum(bytes), 0) from media_previews";
    private static final String LARGEST = """
            select u.id, u.name, f.files, f.bytes
              from (select owner_id, count(*) as files, sum(size) as bytes from media_attachments where state <> 'deleted'
                     group by owner_id order by bytes desc limit 20) f join users u on u.id = f.owner_id
             order by f.bytes desc, u.id""";

    private final DataSource database;
    private final Reconciliations rounds;

    Account(DataSource database, Reconciliations rounds) {
        this.database = database;
        this.rounds = rounds;
    }

    StorageReport now() {
        try (Connection connection = database.getConnection()) {
            return new StorageReport(Instant.now(),
                    Rows.ask(connection, STATES, row -> new InState(row.getString(1), row.getLong(2), row.getLong(3))),
                    Rows.ask(connection, ARRIVING, row -> new Arriving(row.getLong(1), row.getLong(2))).getFirst(),
                    Rows.ask(connection, DOOMED, row -> new ToRemove(row.getLong(1), row.getLong(2), row.getLong(3)))
                            .getFirst(),
                    Rows.ask(connection, PREVIEWS, row -> new OfPreviews(row.getLong(1), row.getLong(2))).getFirst(),
                    Rows.ask(connection, LARGEST,
                            row -> new OfUser(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4))),
                    rounds.last().orElse(null));
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }
}

package dev.parley.attachment.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.attachment.storage.StorageReport.Arriving;
import dev.parley.attachment.storage.StorageReport.InState;
import dev.parley.attachment.storage.StorageReport.OfPreviews;
import dev.parley.attachment.storage.StorageReport.OfUser;
import dev.parley.attachment.storage.StorageReport.ToRemove;
import dev.parley.problem.Outage;

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
            return new StorageReport(Instant.now(), states(connection), arriving(connection), doomed(connection),
                    previews(connection), largest(connection), rounds.last().orElse(null));
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    private static List<InState> states(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STATES); ResultSet row = statement.executeQuery()) {
            List<InState> states = new ArrayList<>();
            while (row.next()) {
                states.add(new InState(row.getString(1), row.getLong(2), row.getLong(3)));
            }
            return states;
        }
    }

    private static Arriving arriving(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ARRIVING); ResultSet row = statement.executeQuery()) {
            row.next();
            return new Arriving(row.getLong(1), row.getLong(2));
        }
    }

    private static ToRemove doomed(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DOOMED); ResultSet row = statement.executeQuery()) {
            row.next();
            return new ToRemove(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    private static OfPreviews previews(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PREVIEWS); ResultSet row = statement.executeQuery()) {
            row.next();
            return new OfPreviews(row.getLong(1), row.getLong(2));
        }
    }

    private static List<OfUser> largest(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LARGEST); ResultSet row = statement.executeQuery()) {
            List<OfUser> largest = new ArrayList<>();
            while (row.next()) {
                largest.add(new OfUser(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4)));
            }
            return largest;
        }
    }
}

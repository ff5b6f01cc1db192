package dev.parley.attachment.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.problem.Outage;

/** The objects of files, until the sweeper has removed them. */
@Singleton
class MediaObjects implements KnownObjects {

    private final DataSource database;

    MediaObjects(DataSource database) {
        this.database = database;
    }

    @Override
    public Set<String> known(Collection<String> keys) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select storage_key from media_attachments where storage_key collate \"C\" = any(?)")) {
            statement.setArray(1, connection.createArrayOf("text", keys.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                Set<String> known = new HashSet<>();
                while (rows.next()) {
                    known.add(rows.getString(1));
                }
                return known;
            }
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }
}

package dev.parley.attachment.storage;

import java.sql.Array;
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

/** The objects of files and of their previews, until the sweeper has removed them. */
@Singleton
class MediaObjects implements KnownObjects {

    private static final String KNOWN = """
            select storage_key from media_attachments where storage_key collate "C" = any(?)
            union all
            select p.storage_key from media_previews p join media_attachments a on a.id = p.attachment_id
             where p.storage_key collate "C" = any(?) and a.storage_key is not null""";

    private final DataSource database;

    MediaObjects(DataSource database) {
        this.database = database;
    }

    @Override
    public Set<String> known(Collection<String> keys) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(KNOWN)) {
            Array asked = connection.createArrayOf("text", keys.toArray());
            statement.setArray(1, asked);
            statement.setArray(2, asked);
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

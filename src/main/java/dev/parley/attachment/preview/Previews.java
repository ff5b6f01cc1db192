package dev.parley.attachment.preview;

import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.attachment.ObjectStore;
import dev.parley.problem.Outage;
import dev.parley.problem.Rows;

/**
 * The previews of files: rows, and objects under random keys of their own. A row comes before its object and goes after
 * it, so that a crash leaves no object that nobody knows of.
 */
@Singleton
public class Previews {

    private static final String ONE = """
            select storage_key, mime_type, bytes, sha256 from media_previews where attachment_id = ? and size = ?""";
    // None of a file that is gone meanwhile. A try that was broken off has left a row, and perhaps an object under its key.
    private static final String ANNOUNCE = """
            insert into media_previews (attachment_id, size, storage_key, mime_type, bytes, sha256, width, height)
            select file.id, ?, ?, ?, ?, ?, ?, ?
              from (select id from media_attachments where id = ? and state <> 'deleted' and storage_key is not null for share)
                   as file
                on conflict (attachment_id, size) do update
               set mime_type = excluded.mime_type, bytes = excluded.bytes, sha256 = excluded.sha256,
                   width = excluded.width, height = excluded.height
            returning storage_key""";
    private static final String DROP_WAITING = "delete from file_jobs where attachment_id = ? and (tries = 0 or due_at < now())";
    private static final String IN_WORK = "select 1 from file_jobs where attachment_id = ?";
    private static final String KEYS = "select storage_key from media_previews where attachment_id = ?";
    private static final String FORGET = "delete from media_previews where attachment_id = ?";

    private final DataSource database;
    private final ObjectStore store;

    Previews(DataSource database, ObjectStore store) {
        this.database = database;
        this.store = store;
    }

    public Optional<Preview> find(UUID file, PreviewSize size) {
        return Rows.ask(database, ONE,
                row -> new Preview(row.getString(1), row.getString(2), row.getLong(3), row.getBytes(4)), file, size.id())
                .stream().findFirst();
    }

    /** Stores what was made, unless the file is deleted meanwhile; no transaction is open while bytes move. */
    void keep(UUID file, Made made) throws IOException {
        for (Made.Picture picture : made.pictures()) {
            byte[] bytes = Files.readAllBytes(picture.file());
            Optional<String> key = announce(file, picture, bytes);
            if (key.isPresent()) {
                store.put(key.get(), picture.file(), Made.MIME);
            }
        }
    }

    /**
     * Removes the previews of a file that is deleted. False while some are being made: then it is for later.
     *
     * @throws dev.parley.problem.Refusal when the store does not answer
     */
    public boolean remove(UUID file) {
        try (Connection connection = database.getConnection()) {
            Rows.change(connection, DROP_WAITING, file);
            if (!Rows.ask(connection, IN_WORK, row -> row.getInt(1), file).isEmpty()) {
                return false;
            }
            List<String> keys = Rows.ask(connection, KEYS, row -> row.getString(1), file);
            if (!keys.isEmpty()) {
                keys.forEach(store::delete);
                Rows.change(connection, FORGET, file);
            }
            return true;
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    /** The key to store it under. */
    private Optional<String> announce(UUID file, Made.Picture picture, byte[] bytes) {
        try {
            return Rows.ask(database, ANNOUNCE, row -> row.getString(1), picture.size().id(), ObjectStore.newKey(), Made.MIME,
                    bytes.length, MessageDigest.getInstance("SHA-256").digest(bytes), picture.width(), picture.height(), file)
                    .stream().findFirst();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

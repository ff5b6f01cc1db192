package dev.parley.attachment.resumable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.PartialStore.Held;
import dev.parley.problem.Refusal;
import dev.parley.problem.Rows;

/**
 * The uploads as the database knows them. Whoever writes holds an upload by a token until a moment that it moves on as it
 * goes; by the database's clock alone, and every change asks whether the token still holds.
 */
@Singleton
class UploadRows {

    private static final String COLUMNS = """
            id, owner_id, state, metadata, file_name, room_id, content, duration, length, received, storage_key, multipart_id,
            part_tags, attachment_id, message_id, error_code, error_detail, expires_at,
            urls_until""";
    private static final String AFTER = "now() + ?::bigint * interval '1 millisecond'";
    // What somebody writes to does not run out under their hands.
    private static final String WRITING = "writer_until = " + AFTER + ", expires_at = greatest(expires_at, " + AFTER + ")";

    private final DataSource database;
    private final long lease;
    private final long kept;

    UploadRows(DataSource database, UploadSettings settings) {
        this.database = database;
        this.lease = settings.lease().toMillis();
        this.kept = settings.keptFor().toMillis();
    }

    Duration lease() {
        return Duration.ofMillis(lease);
    }

    Upload insert(UUID id, long ownerId, Metadata metadata, String fileName, @Nullable Long length, Held held,
            @Nullable Duration urlsFor) {
        return one("insert into resumable_uploads (id, owner_id, metadata, file_name, room_id, content, duration, length,"
                + " storage_key, urls_until, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, " + AFTER + ", " + AFTER
                + ") returning " + COLUMNS, id, ownerId, metadata.raw(), fileName, metadata.roomId(), metadata.content(),
                metadata.duration(), length, held.key(),
                urlsFor == null ? null : (Long) urlsFor.toMillis(), kept)
                .orElseThrow();
    }

    Optional<Upload> find(long ownerId, UUID id) {
        return one("select " + COLUMNS + " from resumable_uploads where id = ? and owner_id = ? and expires_at > now()", id,
                ownerId);
    }

    long open(long ownerId) {
        return Rows.ask(database,
                "select count(*) from resumable_uploads where owner_id = ? and state = 'receiving' and expires_at > now()",
                row -> row.getLong(1), ownerId).getFirst();
    }

    /** Empty when the upload is not there, has ended, or is another's to write. */
    Optional<Upload> lock(long ownerId, UUID id, UUID writer) {
        return one("update resumable_uploads set writer = ?, " + WRITING + " where id = ? and owner_id = ?"
                + " and state = 'receiving' and expires_at > now() and (writer is null or writer_until < now()) returning "
                + COLUMNS, writer, lease, lease, id, ownerId);
    }

    boolean renew(UUID id, UUID writer) {
        return Rows.change(database, "update resumable_uploads set " + WRITING + " where id = ? and writer = ?", lease, lease,
                id,
                writer) > 0;
    }

    void unlock(UUID id, UUID writer) {
        Rows.change(database, "update resumable_uploads set writer = null, writer_until = null where id = ? and writer = ?", id,
                writer);
    }

    /** What has arrived, or how long it will be. */
    Optional<Upload> save(UUID id, UUID writer, Held held, @Nullable Long length) {
        return one("update resumable_uploads set received = ?, multipart_id = ?, part_tags = ?, length = ?, writer_until = "
                + AFTER
                + ", expires_at = " + AFTER + " where id = ? and writer = ? and state = 'receiving' returning " + COLUMNS,
                held.size(), held.multipart(), held.parts().toArray(String[]::new), length, lease, kept, id, writer);
    }

    Optional<Upload> stored(UUID id, UUID writer, UUID attachment) {
        return one("update resumable_uploads set attachment_id = ? where id = ? and writer = ? returning " + COLUMNS,
                attachment, id,
                writer);
    }

    Optional<Upload> finish(UUID id, UUID writer, @Nullable Long message) {
        return one("update resumable_uploads set state = 'finished', message_id = ? where id = ? and writer = ? returning "
                + COLUMNS, message, id, writer);
    }

    Optional<Upload> fail(UUID id, UUID writer, Refusal why) {
        return one("update resumable_uploads set state = 'failed', error_code = ?, error_detail = ?"
                + " where id = ? and writer = ? returning " + COLUMNS, why.code.id(), why.detail(), id, writer);
    }

    /** The store holds nothing of it any more, and nobody can bring anything. */
    void emptied(UUID id) {
        Rows.change(database,
                "update resumable_uploads set held = false where id = ? and (urls_until is null or urls_until < now())", id);
    }

    /** Nobody finds it any more; the row goes when its bytes have gone. */
    void end(UUID id) {
        Rows.change(database, "update resumable_uploads set expires_at = now() where id = ?", id);
    }

    void delete(UUID id) {
        Rows.change(database, "delete from resumable_uploads where id = ?", id);
    }

    /**
     * Takes those whose bytes are of no use any more: what has ended, and what nobody went on with. Whoever wrote to one of
     * them too slowly has lost it.
     */
    List<Upload> spare(int most, UUID writer) {
        return Rows.ask(database, "update resumable_uploads set writer = ?, writer_until = " + AFTER + " where id in (select id"
                + " from resumable_uploads where held and (state <> 'receiving' or expires_at < now())"
                + " and (writer is null or writer_until < now()) and (urls_until is null or urls_until < now()) limit ?"
                + " for update skip locked) returning " + COLUMNS, UploadRows::upload, writer, lease, most);
    }

    void forgetExpired() {
        Rows.change(database, "delete from resumable_uploads where not held and expires_at < now()");
    }

    /** Those of these keys under which the store may hold something. */
    List<String> held(Collection<String> keys) {
        return Rows.ask(database, "select storage_key from resumable_uploads where held and storage_key = any(?)",
                row -> row.getString(1),
                (Object) keys.toArray(String[]::new));
    }

    private Optional<Upload> one(String sql, @Nullable Object... values) {
        return Rows.ask(database, sql, UploadRows::upload, values).stream().findFirst();
    }

    private static Upload upload(ResultSet row) throws SQLException {
        Metadata metadata = new Metadata(row.getString("metadata"), row.getString("file_name"),
                row.getObject("room_id", Long.class), row.getString("content"), row.getObject("duration", Double.class));
        Held held = new Held(row.getString("storage_key"), row.getLong("received"), row.getString("multipart_id"),
                List.of((String[]) row.getArray("part_tags").getArray()));
        String code = row.getString("error_code");
        return new Upload(row.getObject("id", UUID.class), row.getLong("owner_id"),
                Upload.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), metadata,
                row.getObject("length", Long.class), held, row.getObject("attachment_id", UUID.class),
                row.getObject("message_id", Long.class),
                code == null ? null : new Upload.Failure(code, row.getString("error_detail")),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(), row.getObject("urls_until") != null);
    }
}

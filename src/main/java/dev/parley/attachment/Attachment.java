package dev.parley.attachment;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

import org.jspecify.annotations.Nullable;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;

/**
 * A file and what its bytes said of it. {@code pending} while its bytes move, {@code ready} when a message may take it,
 * {@code bound} to one, somebody's {@code avatar}, {@code deleted} when nobody may fetch it; where a message had it, its row
 * outlives the bytes.
 */
@Entity
@Table(name = "media_attachments")
public class Attachment extends PanacheEntityBase {

    public static final String PENDING = "pending";
    public static final String READY = "ready";
    public static final String BOUND = "bound";
    public static final String AVATAR = "avatar";
    public static final String DELETED = "deleted";

    /**
     * What deletes files, to be followed by a condition: nobody may fetch them any more, and what tells of their content goes
     * at once, the picture that stands for a picture as well as the name.
     */
    public static final String DELETE = """
            update media_attachments set state = 'deleted', deleted_at = now(), original_name = '', placeholder = null
             where\s""";

    /** The columns that {@link #from} reads, in its order. */
    public static final String COLUMNS = """
            id, owner_id, message_id, position, state, kind, mime_type, size, width, height, duration,
            original_name, storage_key, created_at, scan_state, scan_reason, previewed, placeholder""";

    @Id
    public UUID id;
    public long ownerId;
    public @Nullable Long messageId;
    public short position;
    public String state;
    public String kind;
    public String mimeType;
    public long size;
    public @Nullable Integer width;
    public @Nullable Integer height;
    /** In seconds. */
    public @Nullable Double duration;
    public String originalName;
    public @Nullable String storageKey;
    public Instant createdAt;
    /** Written and compared by the database's clock alone. */
    public @Nullable Instant expiresAt;
    public @Nullable Instant deletedAt;
    /** See {@link ScanState#id}. */
    public String scanState = ScanState.SKIPPED.id();
    /** What the scanner found, or why it was not asked. */
    public @Nullable String scanReason;
    /** Whether there are smaller pictures of it. */
    public boolean previewed;
    /** A ThumbHash in base64. */
    public @Nullable String placeholder;

    public static Attachment from(ResultSet row) throws SQLException {
        Attachment file = new Attachment();
        file.id = row.getObject(1, UUID.class);
        file.ownerId = row.getLong(2);
        file.messageId = row.getObject(3, Long.class);
        file.position = row.getShort(4);
        file.state = row.getString(5);
        file.kind = row.getString(6);
        file.mimeType = row.getString(7);
        file.size = row.getLong(8);
        file.width = row.getObject(9, Integer.class);
        file.height = row.getObject(10, Integer.class);
        file.duration = row.getObject(11, Double.class);
        file.originalName = row.getString(12);
        file.storageKey = row.getString(13);
        file.createdAt = row.getObject(14, OffsetDateTime.class).toInstant();
        file.scanState = row.getString(15);
        file.scanReason = row.getString(16);
        file.previewed = row.getBoolean(17);
        file.placeholder = row.getString(18);
        return file;
    }

    public static List<Attachment> ofMessages(Collection<Long> messageIds) {
        return list("messageId in ?1 and state = ?2 order by messageId, position", messageIds, BOUND);
    }

    /** The seconds as JSON should show them: 30, or 30.5. */
    public static @Nullable Number seconds(@Nullable Double duration) {
        if (duration == null) {
            return null;
        }
        double rounded = Math.round(duration * 1000) / 1000.0;
        if (rounded == Math.rint(rounded)) {
            return (long) rounded;
        }
        return rounded;
    }
}

package dev.parley.message;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

import org.jspecify.annotations.Nullable;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.quarkus.panache.common.Sort;

/**
 * A message, or the tombstone of one. Read by Panache here; written by the room's writer alone, which numbers it:
 * {@code seq} is its place in the room, {@code version} that of its latest change.
 */
@Entity
@Table(name = "chat_messages")
public class Message extends PanacheEntityBase {

    /** The columns that {@link #from} reads, in its order. */
    static final String COLUMNS = """
            id, room_id, seq, version, created_version, sender_id, message_type, content, reply_to, file_count,
            like_count, created_at, edited_at, deleted_at, pinned_at, local_temp_id""";

    @Id
    public long id;
    public long roomId;
    public long seq;
    public long version;
    public long createdVersion;
    public long senderId;
    public String messageType;
    public String content;
    public @Nullable Long replyTo;
    public short fileCount;
    public int likeCount;
    public Instant createdAt;
    public @Nullable Instant editedAt;
    public @Nullable Instant deletedAt;
    public @Nullable Instant pinnedAt;
    /** The sender's own label, for live frames. */
    public @Nullable String localTempId;

    public boolean isDeleted() {
        return deletedAt != null;
    }

    /** What others see of it where they reply to it, when it is deleted. */
    Message buried() {
        Message tombstone = new Message();
        tombstone.id = id;
        tombstone.roomId = roomId;
        tombstone.seq = seq;
        tombstone.senderId = senderId;
        tombstone.messageType = messageType;
        tombstone.content = "";
        tombstone.createdAt = createdAt;
        tombstone.deletedAt = Instant.now();
        return tombstone;
    }

    /** Messages by their place in the room, both ends included, oldest first. */
    static List<Message> between(long roomId, long fromSeq, long toSeq) {
        return list("roomId = ?1 and seq between ?2 and ?3", Sort.by("seq"), roomId, fromSeq, toSeq);
    }

    /** The newest that {@code what} keeps before a place in the room, newest first. */
    static List<Message> only(Only what, long roomId, long beforeSeq, int limit) {
        // Each condition is that of a partial index: a room of a million messages is not searched for its few pins.
        String condition = switch (what) {
            case PINNED -> "m.pinnedAt is not null";
            case FILES -> "m.fileCount > 0";
        };
        return getEntityManager()
                .createQuery("select m from Message m where m.roomId = ?1 and m.seq < ?2 and " + condition
                        + " order by m.seq desc", Message.class)
                .setParameter(1, roomId).setParameter(2, beforeSeq).setMaxResults(limit).getResultList();
    }

    /** What was made or changed after a version, in the order of versions. */
    static List<Message> changedSince(long roomId, long version, int limit) {
        // Not by Panache's page, which asks for an offset, be it 0.
        return getEntityManager()
                .createQuery("select m from Message m where m.roomId = ?1 and m.version > ?2 order by m.version", Message.class)
                .setParameter(1, roomId).setParameter(2, version).setMaxResults(limit).getResultList();
    }

    static List<Message> withIds(Collection<Long> ids) {
        return ids.isEmpty() ? List.of() : list("id in ?1", ids);
    }

    static Message from(ResultSet row) throws SQLException {
        return from(row, 0);
    }

    /** @param before how many columns come before those of the message */
    static Message from(ResultSet row, int before) throws SQLException {
        Message message = new Message();
        message.id = row.getLong(before + 1);
        message.roomId = row.getLong(before + 2);
        message.seq = row.getLong(before + 3);
        message.version = row.getLong(before + 4);
        message.createdVersion = row.getLong(before + 5);
        message.senderId = row.getLong(before + 6);
        message.messageType = row.getString(before + 7);
        message.content = row.getString(before + 8);
        message.replyTo = row.getObject(before + 9, Long.class);
        message.fileCount = row.getShort(before + 10);
        message.likeCount = row.getInt(before + 11);
        message.createdAt = instant(row, before + 12);
        message.editedAt = instant(row, before + 13);
        message.deletedAt = instant(row, before + 14);
        message.pinnedAt = instant(row, before + 15);
        message.localTempId = row.getString(before + 16);
        return message;
    }

    static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

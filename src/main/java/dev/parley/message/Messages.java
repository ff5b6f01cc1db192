package dev.parley.message;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Attachment;
import dev.parley.room.Bulk;
import dev.parley.room.Pipeline;

/**
 * The messages that a batch changes or replies to, with what its changes so far made of them; what became of them in the
 * end is written at once.
 */
final class Messages implements Bulk {

    // Asked for by ids that are known before it is planned: a join would be planned for any number of them.
    private static final String MESSAGES = "select " + Message.COLUMNS + " from chat_messages where id = any(array("
            + "select unnest(?) union select reply_to from chat_messages where id = any(?) and reply_to is not null))";
    private static final String FILES = "select " + Attachment.COLUMNS
            + " from media_attachments where message_id = any(?) and state = 'bound' order by message_id, position";
    // A text that stays is not sent again.
    private static final String CHANGE = """
            update chat_messages m set version = c.version, message_type = c.message_type,
                   content = coalesce(c.content, m.content), edited_at = c.edited_at, file_count = c.file_count,
                   like_count = c.like_count, pinned_at = c.pinned_at
              from unnest(?, ?, ?, ?, ?, ?, ?, ?)
                as c(id, version, message_type, content, edited_at, file_count, like_count, pinned_at)
             where m.id = c.id""";

    private final Set<Long> asked = new HashSet<>();
    private final Set<Long> toChange = new HashSet<>();
    private final Map<Long, Message> found = new HashMap<>();
    private final Map<Long, List<Attachment>> files = new HashMap<>();
    private final Set<Message> changed = new LinkedHashSet<>();
    private final Set<Message> edited = new HashSet<>();

    /** One to be replied to. */
    void look(long id) {
        asked.add(id);
    }

    /** One to be changed: with its files, and what it replies to. */
    void lookAtAll(long id) {
        look(id);
        toChange.add(id);
    }

    /** A message of this room; null where there is none, or a tombstone. */
    @Nullable
    Message find(long id, long roomId) {
        Message message = found.get(id);
        return message == null || message.roomId != roomId || message.isDeleted() ? null : message;
    }

    /** The message replied to as it is now, a tombstone too. */
    @Nullable
    Message any(long id) {
        return found.get(id);
    }

    /** In their order. */
    List<Attachment> files(long id) {
        return files.getOrDefault(id, List.of());
    }

    /** A file came to a message, or was taken off it. */
    void refiled(Message message, List<Attachment> now) {
        files.put(message.id, now);
        message.fileCount = (short) now.size();
        message.messageType = MessageType.settle(null, now.stream().map(file -> file.kind).toList()).id();
    }

    /** The files' rows say what those read before the batch do not. */
    void readFiles(Connection connection, long id) throws SQLException {
        Pipeline reading = new Pipeline();
        files.remove(id);
        readFiles(reading, Set.of(id));
        reading.run(connection);
    }

    /** Has it written, with its version. */
    void changed(Message message) {
        changed.add(message);
    }

    /** Has its text written, too. */
    void edited(Message message) {
        edited.add(message);
    }

    /** Its row is a tombstone: what came of it before in the batch must not be written over that. */
    void deleted(long id) {
        Message message = found.get(id);
        if (message != null) {
            changed.remove(message);
            found.put(id, message.buried());
        }
    }

    @Override
    public void read(Pipeline pipeline) {
        pipeline.query(MESSAGES, parameters -> parameters.array("bigint", asked.toArray())
                .array("bigint", toChange.toArray()), rows -> {
                    while (rows.next()) {
                        Message message = Message.from(rows);
                        found.put(message.id, message);
                    }
                });
        if (!toChange.isEmpty()) {
            readFiles(pipeline, toChange);
        }
    }

    private void readFiles(Pipeline pipeline, Set<Long> messages) {
        pipeline.query(FILES, parameters -> parameters.array("bigint", messages.toArray()), rows -> {
            while (rows.next()) {
                Attachment file = Attachment.from(rows);
                files.computeIfAbsent(file.messageId, id -> new ArrayList<>()).add(file);
            }
        });
    }

    @Override
    public void write(Pipeline pipeline) {
        if (changed.isEmpty()) {
            return;
        }
        pipeline.update(CHANGE, parameters -> parameters.longs(changed, message -> message.id)
                .longs(changed, message -> message.version)
                .column("text", String[]::new, changed, message -> message.messageType)
                .column("text", String[]::new, changed, message -> edited.contains(message) ? message.content : null)
                .times(changed, message -> message.editedAt)
                .column("smallint", Short[]::new, changed, message -> message.fileCount)
                .column("integer", Integer[]::new, changed, message -> message.likeCount)
                .times(changed, message -> message.pinnedAt));
    }
}

package dev.parley.message;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongUnaryOperator;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;

import dev.parley.attachment.Attachment;
import dev.parley.room.NewestMessages;
import dev.parley.room.Roster;
import dev.parley.room.Viewer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** The newest message of each room in a list, with its files and what it replies to, without a statement of its own. */
@Singleton
class NewestOfRooms implements NewestMessages {

    private static final String SELECTED = """
            m.*, t.*, m.like_count > 0 and exists (
                 select from message_likes l where l.message_id = m.id and l.user_id = me.user_id),
            case when m.file_count > 0 then (
                 select json_agg(f order by f.position) from (
                 select id, position, kind, mime_type, size, width, height, duration, original_name, scan_state, scan_reason,
                        previewed, placeholder
                   from media_attachments where message_id = m.id and state = 'bound') f) end""";
    // LIMIT makes each a lookup by key, whatever the planner thinks of the size of the table.
    private static final String JOINED = """
            left join lateral (select %s from chat_messages where room_id = r.id and seq = r.last_seq limit 1) m on true
            left join lateral (select id, seq, sender_id, message_type, content, deleted_at
                                 from chat_messages where id = m.reply_to limit 1) t on true""".formatted(Message.COLUMNS);

    /** What its view shows of a file. */
    @RegisterForReflection
    record FileRow(UUID id, String kind, String mimeType, long size, @Nullable Integer width, @Nullable Integer height,
            @Nullable Double duration, String originalName, String scanState, @Nullable String scanReason,
            boolean previewed, @Nullable String placeholder) {

        Attachment attachment() {
            Attachment file = new Attachment();
            file.id = id;
            file.kind = kind;
            file.mimeType = mimeType;
            file.size = size;
            file.width = width;
            file.height = height;
            file.duration = duration;
            file.originalName = originalName;
            file.scanState = scanState;
            file.scanReason = scanReason;
            file.previewed = previewed;
            file.placeholder = placeholder;
            return file;
        }
    }

    /** How many columns a message has, and what it replies to. */
    private static final int MESSAGE = 16;
    private static final int TARGET = 6;

    private final MessageRenderer renderer;
    private final ObjectReader files;

    NewestOfRooms(MessageRenderer renderer, ObjectMapper json) {
        this.renderer = renderer;
        this.files = json.readerForListOf(FileRow.class);
    }

    @Override
    public String columns() {
        return SELECTED;
    }

    @Override
    public String join() {
        return JOINED;
    }

    @Override
    public @Nullable Newest read(ResultSet row, int before) throws SQLException {
        row.getLong(before + 1);
        if (row.wasNull()) {
            return null;
        }
        int after = before + MESSAGE + TARGET;
        return new Found(Message.from(row, before), target(row, before + MESSAGE), row.getBoolean(after + 1),
                files(row.getString(after + 2)));
    }

    private static @Nullable Message target(ResultSet row, int before) throws SQLException {
        Message target = new Message();
        target.id = row.getLong(before + 1);
        if (row.wasNull()) {
            return null;
        }
        target.seq = row.getLong(before + 2);
        target.senderId = row.getLong(before + 3);
        target.messageType = row.getString(before + 4);
        target.content = row.getString(before + 5);
        target.deletedAt = Message.instant(row, before + 6);
        return target;
    }

    private List<Attachment> files(@Nullable String column) throws SQLException {
        try {
            List<FileRow> rows = column == null ? List.of() : files.readValue(column);
            return rows.stream().map(FileRow::attachment).toList();
        } catch (IOException e) {
            throw new SQLException("The database's JSON cannot be read", e);
        }
    }

    private class Found implements Newest {

        private final Message message;
        private final @Nullable Message target;
        private final boolean liked;
        private final List<Attachment> files;

        Found(Message message, @Nullable Message target, boolean liked, List<Attachment> files) {
            this.message = message;
            this.target = target;
            this.liked = liked;
            this.files = files;
        }

        @Override
        public Collection<Long> people() {
            Set<Long> people = new HashSet<>(Set.of(message.senderId));
            if (target != null) {
                people.add(target.senderId);
            }
            return people;
        }

        @Override
        public Object view(Roster roster, LongUnaryOperator lastRead, Viewer viewer) {
            int readers = (int) Arrays.stream(roster.users())
                    .filter(user -> user != message.senderId && lastRead.applyAsLong(user) >= message.seq).count();
            return renderer.answer(new Snapshot(message, files, target, readers, liked, null), roster, viewer);
        }
    }
}

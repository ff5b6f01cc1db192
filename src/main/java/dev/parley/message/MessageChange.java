package dev.parley.message;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.parley.attachment.Attachment;
import dev.parley.message.MessageView.Gone;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Batch;
import dev.parley.room.Change;
import dev.parley.room.Event;
import dev.parley.room.RoomTurn;
import dev.parley.room.Roster;

/** Changes of a message that is there: each takes a version of its room and leaves it on the message. */
abstract class MessageChange<T> extends Change<T> {

    final long messageId;
    final MessageRenderer renderer;

    MessageChange(long roomId, long userId, long messageId, MessageRenderer renderer) {
        super(roomId, userId);
        this.messageId = messageId;
        this.renderer = renderer;
    }

    /** The sender's own text or caption. */
    static final class Edit extends MessageChange<Void> {

        private final String content;

        Edit(long roomId, long userId, long messageId, String content, MessageRenderer renderer) {
            super(roomId, userId, messageId, renderer);
            Draft.checkContent(content);
            this.content = content;
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            Message message = require(turn);
            if (message.senderId != userId) {
                throw new Refusal(Code.FORBIDDEN, "Only its sender may edit a message");
            }
            if (content.isBlank() && message.fileCount == 0) {
                throw new Refusal(Code.EMPTY_MESSAGE);
            }
            try (PreparedStatement statement = turn.connection().prepareStatement(
                    "update chat_messages set content = ?, edited_at = ?, version = ? where id = ?")) {
                statement.setString(1, content);
                statement.setTimestamp(2, Timestamp.from(turn.now()));
                statement.setLong(3, turn.nextVersion());
                statement.setLong(4, messageId);
                statement.executeUpdate();
            }
            updated(turn);
            return null;
        }
    }

    /** By the sender or an admin of the room: a tombstone remains, content and files are gone. */
    static final class Delete extends MessageChange<Gone> {

        Delete(long roomId, long userId, long messageId, MessageRenderer renderer) {
            super(roomId, userId, messageId, renderer);
        }

        @Override
        protected Gone apply(RoomTurn turn) throws SQLException {
            Message message = require(turn);
            if (message.senderId != userId && !turn.roster().isAdmin(userId)) {
                throw new Refusal(Code.FORBIDDEN, "Only its sender or an admin of the room may delete a message");
            }
            return bury(turn, message);
        }
    }

    /** Takes one file off a message of the caller's; the last file of a message without text takes the message along. */
    static final class Detach extends MessageChange<Void> {

        private final UUID fileId;

        Detach(long roomId, long userId, long messageId, UUID fileId, MessageRenderer renderer) {
            super(roomId, userId, messageId, renderer);
            this.fileId = fileId;
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            Message message = require(turn);
            if (message.senderId != userId && !turn.roster().isAdmin(userId)) {
                throw new Refusal(Code.FORBIDDEN, "Only its sender or an admin of the room may delete a file");
            }
            if (files(turn).stream().noneMatch(file -> file.id.equals(fileId))) {
                throw new Refusal(Code.FILE_NOT_FOUND);
            }
            if (message.fileCount == 1 && message.content.isBlank()) {
                bury(turn, message);
                return null;
            }
            long version = turn.nextVersion();
            execute(turn, "update media_attachments set state = 'deleted', deleted_at = now() where id = ?", fileId);
            List<String> kinds = files(turn).stream().map(file -> file.kind).toList();
            retype(turn, kinds, version);
            updated(turn);
            return null;
        }
    }

    /** Adds a file to a message that is there already (document 001). */
    static final class Attach extends MessageChange<Void> {

        private final UUID fileId;

        Attach(long roomId, long userId, long messageId, UUID fileId, MessageRenderer renderer) {
            super(roomId, userId, messageId, renderer);
            this.fileId = fileId;
        }

        @Override
        protected void gather(Batch batch) {
            // Messages are inserted before files are bound to them, whichever change of a batch comes first.
            batch.bulk(Inserts.class, Inserts::new);
            batch.bulk(Bindings.class, Bindings::new).look(List.of(fileId));
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            Message message = require(turn);
            if (message.senderId != userId) {
                throw new Refusal(Code.FORBIDDEN, "Only its sender may add a file to a message");
            }
            if (message.fileCount >= Draft.MOST_FILES) {
                throw new Refusal(Code.TOO_MANY_FILES);
            }
            Attachment file = turn.batch().bulk(Bindings.class, Bindings::new)
                    .require(List.of(fileId), userId, turn.now()).get(0);
            List<Attachment> files = new ArrayList<>(files(turn));
            long version = turn.nextVersion();
            int position = files.isEmpty() ? 0 : files.get(files.size() - 1).position + 1;
            execute(turn, "update media_attachments set state = 'bound', expires_at = null, message_id = ?, position = ?"
                    + " where id = ?", messageId, (short) position, fileId);
            file.state = Attachment.BOUND;
            files.add(file);
            retype(turn, files.stream().map(each -> each.kind).toList(), version);
            updated(turn);
            return null;
        }
    }

    static final class Like extends MessageChange<Void> {

        private final boolean like;

        Like(long roomId, long userId, long messageId, boolean like, MessageRenderer renderer) {
            super(roomId, userId, messageId, renderer);
            this.like = like;
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            require(turn);
            int changed = execute(turn, like
                    ? "insert into message_likes (message_id, user_id) values (?, ?) on conflict do nothing"
                    : "delete from message_likes where message_id = ? and user_id = ?", messageId, userId);
            if (changed > 0) {
                execute(turn, "update chat_messages set like_count = like_count + ?, version = ? where id = ?",
                        like ? 1 : -1, turn.nextVersion(), messageId);
                updated(turn);
            }
            return null;
        }
    }

    static final class Pin extends MessageChange<Void> {

        private final boolean pin;

        Pin(long roomId, long userId, long messageId, boolean pin, MessageRenderer renderer) {
            super(roomId, userId, messageId, renderer);
            this.pin = pin;
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            Message message = require(turn);
            if ((message.pinnedAt != null) != pin) {
                execute(turn, "update chat_messages set pinned_at = case when ? then now() end, version = ? where id = ?",
                        pin, turn.nextVersion(), messageId);
                updated(turn);
            }
            return null;
        }
    }

    /** The message as it is, to a member; a tombstone is not found. */
    Message require(RoomTurn turn) throws SQLException {
        turn.requireMember(userId);
        try (PreparedStatement statement = turn.connection().prepareStatement(
                "select " + Message.COLUMNS + " from chat_messages where id = ? and room_id = ?")) {
            statement.setLong(1, messageId);
            statement.setLong(2, roomId);
            try (ResultSet row = statement.executeQuery()) {
                Message message = row.next() ? Message.from(row) : null;
                if (message == null || message.isDeleted()) {
                    throw new Refusal(Code.MESSAGE_NOT_FOUND);
                }
                return message;
            }
        }
    }

    Gone bury(RoomTurn turn, Message message) throws SQLException {
        long version = turn.nextVersion();
        execute(turn, "update chat_messages set content = '', deleted_at = now(), pinned_at = null, like_count = 0,"
                + " file_count = 0, version = ? where id = ?", version, messageId);
        execute(turn, "delete from message_likes where message_id = ?", messageId);
        execute(turn, "update media_attachments set state = 'deleted', deleted_at = now() where message_id = ?", messageId);
        Gone gone = new Gone(messageId, roomId, message.seq, version);
        turn.announce(new Event.Said("message_deleted", turn.roster(), version, false, viewer -> gone));
        return gone;
    }

    void retype(RoomTurn turn, List<String> kinds, long version) throws SQLException {
        execute(turn, "update chat_messages set file_count = ?, message_type = ?, version = ? where id = ?",
                (short) kinds.size(), MessageType.settle(null, kinds).id(), version, messageId);
    }

    /** Announces the message as it is now. */
    void updated(RoomTurn turn) throws SQLException {
        Message message = require(turn);
        Roster roster = turn.roster();
        Message target = null;
        if (message.replyTo != null) {
            ReplyTargets targets = new ReplyTargets();
            targets.look(message.replyTo);
            targets.read(turn.connection());
            target = targets.any(message.replyTo);
        }
        Snapshot now = new Snapshot(message, files(turn), target, readers(turn, message), null, null);
        turn.announce(renderer.event("message_update", now, roster));
    }

    List<Attachment> files(RoomTurn turn) throws SQLException {
        try (PreparedStatement statement = turn.connection().prepareStatement("select " + Attachment.COLUMNS
                + " from media_attachments where message_id = ? and state = 'bound' order by position")) {
            statement.setLong(1, messageId);
            try (ResultSet rows = statement.executeQuery()) {
                List<Attachment> files = new ArrayList<>();
                while (rows.next()) {
                    files.add(Attachment.from(rows));
                }
                return files;
            }
        }
    }

    private int readers(RoomTurn turn, Message message) throws SQLException {
        // Receipts of the same batch are not in the rows yet.
        Long[] meanwhile = turn.batch().bulk(ReadMarks.class, ReadMarks::new).readers(roomId, message.seq);
        try (PreparedStatement statement = turn.connection().prepareStatement("""
                select count(*) from chat_participants
                 where room_id = ? and is_active and user_id <> ? and (last_read_seq >= ? or user_id = any(?))""")) {
            statement.setLong(1, roomId);
            statement.setLong(2, message.senderId);
            statement.setLong(3, message.seq);
            statement.setArray(4, turn.connection().createArrayOf("bigint", meanwhile));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    static int execute(RoomTurn turn, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = turn.connection().prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }
}

package dev.parley.message;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.parley.attachment.Attachment;
import dev.parley.message.MessageView.Gone;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Change;
import dev.parley.room.Pipeline;
import dev.parley.room.RoomTurn;

/** A change of a message that is there: it takes a version of its room and leaves it on the message. */
abstract class MessageChange<T> extends Change<T> {

    final long messageId;
    final MessageRenderer renderer;

    MessageChange(long roomId, long userId, long messageId, MessageRenderer renderer) {
        super(roomId, userId);
        this.messageId = messageId;
        this.renderer = renderer;
    }

    /** The message as it is, to a member; a tombstone is not found. */
    Message require(RoomTurn turn) throws SQLException {
        turn.requireMember(userId);
        return present(turn);
    }

    /** The message as it is, whoever asks; a tombstone is not found. */
    Message present(RoomTurn turn) throws SQLException {
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

    /** The message, to whoever may take something away from it: its sender and the admins of its room. */
    Message requireDeletable(RoomTurn turn, String what) throws SQLException {
        Message message = require(turn);
        if (message.senderId != userId && !turn.roster().isAdmin(userId)) {
            throw new Refusal(Code.FORBIDDEN, "Only its sender or an admin of the room may delete a " + what);
        }
        return message;
    }

    /** Leaves a tombstone and says so. */
    Gone bury(RoomTurn turn, Message message) throws SQLException {
        return Tombstones.lay(turn, List.of(new Tombstones.Grave(messageId, message.seq))).getFirst();
    }

    /** Lets the message's type follow from the files it has now. */
    void refiled(RoomTurn turn, List<Attachment> files, long version) throws SQLException {
        MessageType type = MessageType.settle(null, files.stream().map(file -> file.kind).toList());
        execute(turn, "update chat_messages set file_count = ?, message_type = ?, version = ? where id = ?",
                (short) files.size(), type.id(), version, messageId);
    }

    /** Announces the message as it is now. */
    void updated(RoomTurn turn) throws SQLException {
        Message message = present(turn);
        turn.batch().bulk(ReplyTargets.class, ReplyTargets::new).changed(message);
        Message target = null;
        if (message.replyTo != null) {
            ReplyTargets targets = new ReplyTargets();
            targets.look(message.replyTo);
            Pipeline reading = new Pipeline();
            targets.read(reading);
            reading.run(turn.connection());
            target = targets.any(message.replyTo);
        }
        Snapshot now = new Snapshot(message, files(turn), target, readers(turn, message), null, null);
        turn.announce(renderer.event(turn, "message_update", now));
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
                 where room_id = ? and is_active and user_id <> ? and joined_seq < ?
                   and (last_read_seq >= ? or user_id = any(?))""")) {
            statement.setLong(1, roomId);
            statement.setLong(2, message.senderId);
            statement.setLong(3, message.seq);
            statement.setLong(4, message.seq);
            statement.setArray(5, turn.connection().createArrayOf("bigint", meanwhile));
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

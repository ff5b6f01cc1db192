package dev.parley.message;

import java.sql.SQLException;
import java.util.List;

import dev.parley.message.MessageView.Gone;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Batch;
import dev.parley.room.Change;
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

    @Override
    protected void gather(Batch batch) {
        batch.bulk(Messages.class, Messages::new).lookAtAll(messageId);
        batch.bulk(ReadMarks.class, ReadMarks::new).lookAtAll(roomId);
    }

    static Messages messages(RoomTurn turn) {
        return turn.batch().bulk(Messages.class, Messages::new);
    }

    /** The message as it is, to a member; a tombstone is not found. */
    Message require(RoomTurn turn) {
        turn.requireMember(userId);
        return present(turn);
    }

    /** The message as it is, whoever asks; a tombstone is not found. */
    Message present(RoomTurn turn) {
        Message message = messages(turn).find(messageId, roomId);
        if (message == null) {
            throw new Refusal(Code.MESSAGE_NOT_FOUND);
        }
        return message;
    }

    /**
     * The message, to whoever may take something away from it: its sender, wherever they are now, and the admins of its room.
     */
    Message requireDeletable(RoomTurn turn, String what) {
        Message message = present(turn);
        if (message.senderId == userId) {
            return message;
        }
        if (!turn.requireMember(userId).isAdmin(userId)) {
            throw new Refusal(Code.FORBIDDEN, "Only its sender or an admin of the room may delete a " + what);
        }
        return message;
    }

    /** Leaves a tombstone and says so. */
    Gone bury(RoomTurn turn, Message message) throws SQLException {
        return Tombstones.lay(turn, List.of(new Tombstones.Grave(messageId, message.seq))).getFirst();
    }

    /** Gives the message as it is now a version, and announces it: in the end with all that its batch makes of it. */
    void changed(RoomTurn turn, Message message) throws SQLException {
        Messages messages = messages(turn);
        message.version = turn.nextVersion();
        messages.changed(message);
        Message target = message.replyTo == null ? null : messages.any(message.replyTo);
        int readers = turn.batch().bulk(ReadMarks.class, ReadMarks::new).readers(message, turn.roster());
        turn.announce(renderer.event(turn, "message_update",
                new Snapshot(message, messages.files(messageId), target, readers, null, null)));
    }
}

package dev.parley.message;

import java.sql.SQLException;

import dev.parley.message.MessageView.Gone;
import dev.parley.room.RoomTurn;

/** Deletes a message: a tombstone remains, content and files are gone. */
final class Delete extends MessageChange<Gone> {

    Delete(long roomId, long userId, long messageId, MessageRenderer renderer) {
        super(roomId, userId, messageId, renderer);
    }

    @Override
    protected Gone apply(RoomTurn turn) throws SQLException {
        return bury(turn, requireDeletable(turn, "message"));
    }
}

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
        Gone gone = bury(turn, requireDeletable(turn, "message"));
        // How much happened there since is nothing to somebody who left.
        return turn.roster().has(userId) ? gone : new Gone(gone.id(), gone.roomId(), gone.seq(), 0);
    }
}

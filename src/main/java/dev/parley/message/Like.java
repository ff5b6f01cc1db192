package dev.parley.message;

import java.sql.SQLException;

import dev.parley.room.Batch;
import dev.parley.room.RoomTurn;

/** Likes a message, or takes the like back; a second one changes nothing. */
final class Like extends MessageChange<Void> {

    private final boolean like;

    Like(long roomId, long userId, long messageId, boolean like, MessageRenderer renderer) {
        super(roomId, userId, messageId, renderer);
        this.like = like;
    }

    @Override
    protected void gather(Batch batch) {
        super.gather(batch);
        batch.bulk(Likes.class, Likes::new).look(messageId, userId);
    }

    @Override
    protected Void apply(RoomTurn turn) throws SQLException {
        Message message = require(turn);
        if (turn.batch().bulk(Likes.class, Likes::new).set(messageId, userId, like)) {
            message.likeCount += like ? 1 : -1;
            changed(turn, message);
        }
        return null;
    }
}

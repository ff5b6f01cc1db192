package dev.parley.message;

import java.sql.SQLException;

import dev.parley.room.RoomTurn;

/** Likes a message, or takes the like back; a second one changes nothing. */
final class Like extends MessageChange<Void> {

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

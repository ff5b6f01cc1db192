package dev.parley.message;

import java.sql.SQLException;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomTurn;

/** Changes the sender's own text or caption; the same once more changes nothing. */
final class Edit extends MessageChange<Void> {

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
        if (content.equals(message.content)) {
            return null;
        }
        message.content = content;
        message.editedAt = turn.now();
        messages(turn).edited(message);
        changed(turn, message);
        return null;
    }
}

package dev.parley.message;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

import dev.parley.attachment.Attachment;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.problem.Rows;
import dev.parley.room.RoomTurn;

/** Takes one file off a message; the last file of a message without text takes the message along. */
final class Detach extends MessageChange<Void> {

    private final UUID fileId;

    Detach(long roomId, long userId, long messageId, UUID fileId, MessageRenderer renderer) {
        super(roomId, userId, messageId, renderer);
        this.fileId = fileId;
    }

    @Override
    protected Void apply(RoomTurn turn) throws SQLException {
        Message message = requireDeletable(turn, "file");
        List<Attachment> files = messages(turn).files(messageId);
        List<Attachment> left = files.stream().filter(file -> !file.id.equals(fileId)).toList();
        if (left.size() == files.size()) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
        if (left.isEmpty() && message.content.isBlank()) {
            bury(turn, message);
            return null;
        }
        Rows.change(turn.connection(), Attachment.DELETE + "id = ?", fileId);
        messages(turn).refiled(message, left);
        changed(turn, message);
        return null;
    }
}

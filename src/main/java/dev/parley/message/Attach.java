package dev.parley.message;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.parley.attachment.Attachment;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.problem.Rows;
import dev.parley.room.Batch;
import dev.parley.room.RoomTurn;

/** Adds a file to a message of the sender's that is there already (document 001). */
final class Attach extends MessageChange<Void> {

    private final UUID fileId;

    Attach(long roomId, long userId, long messageId, UUID fileId, MessageRenderer renderer) {
        super(roomId, userId, messageId, renderer);
        this.fileId = fileId;
    }

    @Override
    protected void gather(Batch batch) {
        super.gather(batch);
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
                .require(List.of(fileId), userId).get(0);
        List<Attachment> files = new ArrayList<>(messages(turn).files(messageId));
        int position = files.isEmpty() ? 0 : files.get(files.size() - 1).position + 1;
        Rows.change(turn.connection(),
                "update media_attachments set state = 'bound', expires_at = null, message_id = ?, position = ?"
                        + " where id = ?",
                messageId, (short) position, fileId);
        file.state = Attachment.BOUND;
        files.add(file);
        messages(turn).refiled(message, files);
        changed(turn, message);
        return null;
    }
}

package dev.parley.message;

import java.sql.SQLException;
import java.util.UUID;

import dev.parley.attachment.Finding;
import dev.parley.room.RoomTurn;

/** Tells a room what was found out about a file of one of its messages. The service's own doing: nobody need be a member. */
final class Found extends MessageChange<Void> {

    private static final long NOBODY = 0;

    private final UUID fileId;
    private final Finding finding;

    Found(long roomId, long messageId, UUID fileId, Finding finding, MessageRenderer renderer) {
        super(roomId, NOBODY, messageId, renderer);
        this.fileId = fileId;
        this.finding = finding;
    }

    @Override
    protected Void apply(RoomTurn turn) throws SQLException {
        Message message = present(turn);
        boolean ours = messages(turn).files(messageId).stream().anyMatch(file -> file.id.equals(fileId));
        if (ours && finding.write(turn.connection(), fileId)) {
            messages(turn).readFiles(turn.connection(), messageId);
            changed(turn, message);
        }
        return null;
    }
}

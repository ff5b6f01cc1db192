package dev.parley.message;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

import dev.parley.attachment.Attachment;
import dev.parley.message.MessageView.Gone;
import dev.parley.room.Event;
import dev.parley.room.RoomTurn;

/**
 * What remains of a deleted message: its place in the order. Content, likes and files are gone. The
 * sender's key and label stay: a retry must not post it again, and whoever was away is told which of theirs is deleted.
 */
final class Tombstones {

    private static final String BURY = """
            update chat_messages m set content = '', deleted_at = now(), pinned_at = null, like_count = 0, file_count = 0,
                   request_hash = null, version = b.version
              from unnest(?, ?) as b(id, version) where m.id = b.id""";

    private Tombstones() {
    }

    record Grave(long messageId, long seq) {
    }

    /** Leaves a tombstone of each, in this order, and says so. */
    static List<Gone> lay(RoomTurn turn, List<Grave> graves) throws SQLException {
        List<Gone> gone = graves.stream()
                .map(grave -> new Gone(grave.messageId, turn.roomId(), grave.seq, turn.nextVersion())).toList();
        if (gone.isEmpty()) {
            return gone;
        }
        Connection connection = turn.connection();
        Long[] ids = gone.stream().map(Gone::id).toArray(Long[]::new);
        try (PreparedStatement statement = connection.prepareStatement(BURY)) {
            statement.setArray(1, connection.createArrayOf("bigint", ids));
            statement.setArray(2, connection.createArrayOf("bigint", gone.stream().map(Gone::version).toArray(Long[]::new)));
            statement.executeUpdate();
        }
        forEach(connection, "delete from message_likes where message_id = any(?)", ids);
        forEach(connection, Attachment.DELETE + "message_id = any(?) and state <> 'deleted'", ids);
        Messages messages = turn.batch().bulk(Messages.class, Messages::new);
        Likes likes = turn.batch().bulk(Likes.class, Likes::new);
        for (Gone one : gone) {
            messages.deleted(one.id());
            likes.deleted(one.id());
            turn.announce(new Event.Said("message_deleted", turn.roster(), one.version(), false, viewer -> one));
        }
        return gone;
    }

    private static void forEach(Connection connection, String sql, Long[] ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("bigint", ids));
            statement.executeUpdate();
        }
    }
}

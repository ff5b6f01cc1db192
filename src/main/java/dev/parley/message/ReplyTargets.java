package dev.parley.message;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Bulk;

/** The messages that a batch's posts reply to. */
final class ReplyTargets implements Bulk {

    private final Set<Long> asked = new HashSet<>();
    private final Map<Long, Message> found = new HashMap<>();

    void look(long id) {
        asked.add(id);
    }

    /** A reply stays in its room, and a tombstone takes none. */
    Message require(long id, long roomId) {
        Message target = found.get(id);
        if (target == null || target.roomId != roomId || target.isDeleted()) {
            throw new Refusal(Code.MESSAGE_NOT_FOUND, "The message replied to was not found");
        }
        return target;
    }

    /** The message replied to as it is now, a tombstone too. */
    @Nullable
    Message any(long id) {
        return found.get(id);
    }

    @Override
    public void read(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("select " + Message.COLUMNS + " from chat_messages where id = any(?)")) {
            statement.setArray(1, connection.createArrayOf("bigint", asked.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Message message = Message.from(rows);
                    found.put(message.id, message);
                }
            }
        }
    }
}

package dev.parley.message;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import jakarta.inject.Singleton;

/**
 * Ids of messages, chosen before the insert so that a message can be looked up when a commit's outcome is unknown. Taken
 * from the database's sequence in blocks, so that instances never collide and a post asks for none.
 */
@Singleton
class MessageIds {

    /** The sequence's increment. */
    private static final int BLOCK = 1000;

    private long next;
    private long end;

    /** For the writer's thread alone: asks the database once in a thousand. */
    long next(Connection connection) throws SQLException {
        if (next == end) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select nextval('chat_message_ids')")) {
                row.next();
                next = row.getLong(1);
                end = next + BLOCK;
            }
        }
        return next++;
    }
}

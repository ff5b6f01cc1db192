package dev.parley.message;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.parley.room.Bulk;

/** The idempotency keys of a batch: settled against the table and within the batch, before any number is taken. */
final class IdempotencyKeys implements Bulk {

    private static final String KNOWN = """
            select m.sender_id, m.idempotency_key, m.id, m.request_hash
              from unnest(?, ?) as k(sender_id, idempotency_key)
              join chat_messages m on m.sender_id = k.sender_id and m.idempotency_key = k.idempotency_key""";

    private record Key(long userId, String key) {
    }

    /** The message a key was first used for; its snapshot only when that was in this batch. */
    record Known(long messageId, byte[] hash, @Nullable Snapshot snapshot) {
    }

    private final List<Key> asked = new ArrayList<>();
    private final Map<Key, Known> known = new HashMap<>();

    void look(long userId, String key) {
        asked.add(new Key(userId, key));
    }

    @Nullable
    Known find(long userId, String key) {
        return known.get(new Key(userId, key));
    }

    void used(long userId, String key, byte[] hash, Snapshot snapshot) {
        known.put(new Key(userId, key), new Known(snapshot.message().id, hash, snapshot));
    }

    @Override
    public void read(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
            statement.setArray(1, connection.createArrayOf("bigint", asked.stream().map(Key::userId).toArray(Long[]::new)));
            statement.setArray(2, connection.createArrayOf("text", asked.stream().map(Key::key).toArray(String[]::new)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    known.put(new Key(row.getLong(1), row.getString(2)), new Known(row.getLong(3), row.getBytes(4), null));
                }
            }
        }
    }
}

package dev.parley.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.parley.room.Bulk;
import dev.parley.room.Pipeline;

/** The idempotency keys of a batch: settled against the table and within the batch, before any number is taken. */
final class IdempotencyKeys implements Bulk {

    private static final String KNOWN = """
            select m.sender_id, m.idempotency_key, m.id, m.room_id, m.request_hash
              from unnest(?, ?) as k(sender_id, idempotency_key)
              join chat_messages m on m.sender_id = k.sender_id and m.idempotency_key = k.idempotency_key""";

    private record Key(long userId, String key) {
    }

    /**
     * The message a key was first used for.
     *
     * @param hash of what was asked; null of a message that is deleted since
     */
    record Known(long messageId, long roomId, byte @Nullable [] hash) {
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

    void used(long userId, String key, byte[] hash, long messageId, long roomId) {
        known.put(new Key(userId, key), new Known(messageId, roomId, hash));
    }

    @Override
    public void read(Pipeline pipeline) {
        pipeline.query(KNOWN, parameters -> parameters.longs(asked, Key::userId)
                .column("text", String[]::new, asked, Key::key), rows -> {
                    while (rows.next()) {
                        known.put(new Key(rows.getLong(1), rows.getString(2)),
                                new Known(rows.getLong(3), rows.getLong(4), rows.getBytes(5)));
                    }
                });
    }
}

package dev.parley.message;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.parley.room.Bulk;
import dev.parley.room.Pipeline;

/** Who likes what, as far as a batch's changes ask; what they leave of it is written at once. */
final class Likes implements Bulk {

    private static final String KNOWN = """
            select l.message_id, l.user_id from unnest(?, ?) as k(message_id, user_id)
              join message_likes l on l.message_id = k.message_id and l.user_id = k.user_id""";
    private static final String LIKE = """
            insert into message_likes (message_id, user_id) select * from unnest(?, ?) on conflict do nothing""";
    private static final String UNLIKE = """
            delete from message_likes l using unnest(?, ?) as k(message_id, user_id)
             where l.message_id = k.message_id and l.user_id = k.user_id""";

    private record Pair(long messageId, long userId) {
    }

    private final Set<Pair> asked = new HashSet<>();
    private final Set<Pair> known = new HashSet<>();
    private final Map<Pair, Boolean> changed = new LinkedHashMap<>();

    void look(long messageId, long userId) {
        asked.add(new Pair(messageId, userId));
    }

    /** Whether that is new. */
    boolean set(long messageId, long userId, boolean like) {
        Pair pair = new Pair(messageId, userId);
        boolean isNew = like ? known.add(pair) : known.remove(pair);
        if (isNew) {
            changed.put(pair, like);
        }
        return isNew;
    }

    /** With the message its likes went. */
    void deleted(long messageId) {
        changed.keySet().removeIf(pair -> pair.messageId == messageId);
    }

    @Override
    public void read(Pipeline pipeline) {
        if (!asked.isEmpty()) {
            pipeline.query(KNOWN, parameters -> bind(parameters, asked), rows -> {
                while (rows.next()) {
                    known.add(new Pair(rows.getLong(1), rows.getLong(2)));
                }
            });
        }
    }

    @Override
    public void write(Pipeline pipeline) {
        write(pipeline, LIKE, true);
        write(pipeline, UNLIKE, false);
    }

    private void write(Pipeline pipeline, String sql, boolean like) {
        List<Pair> pairs = new ArrayList<>();
        changed.forEach((pair, liked) -> {
            if (liked == like) {
                pairs.add(pair);
            }
        });
        if (!pairs.isEmpty()) {
            pipeline.update(sql, parameters -> bind(parameters, pairs));
        }
    }

    private static void bind(Pipeline.Parameters parameters, Collection<Pair> pairs) throws SQLException {
        parameters.longs(pairs, Pair::messageId).longs(pairs, Pair::userId);
    }
}

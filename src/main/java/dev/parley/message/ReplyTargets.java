package dev.parley.message;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Bulk;
import dev.parley.room.Pipeline;

/** The messages that a batch's posts reply to. */
final class ReplyTargets implements Bulk {

    private static final String TARGETS = "select " + Message.COLUMNS + " from chat_messages where id = any(?)";

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

    /** A change of the same batch, which comes first. */
    void changed(Message message) {
        found.replace(message.id, message);
    }

    /** The same of a deletion. */
    void deleted(long id) {
        found.remove(id);
    }

    /** The message replied to as it is now, a tombstone too. */
    @Nullable
    Message any(long id) {
        return found.get(id);
    }

    @Override
    public void read(Pipeline pipeline) {
        pipeline.query(TARGETS, parameters -> parameters.array("bigint", asked.toArray()), rows -> {
            while (rows.next()) {
                Message message = Message.from(rows);
                found.put(message.id, message);
            }
        });
    }
}

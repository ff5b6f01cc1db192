package dev.parley.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.parley.attachment.Attachment;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Bulk;
import dev.parley.room.Pipeline;

/** The files that a batch's posts take: locked, so that no file ends in two messages. */
final class Bindings implements Bulk {

    private static final String FILES = "select " + Attachment.COLUMNS
            + " from media_attachments where id = any(?) and (expires_at is null or expires_at > now())"
            + " order by id for update";
    private static final String BIND = """
            update media_attachments f set state = 'bound', message_id = b.message_id, position = b.position,
                   expires_at = null
              from unnest(?, ?, ?) as b(id, message_id, position) where f.id = b.id""";

    private record Bound(UUID file, long messageId, short position) {
    }

    private final Set<UUID> asked = new HashSet<>();
    private final Map<UUID, Attachment> found = new HashMap<>();
    private final List<Bound> bound = new ArrayList<>();

    void look(List<UUID> ids) {
        asked.addAll(ids);
    }

    /** Only ready files of the sender's own; any other does not exist for this purpose. */
    List<Attachment> require(List<UUID> ids, long ownerId) {
        List<Attachment> files = new ArrayList<>(ids.size());
        for (UUID id : ids) {
            Attachment file = found.get(id);
            if (file == null || file.ownerId != ownerId || !file.state.equals(Attachment.READY)) {
                throw new Refusal(Code.FILE_NOT_FOUND);
            }
            files.add(file);
        }
        return files;
    }

    /** Binds files to a message, behind the positions taken so far. */
    void bind(List<Attachment> files, long messageId) {
        for (short position = 0; position < files.size(); position++) {
            Attachment file = files.get(position);
            file.state = Attachment.BOUND;
            file.messageId = messageId;
            file.position = position;
            bound.add(new Bound(file.id, messageId, position));
        }
    }

    @Override
    public void read(Pipeline pipeline) {
        pipeline.query(FILES, parameters -> parameters.array("uuid", asked.toArray()), rows -> {
            while (rows.next()) {
                Attachment file = Attachment.from(rows);
                found.put(file.id, file);
            }
        });
    }

    @Override
    public void write(Pipeline pipeline) {
        if (bound.isEmpty()) {
            return;
        }
        pipeline.update(BIND, parameters -> parameters.column("uuid", UUID[]::new, bound, Bound::file)
                .longs(bound, Bound::messageId)
                .column("smallint", Short[]::new, bound, Bound::position));
    }
}

package dev.parley.message;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.parley.room.Bulk;
import dev.parley.room.Pipeline;

/** How far members have read: several receipts and posts of one member in a batch become one row's update. */
final class ReadMarks implements Bulk {

    private static final String READ = """
            select p.room_id, p.user_id, p.last_read_seq
              from unnest(?, ?) as k(room_id, user_id)
              join chat_participants p on p.room_id = k.room_id and p.user_id = k.user_id""";
    private static final String MARK = """
            update chat_participants p set last_read_seq = greatest(p.last_read_seq, n.seq), last_read_at = ?,
                   read_version = greatest(p.read_version, n.version)
              from unnest(?, ?, ?, ?) as n(room_id, user_id, seq, version)
             where p.room_id = n.room_id and p.user_id = n.user_id""";

    private record Who(long roomId, long userId) {
    }

    private record Mark(long seq, long version) {

        Mark and(Mark other) {
            return new Mark(Math.max(seq, other.seq), Math.max(version, other.version));
        }
    }

    private final Set<Who> asked = new HashSet<>();
    private final Map<Who, Long> lastRead = new HashMap<>();
    private final Map<Who, Mark> marks = new LinkedHashMap<>();

    void look(long roomId, long userId) {
        asked.add(new Who(roomId, userId));
    }

    /** Where this member stands, with what the batch did so far; null to a stranger. */
    @Nullable
    Long lastRead(long roomId, long userId) {
        Who who = new Who(roomId, userId);
        Long stored = lastRead.get(who);
        Mark mark = marks.get(who);
        return stored == null ? null : mark == null ? stored : (Long) Math.max(stored, mark.seq);
    }

    /** Who has read this far within the batch. */
    Long[] readers(long roomId, long seq) {
        return marks.entrySet().stream().filter(mark -> mark.getKey().roomId == roomId && mark.getValue().seq >= seq)
                .map(mark -> mark.getKey().userId).toArray(Long[]::new);
    }

    void read(long roomId, long userId, long seq) {
        read(roomId, userId, seq, 0);
    }

    /** @param version the receipt's, 0 for a silent one */
    void read(long roomId, long userId, long seq, long version) {
        marks.merge(new Who(roomId, userId), new Mark(seq, version), Mark::and);
    }

    @Override
    public void read(Pipeline pipeline) {
        if (asked.isEmpty()) {
            return;
        }
        pipeline.query(READ, parameters -> parameters.longs(asked, Who::roomId)
                .longs(asked, Who::userId), rows -> {
                    while (rows.next()) {
                        lastRead.put(new Who(rows.getLong(1), rows.getLong(2)), rows.getLong(3));
                    }
                });
    }

    @Override
    public void write(Pipeline pipeline) {
        if (marks.isEmpty()) {
            return;
        }
        Set<Map.Entry<Who, Mark>> rows = marks.entrySet();
        pipeline.update(MARK, parameters -> parameters.time(Instant.now())
                .longs(rows, row -> row.getKey().roomId)
                .longs(rows, row -> row.getKey().userId)
                .longs(rows, row -> row.getValue().seq)
                .longs(rows, row -> row.getValue().version));
    }
}

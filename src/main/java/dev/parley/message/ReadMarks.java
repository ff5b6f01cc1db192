package dev.parley.message;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.parley.room.Bulk;

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
    public void read(Connection connection) throws SQLException {
        if (asked.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setArray(1, connection.createArrayOf("bigint", asked.stream().map(Who::roomId).toArray()));
            statement.setArray(2, connection.createArrayOf("bigint", asked.stream().map(Who::userId).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    lastRead.put(new Who(row.getLong(1), row.getLong(2)), row.getLong(3));
                }
            }
        }
    }

    @Override
    public void write(Connection connection) throws SQLException {
        if (marks.isEmpty()) {
            return;
        }
        List<Map.Entry<Who, Mark>> rows = new ArrayList<>(marks.entrySet());
        try (PreparedStatement statement = connection.prepareStatement(MARK)) {
            statement.setObject(1, Instant.now().atOffset(ZoneOffset.UTC));
            statement.setArray(2, connection.createArrayOf("bigint", rows.stream().map(r -> r.getKey().roomId).toArray()));
            statement.setArray(3, connection.createArrayOf("bigint", rows.stream().map(r -> r.getKey().userId).toArray()));
            statement.setArray(4, connection.createArrayOf("bigint", rows.stream().map(r -> r.getValue().seq).toArray()));
            statement.setArray(5, connection.createArrayOf("bigint", rows.stream().map(r -> r.getValue().version).toArray()));
            statement.executeUpdate();
        }
    }
}

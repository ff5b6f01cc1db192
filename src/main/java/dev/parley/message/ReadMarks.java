package dev.parley.message;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.parley.room.Bulk;
import dev.parley.room.Pipeline;
import dev.parley.room.Roster;

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

    private static final String ALL = """
            select room_id, user_id, joined_seq, last_read_seq from chat_participants
             where room_id = any(?) and is_active""";

    private record Member(long userId, long joinedSeq, long lastRead) {
    }

    private record Who(long roomId, long userId) {
    }

    private record Mark(long seq, long version) {

        Mark and(Mark other) {
            return new Mark(Math.max(seq, other.seq), Math.max(version, other.version));
        }
    }

    private final Set<Who> asked = new HashSet<>();
    private final Set<Long> askedRooms = new HashSet<>();
    private final Map<Long, List<Member>> rooms = new HashMap<>();
    private final Map<Who, Long> lastRead = new HashMap<>();
    private final Map<Who, Mark> marks = new LinkedHashMap<>();

    void look(long roomId, long userId) {
        asked.add(new Who(roomId, userId));
    }

    /** Of all members of a room, read once for all changes of its messages. */
    void lookAtAll(long roomId) {
        askedRooms.add(roomId);
    }

    /** Where this member stands, with what the batch did so far; null to a stranger. */
    @Nullable
    Long lastRead(long roomId, long userId) {
        Who who = new Who(roomId, userId);
        Long stored = lastRead.get(who);
        Mark mark = marks.get(who);
        return stored == null ? null : mark == null ? stored : (Long) Math.max(stored, mark.seq);
    }

    /** How many of the members have read a message, but for its sender and those who came later, with what the batch did. */
    int readers(Message message, Roster members) {
        int readers = 0;
        for (Member member : rooms.getOrDefault(message.roomId, List.of())) {
            if (member.userId != message.senderId && member.joinedSeq < message.seq
                    && (member.lastRead >= message.seq || hasRead(message, member.userId)) && members.has(member.userId)) {
                readers++;
            }
        }
        return readers;
    }

    private boolean hasRead(Message message, long userId) {
        Mark mark = marks.isEmpty() ? null : marks.get(new Who(message.roomId, userId));
        return mark != null && mark.seq >= message.seq;
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
        if (!askedRooms.isEmpty()) {
            pipeline.query(ALL, parameters -> parameters.array("bigint", askedRooms.toArray()), rows -> {
                while (rows.next()) {
                    rooms.computeIfAbsent(rows.getLong(1), id -> new ArrayList<>())
                            .add(new Member(rows.getLong(2), rows.getLong(3), rows.getLong(4)));
                }
            });
        }
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

package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import dev.parley.problem.Rows;

/**
 * The one answer to "may this user see this room", from the rows as they are now. Every route and frame that yields
 * bytes or names asks here; a stranger is told that the room does not exist.
 */
@Singleton
public class RoomAccess {

    private static final String MEMBERSHIP = """
            select r.room_type, r.last_seq, r.version, p.role, p.last_read_seq
              from chat_participants p join chat_rooms r on r.id = p.room_id
             where p.room_id = ? and p.user_id = ? and p.is_active and r.is_active""";
    // An array and LIMIT make each room a lookup by its key. Joined, all rooms there are would be read for somebody in a
    // thousand, until there are very many.
    private static final String VERSIONS = """
            select id, version from chat_rooms
             where id = any(array(select room_id from chat_participants where user_id = ? and is_active))""";
    private static final String UNREAD = """
            select r.id, r.last_seq - p.last_read_seq
              from chat_participants p
             cross join lateral (select * from chat_rooms where id = p.room_id and is_active limit 1) r
             where p.user_id = ? and p.is_active and r.last_seq > p.last_read_seq
             order by r.updated_at desc""";

    private final DataSource database;

    RoomAccess(DataSource database) {
        this.database = database;
    }

    /** What a member may know of a room's numbers. */
    public record Membership(String roomType, long lastSeq, long version, boolean admin, long lastReadSeq) {
    }

    /** @throws Refusal {@link Code#ROOM_NOT_FOUND} for whoever is not in it */
    public Membership requireMember(long userId, long roomId) {
        try (Connection connection = database.getConnection()) {
            return requireMember(connection, userId, roomId);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    /** The same on a connection whose snapshot the caller goes on reading in. */
    public Membership requireMember(Connection connection, long userId, long roomId) throws SQLException {
        return Rows.ask(connection, MEMBERSHIP,
                row -> new Membership(row.getString(1), row.getLong(2), row.getLong(3),
                        row.getString(4).equals(Participant.ADMIN), row.getLong(5)),
                roomId, userId).stream().findFirst().orElseThrow(() -> new Refusal(Code.ROOM_NOT_FOUND));
    }

    /** The ids of all rooms of a user. */
    public long[] roomsOf(long userId) {
        return versionsOf(userId).keySet().stream().mapToLong(Long::longValue).toArray();
    }

    /** All rooms of a user, and the version each is at. */
    public Map<Long, Long> versionsOf(long userId) {
        return Rows.ask(database, VERSIONS, row -> Map.entry(row.getLong(1), row.getLong(2)), userId).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    public record UnreadRoom(long roomId, long unreadCount) {
    }

    /** The rooms of a user with something unread, and how much. Sending reads, so one's own never count. */
    public List<UnreadRoom> unread(long userId) {
        return Rows.ask(database, UNREAD, row -> new UnreadRoom(row.getLong(1), row.getLong(2)), userId);
    }
}

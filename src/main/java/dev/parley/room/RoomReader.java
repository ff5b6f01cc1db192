package dev.parley.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.account.Profile;
import dev.parley.account.Users;
import dev.parley.problem.Outage;
import dev.parley.room.Members.Member;
import dev.parley.room.RoomView.MemberView;

/** Reads rooms with their members, as frames show them, and their numbers. */
@Singleton
public class RoomReader {

    private static final String FOR_ALL = """
            select r.id, r.name, r.room_type, r.created_by, r.created_at, r.updated_at, r.last_seq, r.version,
                   r.retention_days
              from chat_rooms r where r.id = ?""";
    private static final String MEMBERS = """
            select user_id, role, joined_at, last_read_seq, joined_seq from chat_participants
             where room_id = ? and is_active order by joined_at, user_id""";

    private final DataSource database;
    private final Users users;

    RoomReader(DataSource database, Users users) {
        this.database = database;
        this.users = users;
    }

    /** The versions of those rooms that there are. */
    Map<Long, Long> versions(Collection<Long> roomIds) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection
                        .prepareStatement("select id, version from chat_rooms where id = any(?)")) {
            statement.setArray(1, connection.createArrayOf("bigint", roomIds.toArray()));
            return versions(statement);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    /**
     * The rooms that some of these users have come into within the last seconds, and the first version of any of them there.
     */
    Map<Long, Long> joined(Collection<Long> userIds, long seconds) {
        if (userIds.isEmpty()) {
            return Map.of();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select room_id, min(changed_version) from chat_participants
                         where user_id = any(?) and is_active and joined_at > now() - make_interval(secs => ?)
                         group by room_id""")) {
            statement.setArray(1, connection.createArrayOf("bigint", userIds.toArray()));
            statement.setDouble(2, seconds);
            return versions(statement);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    private static Map<Long, Long> versions(PreparedStatement statement) throws SQLException {
        Map<Long, Long> versions = new HashMap<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                versions.put(row.getLong(1), row.getLong(2));
            }
        }
        return versions;
    }

    /** A room as a {@code room_update} shows it to all its members, in its present state. */
    public RoomView forAll(long roomId) {
        try (Connection connection = database.getConnection()) {
            return forAll(connection, roomId);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    /** A room as a {@code room_update} shows it to all its members. */
    public RoomView forAll(Connection connection, long roomId) throws SQLException {
        return forAll(connection, roomId, members(connection, roomId));
    }

    RoomView forAll(Connection connection, long roomId, List<MemberView> members) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FOR_ALL)) {
            statement.setLong(1, roomId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new RoomView(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4), instant(row, 5),
                        instant(row, 6), members, row.getLong(7), row.getLong(8), true, row.getObject(9, Integer.class),
                        null, null, null);
            }
        }
    }

    List<MemberView> members(Connection connection, long roomId) throws SQLException {
        List<Member> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(MEMBERS)) {
            statement.setLong(1, roomId);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Member(row.getLong(1), row.getString(2), instant(row, 3), row.getLong(4),
                            row.getLong(5)));
                }
            }
        }
        users.know(connection, rows.stream().mapToLong(Member::userId).toArray());
        Map<Long, Profile> profiles = users.get(rows.stream().map(Member::userId).toList());
        return rows.stream().map(row -> row.view(users.view(profiles.get(row.userId())))).toList();
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}

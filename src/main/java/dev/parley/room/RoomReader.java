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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.account.Profile;
import dev.parley.account.UserView;
import dev.parley.account.Users;
import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomView.MemberView;

/** Reads rooms with their members, as frames show them, and their numbers. */
@Singleton
public class RoomReader {

    private static final String ONE = """
            select r.id, r.name, r.room_type, r.created_by, r.created_at, r.updated_at, r.last_seq, r.version,
                   r.retention_days, me.last_read_seq
              from chat_rooms r join chat_participants me on me.room_id = r.id and me.user_id = ? and me.is_active
             where r.is_active and r.id = ?""";
    private static final String FOR_ALL = """
            select r.id, r.name, r.room_type, r.created_by, r.created_at, r.updated_at, r.last_seq, r.version,
                   r.retention_days, null::bigint
              from chat_rooms r where r.id = ?""";
    private static final String MEMBERS = """
            select room_id, user_id, role, joined_at, last_read_seq, joined_seq from chat_participants
             where room_id = any(?) and is_active order by room_id, joined_at, user_id""";

    private final DataSource database;
    private final Users users;

    RoomReader(DataSource database, Users users) {
        this.database = database;
        this.users = users;
    }

    /** One room as one of its members sees it; to a stranger it does not exist. */
    RoomView one(long userId, long roomId) {
        try (Connection connection = database.getConnection()) {
            List<RoomView> found = read(connection, ONE, userId, roomId);
            if (found.isEmpty()) {
                throw new Refusal(Code.ROOM_NOT_FOUND);
            }
            return found.get(0);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
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

    /** A room as its members' {@code room_update} of a version shows it: in its present state, with that number. */
    public RoomView shared(long roomId, long version) {
        try (Connection connection = database.getConnection()) {
            RoomView now = forAll(connection, roomId);
            return now.at(now.lastSeq(), version);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    /** A room as a {@code room_update} shows it to all its members. */
    public RoomView forAll(Connection connection, long roomId) throws SQLException {
        return read(connection, FOR_ALL, roomId).get(0);
    }

    private List<RoomView> read(Connection connection, String sql, long... parameters) throws SQLException {
        record Row(long id, @Nullable String name, String type, long createdBy, Instant createdAt, Instant updatedAt,
                long lastSeq, long version, @Nullable Integer retentionDays, @Nullable Long lastRead) {
        }
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setLong(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4), instant(row, 5),
                            instant(row, 6), row.getLong(7), row.getLong(8), row.getObject(9, Integer.class),
                            row.getObject(10, Long.class)));
                }
            }
        }
        Map<Long, List<MemberView>> members = members(connection, rows.stream().map(Row::id).toArray(Long[]::new));
        return rows.stream()
                .map(row -> new RoomView(row.id, row.name, row.type, row.createdBy, row.createdAt, row.updatedAt,
                        members.getOrDefault(row.id, List.of()), row.lastSeq, row.version, true,
                        row.retentionDays, null,
                        row.lastRead == null ? null : row.lastSeq - row.lastRead, row.lastRead))
                .toList();
    }

    private Map<Long, List<MemberView>> members(Connection connection, Long[] rooms) throws SQLException {
        record Row(long roomId, long userId, String role, Instant joinedAt, long lastRead, long joinedSeq) {
        }
        List<Row> rows = new ArrayList<>();
        Set<Long> ids = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(MEMBERS)) {
            statement.setArray(1, connection.createArrayOf("bigint", rooms));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getLong(2));
                    rows.add(new Row(row.getLong(1), row.getLong(2), row.getString(3), instant(row, 4), row.getLong(5),
                            row.getLong(6)));
                }
            }
        }
        users.know(connection, ids.stream().mapToLong(id -> id).toArray());
        Map<Long, Profile> profiles = users.get(ids);
        Map<Long, List<MemberView>> members = new LinkedHashMap<>();
        for (Row row : rows) {
            UserView user = users.view(profiles.get(row.userId));
            members.computeIfAbsent(row.roomId, id -> new ArrayList<>())
                    .add(new MemberView(user.id(), user.name(), user.email(), user.avatarUrl(), user.isOnline(),
                            user.lastSeen(), row.role, row.joinedAt, row.lastRead, row.joinedSeq));
        }
        return members;
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}

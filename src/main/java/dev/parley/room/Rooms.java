package dev.parley.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.account.Users;
import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import dev.parley.rate.Rates;

/** Makes rooms. A new room needs no lock: nobody can be in it yet. */
@Singleton
public class Rooms {

    private final DataSource database;
    private final Users users;
    private final RoomReader reader;
    private final Rosters rosters;
    private final OwnCommits commits;
    private final Rates rates;

    Rooms(DataSource database, Users users, RoomReader reader, Rosters rosters, OwnCommits commits, Rates rates) {
        this.database = database;
        this.users = users;
        this.reader = reader;
        this.rosters = rosters;
        this.commits = commits;
        this.rates = rates;
    }

    /** A room, and whether this call made it. */
    public record Opened(long roomId, boolean made) {
    }

    /** The direct room of two people, made once however many ask at the same time. */
    public Opened openDirect(long userId, long otherId) {
        if (userId == otherId) {
            throw new Refusal(Code.BAD_REQUEST, "A direct room needs somebody else");
        }
        requireUsers(List.of(otherId));
        Long there = direct(userId, otherId);
        if (there != null) {
            return new Opened(there, false);
        }
        return make(null, Room.DIRECT, userId, new long[] { userId, otherId });
    }

    /** A group; its creator is its admin. */
    public Opened openGroup(long userId, String name, List<Long> memberIds) {
        requireUsers(memberIds);
        long[] members = LongStream
                .concat(LongStream.of(userId), memberIds.stream().mapToLong(Long::longValue))
                .distinct().toArray();
        rates.members(userId, members.length - 1);
        return make(name, Room.GROUP, userId, members);
    }

    void requireUsers(List<Long> ids) {
        if (users.get(ids).size() < ids.stream().distinct().count()) {
            throw new Refusal(Code.USER_NOT_FOUND);
        }
    }

    private Opened make(@Nullable String name, String type, long creator, long[] members) {
        rates.room(creator);
        boolean direct = type.equals(Room.DIRECT);
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Long id = insert(connection, name, type, creator, direct ? members : null);
                if (id == null) {
                    connection.rollback();
                    Long there = direct(connection, members[0], members[1]);
                    return new Opened(Objects.requireNonNull(there, "it was in the way a moment ago"), false);
                }
                join(connection, id, members, direct ? 0 : creator);
                Roster roster = Rosters.load(connection, id);
                RoomView view = reader.forAll(connection, id);
                OwnCommits.Parcel made = commits
                        .expect(List.of(new Event.Changed(roster, 1, view, members, new long[0])));
                boolean noticed;
                boolean committing = false;
                try {
                    noticed = commits.send(connection, made);
                    committing = true;
                    connection.commit();
                } catch (SQLException | RuntimeException | Error e) {
                    commits.dropped(made, committing);
                    throw e;
                }
                rosters.keep(roster);
                commits.committed(made, noticed);
                return new Opened(id, true);
            } catch (SQLException | RuntimeException | Error e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    /** By plain JDBC, since sockets have no request to hang a persistence context on. */
    private @Nullable Long direct(long userId, long otherId) {
        try (Connection connection = database.getConnection()) {
            return direct(connection, userId, otherId);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    private static @Nullable Long direct(Connection connection, long userId, long otherId) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("select id from chat_rooms where direct_low = ? and direct_high = ?")) {
            statement.setLong(1, Math.min(userId, otherId));
            statement.setLong(2, Math.max(userId, otherId));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? (Long) row.getLong(1) : null;
            }
        }
    }

    private static @Nullable Long insert(Connection connection, @Nullable String name, String type, long creator,
            long @Nullable [] pair) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into chat_rooms (name, room_type, created_by, direct_low, direct_high, version, members_version,
                       info_version) values (?, ?, ?, ?, ?, 1, 1, 1)
                    on conflict (direct_low, direct_high) do nothing returning id""")) {
            statement.setString(1, name);
            statement.setString(2, type);
            statement.setLong(3, creator);
            statement.setObject(4, pair == null ? null : (Long) Math.min(pair[0], pair[1]), java.sql.Types.BIGINT);
            statement.setObject(5, pair == null ? null : (Long) Math.max(pair[0], pair[1]), java.sql.Types.BIGINT);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? (Long) row.getLong(1) : null;
            }
        }
    }

    private static void join(Connection connection, long roomId, long[] members, long admin) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into chat_participants (room_id, user_id, role, changed_version)
                select ?, u, case when u = ? then 'admin' else 'member' end, 1 from unnest(?) as u""")) {
            statement.setLong(1, roomId);
            statement.setLong(2, admin);
            statement.setArray(3, connection.createArrayOf("bigint", Arrays.stream(members).boxed().toArray(Long[]::new)));
            statement.executeUpdate();
        }
    }
}

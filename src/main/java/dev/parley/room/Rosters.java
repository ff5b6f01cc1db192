package dev.parley.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;

/**
 * The rosters of the rooms that are in use here. Only a hint that saves reads: whoever writes compares
 * {@code membersVersion} with the locked row of the room and reads again when they differ.
 */
@Singleton
public class Rosters {

    private static final String MEMBERS = """
            select r.room_type, r.members_version, p.user_id, p.role
              from chat_rooms r left join chat_participants p on p.room_id = r.id and p.is_active
             where r.id = ? and r.is_active
             order by p.user_id""";

    private final DataSource database;
    private final Cache<Long, Roster> known = Caffeine.newBuilder().maximumSize(100_000).build();

    Rosters(DataSource database) {
        this.database = database;
    }

    /** The roster of a room; a room that does not exist is refused like one that one is not in. Blocks on a miss. */
    public Roster of(long roomId) {
        Roster roster = known.getIfPresent(roomId);
        if (roster == null) {
            roster = reload(roomId);
            if (roster == null) {
                throw new Refusal(Code.ROOM_NOT_FOUND);
            }
        }
        return roster;
    }

    /** What is known without asking the database. */
    public @Nullable Roster cached(long roomId) {
        return known.getIfPresent(roomId);
    }

    /** As the rows have it now; null when there is no such room. Blocks. */
    @Nullable
    Roster reload(long roomId) {
        try (Connection connection = database.getConnection()) {
            return find(connection, roomId);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    /** As this connection's transaction sees it, be it older than what is known. */
    public Roster read(Connection connection, long roomId) throws SQLException {
        Roster roster = find(connection, roomId);
        if (roster == null) {
            throw new Refusal(Code.ROOM_NOT_FOUND);
        }
        return roster;
    }

    private @Nullable Roster find(Connection connection, long roomId) throws SQLException {
        Roster roster = load(connection, roomId);
        if (roster != null) {
            keep(roster);
        }
        return roster;
    }

    /** What is known may be newer than the rows. */
    void forget(long roomId) {
        known.invalidate(roomId);
    }

    void keep(Roster roster) {
        known.asMap().merge(roster.roomId(), roster,
                (old, fresh) -> fresh.membersVersion() >= old.membersVersion() ? fresh : old);
    }

    static @Nullable Roster load(Connection connection, long roomId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MEMBERS)) {
            statement.setLong(1, roomId);
            try (ResultSet rows = statement.executeQuery()) {
                String type = null;
                long version = 0;
                long[] users = new long[8];
                long[] admins = new long[2];
                int members = 0;
                int leaders = 0;
                while (rows.next()) {
                    type = rows.getString(1);
                    version = rows.getLong(2);
                    long user = rows.getLong(3);
                    if (rows.wasNull()) {
                        continue;
                    }
                    users = members == users.length ? Arrays.copyOf(users, members * 2) : users;
                    users[members++] = user;
                    if (rows.getString(4).equals(Participant.ADMIN)) {
                        admins = leaders == admins.length ? Arrays.copyOf(admins, leaders * 2) : admins;
                        admins[leaders++] = user;
                    }
                }
                return type == null ? null
                        : new Roster(roomId, type, version, Arrays.copyOf(users, members), Arrays.copyOf(admins, leaders));
            }
        }
    }
}

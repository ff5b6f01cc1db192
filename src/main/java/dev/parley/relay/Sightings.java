package dev.parley.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.stream.LongStream;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.backplane.Instance;

/** The rows that say who has a socket on this instance, and when somebody was last seen. */
@Singleton
class Sightings {

    // An array, so that only these rooms' members are read, whatever the planner thinks of how many there are.
    private static final String NEIGHBOURS = """
            select distinct user_id from chat_participants
             where room_id = any(array(select room_id from chat_participants where user_id = ? and is_active))
               and is_active and user_id <> ?""";

    private final DataSource database;
    private final Instance self;

    Sightings(DataSource database, Instance self) {
        this.database = database;
        this.self = self;
    }

    void came(Collection<Long> users) throws SQLException {
        execute("insert into instance_users (instance_id, user_id) select i.id, u from service_instances i, unnest(?) as u"
                + " where i.id = ? on conflict do nothing", users, self.id());
    }

    void went(Collection<Long> users) throws SQLException {
        execute("delete from instance_users where user_id = any(?) and instance_id = ?", users, self.id());
    }

    void lastSeen(Collection<Long> users) throws SQLException {
        execute("insert into user_presence (user_id, last_seen) select u, now() from unnest(?) as u"
                + " on conflict (user_id) do update set last_seen = excluded.last_seen", users);
    }

    /** The people this user shares a room with. */
    long[] neighbours(long userId) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(NEIGHBOURS)) {
            statement.setLong(1, userId);
            statement.setLong(2, userId);
            try (ResultSet rows = statement.executeQuery()) {
                LongStream.Builder ids = LongStream.builder();
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
                return ids.build().toArray();
            }
        }
    }

    private void execute(String sql, Collection<Long> users, Object... more) throws SQLException {
        if (users.isEmpty()) {
            return;
        }
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("bigint", users.stream().sorted().toArray()));
            for (int i = 0; i < more.length; i++) {
                statement.setObject(i + 2, more[i]);
            }
            statement.executeUpdate();
        }
    }
}

package dev.parley.backplane;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

/** The rows of the instances that are alive. */
@Singleton
public class Registry {

    /** How long after its last sign of life an instance counts as gone. */
    public static final int ALIVE_SECONDS = 20;
    static final String BEAT = "5s";

    private final DataSource database;
    private final Instance self;

    Registry(DataSource database, Instance self) {
        this.database = database;
        this.self = self;
    }

    /** Says that this instance is alive. Whether it still was to the others, and was told of everything. */
    public boolean beat() throws SQLException {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement("""
                with before as (select seen_at from service_instances where id = ?)
                insert into service_instances (id) values (?) on conflict (id) do update set seen_at = now()
                returning coalesce((select seen_at > now() - make_interval(secs => ?) from before), false)""")) {
            statement.setObject(1, self.id());
            statement.setObject(2, self.id());
            statement.setInt(3, ALIVE_SECONDS);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** The others that are alive. */
    public Set<UUID> others() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select id from service_instances where id <> ? and seen_at > now() - make_interval(secs => ?)")) {
            statement.setObject(1, self.id());
            statement.setInt(2, ALIVE_SECONDS);
            try (ResultSet rows = statement.executeQuery()) {
                Set<UUID> others = new HashSet<>();
                while (rows.next()) {
                    others.add(rows.getObject(1, UUID.class));
                }
                return others;
            }
        }
    }

    /** Forgets the dead; whoever had a socket only there was last seen when it was. */
    public void bury() throws SQLException {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement("""
                with dead as (select id, seen_at from service_instances
                               where seen_at < now() - make_interval(secs => 2 * ?) for update skip locked),
                     seen as (insert into user_presence (user_id, last_seen)
                              select u.user_id, max(d.seen_at) from instance_users u join dead d on d.id = u.instance_id
                               group by u.user_id
                              on conflict (user_id) do update
                              set last_seen = greatest(user_presence.last_seen, excluded.last_seen))
                delete from service_instances where id in (select id from dead)""")) {
            statement.setInt(1, ALIVE_SECONDS);
            statement.executeUpdate();
        }
    }

    /** The last word of an instance that stops. */
    public void leave() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("delete from service_instances where id = ?")) {
            statement.setObject(1, self.id());
            statement.executeUpdate();
        }
    }
}

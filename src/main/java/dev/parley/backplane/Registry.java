package dev.parley.backplane;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

/** The rows of the instances that are alive. */
@Singleton
public class Registry {

    /** Given when its users were seen last, and which instances. */
    private static final String FORGET = """
            with gone as (select id, %s as seen_at from service_instances where %s),
                 seen as (insert into user_presence (user_id, last_seen)
                          select u.user_id, max(g.seen_at) from instance_users u join gone g on g.id = u.instance_id
                           group by u.user_id
                          on conflict (user_id) do update
                          set last_seen = greatest(user_presence.last_seen, excluded.last_seen))
            delete from service_instances where id in (select id from gone)""";

    /** Below, instances would do little else than to say that they are alive, and a pause of Java's would be the end of one. */
    private static final Duration LEAST_LEASE = Duration.ofSeconds(2);

    private final DataSource database;
    private final Instance self;
    private final Duration lease;

    /** @param lease how long after its last sign of life this instance counts as gone */
    Registry(DataSource database, Instance self,
            @ConfigProperty(name = "parley.instances.lease", defaultValue = "20s") Duration lease) {
        this.database = database;
        this.self = self;
        this.lease = lease;
    }

    /** Before anything begins that would have to end again. */
    static void refuseAnImpossibleLease(@Observes @Priority(1) StartupEvent start,
            @ConfigProperty(name = "parley.instances.lease", defaultValue = "20s") Duration lease) {
        if (lease.compareTo(LEAST_LEASE) < 0) {
            throw new ConfigurationException("parley.instances.lease must be at least 2s");
        }
    }

    Duration lease() {
        return lease;
    }

    /** Says that this instance is alive. Whether it still was to the others, and was told of everything. */
    public boolean beat() throws SQLException {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement("""
                with before as (select alive_until from service_instances where id = ?)
                insert into service_instances (id, alive_until) values (?, now() + make_interval(secs => ?))
                    on conflict (id) do update set seen_at = now(), alive_until = excluded.alive_until
                returning coalesce((select alive_until > now() from before), false)""")) {
            statement.setObject(1, self.id());
            statement.setObject(2, self.id());
            statement.setDouble(3, lease.toMillis() / 1000.0);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** The others that are alive. */
    public Set<UUID> others() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select id from service_instances where id <> ? and alive_until > now()")) {
            statement.setObject(1, self.id());
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
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(FORGET.formatted("seen_at",
                        "alive_until < now() - (alive_until - seen_at) for update skip locked"))) {
            statement.executeUpdate();
        }
    }

    /** The last word of an instance that stops; whoever still has a socket only there was last seen now. */
    public void leave() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(FORGET.formatted("now()", "id = ? for update"))) {
            statement.setObject(1, self.id());
            statement.executeUpdate();
        }
    }
}

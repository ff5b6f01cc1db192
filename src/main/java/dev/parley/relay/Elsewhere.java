package dev.parley.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.backplane.Instance;

/** Who has sockets on which other instances. */
@Singleton
class Elsewhere {

    private final DataSource database;
    private final Instance self;
    private final Map<UUID, Set<Long>> users = new ConcurrentHashMap<>();

    Elsewhere(DataSource database, Instance self) {
        this.database = database;
        this.self = self;
    }

    boolean has(long userId) {
        for (Set<Long> there : users.values()) {
            if (there.contains(userId)) {
                return true;
            }
        }
        return false;
    }

    void came(UUID instance, Collection<Long> who) {
        users.computeIfAbsent(instance, id -> ConcurrentHashMap.newKeySet()).addAll(who);
    }

    void went(UUID instance, Collection<Long> who) {
        Set<Long> there = users.get(instance);
        if (there != null) {
            there.removeAll(Set.copyOf(who));
        }
    }

    Set<UUID> instances() {
        return Set.copyOf(users.keySet());
    }

    /** Forgets an instance that is gone. Returns who was on it. */
    Set<Long> forget(UUID instance) {
        Set<Long> there = users.remove(instance);
        return there == null ? Set.of() : there;
    }

    /** Everybody. */
    Set<Long> users() {
        Set<Long> all = new HashSet<>();
        users.values().forEach(all::addAll);
        return all;
    }

    /** Reads it all again, from the rows of the instances that are alive. Returns everybody. */
    Set<Long> reload() throws SQLException {
        Map<UUID, Set<Long>> rows = new HashMap<>();
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement("""
                select u.instance_id, u.user_id from instance_users u join service_instances i on i.id = u.instance_id
                 where i.id <> ? and i.alive_until > now()""")) {
            statement.setObject(1, self.id());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.computeIfAbsent(row.getObject(1, UUID.class), id -> ConcurrentHashMap.newKeySet())
                            .add(row.getLong(2));
                }
            }
        }
        // Whoever is there before and after is at every moment between.
        users.putAll(rows);
        users.keySet().retainAll(rows.keySet());
        return users();
    }
}

package dev.parley.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;

import javax.sql.DataSource;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.account.Presence;
import dev.parley.account.Users;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Who has a socket open. Coming and going is told to everybody who shares a room. */
@Singleton
class OnlineUsers implements Presence {

    private static final Logger LOG = Logger.getLogger(OnlineUsers.class);

    private static final String NEIGHBOURS = """
            select distinct other.user_id
              from chat_participants mine
              join chat_participants other on other.room_id = mine.room_id and other.is_active
             where mine.user_id = ? and mine.is_active and other.user_id <> ?""";

    private final Map<Long, Integer> sockets = new ConcurrentHashMap<>();
    // One thread: what is told last is what is true.
    private final ExecutorService teller = Executors.newSingleThreadExecutor(Thread.ofVirtual().name("presence").factory());
    private final DataSource database;
    private final Relay relay;
    private final Users users;

    OnlineUsers(DataSource database, Relay relay, Users users) {
        this.database = database;
        this.relay = relay;
        this.users = users;
    }

    @RegisterForReflection
    record Frame(long userId, boolean isOnline, String userName) {
    }

    @Override
    public boolean isOnline(long userId) {
        return sockets.containsKey(userId);
    }

    void came(long userId) {
        if (sockets.merge(userId, 1, Integer::sum) == 1) {
            teller.execute(() -> tell(userId, true));
        }
    }

    void went(long userId) {
        if (sockets.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1) == null) {
            teller.execute(() -> tell(userId, false));
        }
    }

    void stop(@Observes @Priority(1000) ShutdownEvent event) {
        teller.shutdown();
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

    private void tell(long userId, boolean online) {
        if (isOnline(userId) != online) {
            return;
        }
        try {
            if (!online) {
                seen(userId);
            }
            long[] listeners = LongStream.of(neighbours(userId)).filter(this::isOnline).toArray();
            if (listeners.length > 0) {
                relay.tell(listeners, "presence", new Frame(userId, online, users.get(userId).name()));
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("Presence could not be told", e);
        }
    }

    private void seen(long userId) throws SQLException {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement("""
                insert into user_presence (user_id, last_seen) values (?, now())
                    on conflict (user_id) do update set last_seen = excluded.last_seen""")) {
            statement.setLong(1, userId);
            statement.executeUpdate();
        }
        users.forget(userId);
    }
}

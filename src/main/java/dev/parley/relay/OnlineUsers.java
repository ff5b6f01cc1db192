package dev.parley.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
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
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Who has a socket open. Coming and going is told to everybody who shares a room. */
@Singleton
public class OnlineUsers implements Presence {

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
    private final List<LiveDoor> doors;
    private final Users users;

    OnlineUsers(DataSource database, @All List<LiveDoor> doors, Users users) {
        this.database = database;
        this.doors = doors;
        this.users = users;
    }

    @RegisterForReflection
    record Frame(long userId, boolean isOnline, String userName) {
    }

    @Override
    public boolean isOnline(long userId) {
        return sockets.containsKey(userId);
    }

    /** A socket of this user opened. */
    public void came(long userId) {
        if (sockets.merge(userId, 1, Integer::sum) == 1) {
            teller.execute(() -> tell(userId, true));
        }
    }

    /** A socket of this user closed. */
    public void went(long userId) {
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
                Frame frame = new Frame(userId, online, users.get(userId).name());
                doors.forEach(door -> door.tell(listeners, "presence", frame));
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

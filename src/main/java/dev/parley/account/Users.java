package dev.parley.account;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.TransactionSynchronizationRegistry;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import io.agroal.api.AgroalDataSource;

/**
 * People by id, from a bounded cache that another instance's change reaches by a notice. Callable
 * from any thread that may block; plain JDBC, since sockets have no request to hang a persistence context on.
 */
@ApplicationScoped
public class Users {

    private static final Duration FRESH = Duration.ofMinutes(1);

    private final AgroalDataSource database;
    private final Presence presence;
    private final Event<UserChanged> changes;
    private final TransactionSynchronizationRegistry transaction;
    private final String base;
    private final Cache<Long, Profile> profiles = Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(FRESH)
            .build();
    /** When somebody was last forgotten, for longer than a query takes. */
    private final Cache<Long, Long> forgotten = Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(FRESH).build();
    private volatile long allForgotten = System.nanoTime();

    Users(AgroalDataSource database, Presence presence, Event<UserChanged> changes,
            TransactionSynchronizationRegistry transaction,
            @ConfigProperty(name = "parley.base-url") Optional<String> base) {
        this.database = database;
        this.presence = presence;
        this.changes = changes;
        this.transaction = transaction;
        this.base = base.orElse("");
    }

    /** @throws Refusal {@link Code#USER_NOT_FOUND} */
    public Profile get(long id) {
        Profile profile = find(id);
        if (profile == null) {
            throw new Refusal(Code.USER_NOT_FOUND);
        }
        return profile;
    }

    public @Nullable Profile find(long id) {
        Profile profile = profiles.getIfPresent(id);
        return profile == null ? get(Set.of(id)).get(id) : profile;
    }

    /** Those of {@code ids} who exist, one query for all that are not cached. */
    public Map<Long, Profile> get(Collection<Long> ids) {
        Map<Long, Profile> found = new HashMap<>(profiles.getAllPresent(ids));
        Set<Long> missing = new HashSet<>(ids);
        missing.removeAll(found.keySet());
        if (!missing.isEmpty()) {
            long start = start();
            found.putAll(keep(load(missing), start));
        }
        return found;
    }

    /**
     * Sees to it that these are cached, by this connection: for whoever has one, and must not wait for another as long as
     * all are taken.
     */
    public void know(Connection connection, long... ids) throws SQLException {
        Set<Long> missing = Set.of();
        for (long id : ids) {
            if (profiles.getIfPresent(id) == null) {
                missing = missing.isEmpty() ? new HashSet<>() : missing;
                missing.add(id);
            }
        }
        if (!missing.isEmpty()) {
            long start = start();
            keep(load(connection, missing), start);
        }
    }

    /** What is cached, without asking the database: for event loops. */
    public @Nullable Profile cached(long id) {
        return profiles.getIfPresent(id);
    }

    public UserView view(long id) {
        return view(get(id));
    }

    /** Asks no database: for every message that is rendered. */
    public UserView view(Profile profile) {
        return UserView.of(profile, presence.isOnline(profile.id()));
    }

    /** Those of {@code ids} who exist, in the order asked for. */
    public Map<Long, UserView> views(Collection<Long> ids) {
        Map<Long, Profile> known = get(ids);
        Map<Long, UserView> views = new LinkedHashMap<>();
        for (Long id : ids) {
            Profile profile = known.get(id);
            if (profile != null) {
                views.put(id, view(profile));
            }
        }
        return views;
    }

    /** To be called after the commit that changed them. */
    public void changed(long id) {
        forget(id);
        changes.fire(new UserChanged(id));
    }

    /** Somebody else told of the change, or this person has just come or gone ({@code last_seen}). */
    public void forget(long id) {
        forgotten.put(id, System.nanoTime());
        profiles.invalidate(id);
    }

    /** The transaction goes on reading what is so now: who is forgotten from now on is not kept as it reads them. */
    public void snapshot() {
        transaction.putResource(Users.class, System.nanoTime());
    }

    private long start() {
        Object snapshot = transaction.getTransactionKey() == null ? null : transaction.getResource(Users.class);
        return snapshot == null ? System.nanoTime() : (Long) snapshot;
    }

    /** But for those who were forgotten since they were read: they may have been read as they were before. */
    private Map<Long, Profile> keep(Map<Long, Profile> read, long start) {
        read.forEach((id, profile) -> profiles.asMap().compute(id, (same, cached) -> {
            Long at = forgotten.getIfPresent(id);
            return at != null && at - start > 0 || allForgotten - start > 0 ? cached : profile;
        }));
        return read;
    }

    /** Nobody knows who changed. */
    void forgetAll() {
        allForgotten = System.nanoTime();
        profiles.invalidateAll();
    }

    private Map<Long, Profile> load(Set<? extends Long> ids) {
        try (Connection connection = database.getConnection()) {
            return load(connection, ids);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    private Map<Long, Profile> load(Connection connection, Set<? extends Long> ids) throws SQLException {
        Map<Long, Profile> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select id, name, email, avatar_id, avatar_url, is_admin, last_seen, created_at, sessions
                  from users left join user_presence on user_id = id where id = any(?)""")) {
            statement.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    OffsetDateTime lastSeen = row.getObject(7, OffsetDateTime.class);
                    found.put(row.getLong(1),
                            new Profile(row.getLong(1), row.getString(2), row.getString(3),
                                    avatar(row.getString(4), row.getString(5)), row.getBoolean(6),
                                    lastSeen == null ? null : lastSeen.toInstant(),
                                    row.getObject(8, OffsetDateTime.class).toInstant(), row.getInt(9)));
                }
            }
        }
        return found;
    }

    /** As it is shown. */
    @Nullable
    String picture(User user) {
        return avatar(user.avatarId == null ? null : user.avatarId.toString(), user.avatarUrl);
    }

    private @Nullable String avatar(@Nullable String id, @Nullable String elsewhere) {
        return id == null ? elsewhere : base + "/api/avatars/" + id;
    }
}

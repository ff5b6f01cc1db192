package dev.parley.account;

import java.sql.Array;
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

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.agroal.api.AgroalDataSource;

/**
 * People by id, from a bounded cache that another instance's change reaches within a minute at the latest. Callable
 * from any thread that may block; plain JDBC, since sockets have no request to hang a persistence context on.
 */
@ApplicationScoped
public class Users {

    private static final Duration FRESH = Duration.ofMinutes(1);

    private final AgroalDataSource database;
    private final Presence presence;
    private final Event<UserChanged> changes;
    private final String base;
    private final Cache<Long, Profile> profiles = Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(FRESH)
            .build();

    Users(AgroalDataSource database, Presence presence, Event<UserChanged> changes,
            @ConfigProperty(name = "parley.base-url") Optional<String> base) {
        this.database = database;
        this.presence = presence;
        this.changes = changes;
        this.base = base.map(url -> url.replaceAll("/+$", "")).orElse("");
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
        return profiles.get(id, missing -> load(Set.of(missing)).get(missing));
    }

    /** Those of {@code ids} who exist, one query for all that are not cached. */
    public Map<Long, Profile> get(Collection<Long> ids) {
        return profiles.getAll(new HashSet<>(ids), missing -> load(missing));
    }

    /** What is cached, without asking the database: for event loops. */
    @Nullable
    Profile cached(long id) {
        return profiles.getIfPresent(id);
    }

    /** With presence as it is now; asks nobody. */
    public UserView view(Profile profile) {
        return UserView.of(profile, presence.isOnline(profile.id()));
    }

    public UserView view(long id) {
        return view(get(id));
    }

    /** Those of {@code ids} who exist, in the order asked for, with presence. */
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

    /** Somebody else told of the change. */
    public void forget(long id) {
        profiles.invalidate(id);
    }

    private Map<Long, Profile> load(Set<? extends Long> ids) {
        return query("""
                select u.id, u.name, u.email, u.avatar_id, u.avatar_url, u.is_admin, p.last_seen
                  from users u left join user_presence p on p.user_id = u.id where u.id = any(?)""", ids,
                row -> new Profile(row.getLong(1), row.getString(2), row.getString(3),
                        avatar(row.getString(4), row.getString(5)), row.getBoolean(6),
                        row.getObject(7, OffsetDateTime.class)));
    }

    private @Nullable String avatar(@Nullable String id, @Nullable String elsewhere) {
        return id == null ? elsewhere : base + "/api/avatars/" + id;
    }

    private <T> Map<Long, T> query(String sql, Set<? extends Long> ids, Reader<T> reader) {
        Map<Long, T> found = new HashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            Array keys = connection.createArrayOf("bigint", ids.toArray());
            statement.setArray(1, keys);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getLong(1), reader.read(rows));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException("People could not be read", e);
        }
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }
}

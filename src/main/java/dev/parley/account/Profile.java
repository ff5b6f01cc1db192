package dev.parley.account;

import java.time.Instant;
import java.time.OffsetDateTime;

import org.jspecify.annotations.Nullable;

/**
 * What a message shows of a person; immutable and cached.
 *
 * @param avatarUrl a path of this service, under {@code parley.base-url} where that is set, or a picture elsewhere
 * @param admin whether they redeemed the admin code
 * @param lastSeen when their last socket closed
 */
public record Profile(long id, String name, String email, @Nullable String avatarUrl, boolean admin,
        @Nullable Instant lastSeen) {

    Profile(long id, String name, String email, @Nullable String avatarUrl, boolean admin,
            @Nullable OffsetDateTime lastSeen) {
        this(id, name, email, avatarUrl, admin, lastSeen == null ? null : lastSeen.toInstant());
    }
}

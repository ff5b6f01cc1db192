package dev.parley.account;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What a message shows of a person; immutable and cached.
 *
 * @param avatarUrl a path of this service, under {@code parley.base-url} where that is set, or a picture elsewhere
 * @param admin whether they redeemed the admin code
 * @param lastSeen when their last socket closed, as of when this was read
 * @param createdAt when they registered: tells them from whoever had the id before a backup was restored
 * @param sessions how often all their sessions were ended: tells which tokens are void
 */
public record Profile(long id, String name, String email, @Nullable String avatarUrl, boolean admin,
        @Nullable Instant lastSeen, Instant createdAt, int sessions) {
}

package dev.parley.account;

import java.time.Duration;
import java.time.Instant;

import jakarta.enterprise.context.ApplicationScoped;

import org.jspecify.annotations.Nullable;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.smallrye.jwt.build.Jwt;

/**
 * Access tokens: ours (ES256, {@code typ: at+jwt}, RFC 9068), or another issuer's where one is configured; never both. A
 * checked token is remembered for a minute, so that a signature is not computed anew for each request of a client.
 */
@ApplicationScoped
public class Tokens {

    /** @param expiresAt when a socket that was opened with the token has to close */
    public record Verified(long userId, boolean admin, Instant expiresAt) {
    }

    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final long REMEMBERED_CHARACTERS = 16L << 20;

    private final TokenCheck check;
    private final SigningKeys keys;
    private final Users users;
    private final AuthSettings settings;
    private final Cache<String, TokenCheck.Holder> known = Caffeine.newBuilder().expireAfterWrite(REMEMBERED)
            .maximumWeight(REMEMBERED_CHARACTERS).weigher((String token, Object holder) -> token.length()).build();

    Tokens(TokenCheck check, SigningKeys keys, Users users, AuthSettings settings) {
        this.check = check;
        this.keys = keys;
        this.users = users;
        this.settings = settings;
    }

    /** May block: on the first sight of a token and once a minute for its user. */
    public Verified verify(@Nullable String token) {
        if (token == null || token.isEmpty() || token.length() > TokenCheck.MAX_LENGTH) {
            throw new Refusal(Code.NOT_AUTHENTICATED);
        }
        TokenCheck.Holder holder = known.getIfPresent(token);
        if (holder == null) {
            holder = check.holder(token);
            known.put(token, holder);
        }
        Profile user = users.find(holder.userId());
        Verified verified = user == null ? null : verified(user, holder);
        if (verified == null) {
            throw new Refusal(Code.NOT_AUTHENTICATED);
        }
        return verified;
    }

    private static @Nullable Verified verified(Profile user, TokenCheck.Holder holder) {
        // A database that was restored gives ids again that it gave before.
        boolean same = holder.registered() == null || holder.registered() == user.createdAt().toEpochMilli();
        return same && holder.expiresAt().isAfter(Instant.now())
                ? new Verified(user.id(), user.admin() || holder.admin(), holder.expiresAt())
                : null;
    }

    /** The answer of {@link #verify} if it takes neither a signature nor the database: for event loops. */
    @Nullable
    Verified remembered(String token) {
        TokenCheck.Holder holder = known.getIfPresent(token);
        Profile user = holder == null ? null : users.cached(holder.userId());
        return user == null ? null : verified(user, holder);
    }

    long lifetimeSeconds() {
        return settings.tokenLifetime().toSeconds();
    }

    /** A token of ours for a user whose password was right. */
    String issue(long userId) {
        return Jwt.claims().issuer(settings.issuer()).audience(settings.audience()).subject(Long.toString(userId))
                .claim(TokenCheck.REGISTERED, users.get(userId).createdAt().toEpochMilli()).expiresIn(settings.tokenLifetime())
                .jws().type(TokenCheck.ACCESS_TOKEN).keyId(keys.id())
                .sign(keys.signing());
    }
}

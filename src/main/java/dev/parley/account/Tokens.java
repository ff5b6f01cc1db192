package dev.parley.account;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.jwt.build.Jwt;

/**
 * Access tokens: ours (ES256, {@code typ: at+jwt}, RFC 9068), or another issuer's where one is configured; never both. A
 * checked token is remembered for a minute, so that a signature is not computed anew for each request of a client.
 */
@Singleton
public class Tokens {

    /**
     * Whom a good token speaks for.
     *
     * @param sessions how often all sessions of the user have been ended: once more, and the token is void
     * @param signedIn when the password was given
     * @param expiresAt when a socket that was opened with the token has to close
     */
    public record Verified(long userId, boolean admin, int sessions, Instant signedIn, Instant expiresAt) {
    }

    /** @param expiresIn seconds */
    record Issued(String token, long expiresIn) {
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

    /** Before anything begins that would have to end again. */
    static void refuseImpossibleLifetimes(@Observes @Priority(1) StartupEvent start, AuthSettings settings) {
        if (!settings.tokenLifetime().isPositive() || !settings.sessionLifetime().isPositive()) {
            throw new ConfigurationException(
                    "parley.auth.token-lifetime and parley.auth.session-lifetime must be longer than nothing");
        }
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
        if (user != null && holder.sessions() != null && holder.sessions() > user.sessions()) {
            // The password was changed at another instance, whose notice is on its way.
            users.forget(user.id());
            user = users.find(holder.userId());
        }
        Verified verified = user == null ? null : verified(user, holder);
        if (verified == null) {
            throw new Refusal(Code.NOT_AUTHENTICATED);
        }
        return verified;
    }

    private static @Nullable Verified verified(Profile user, TokenCheck.Holder holder) {
        // A database that was restored gives ids again that it gave before.
        boolean same = holder.registered() == null || holder.registered() == user.createdAt().toEpochMilli();
        boolean goesOn = holder.sessions() == null || holder.sessions() == user.sessions();
        return same && goesOn && holder.expiresAt().isAfter(Instant.now())
                ? new Verified(user.id(), user.admin() || holder.admin(), user.sessions(), holder.signedIn(),
                        holder.expiresAt())
                : null;
    }

    /** The answer of {@link #verify} if it takes neither a signature nor the database: for event loops. */
    @Nullable
    Verified remembered(String token) {
        TokenCheck.Holder holder = known.getIfPresent(token);
        Profile user = holder == null ? null : users.cached(holder.userId());
        return user == null ? null : verified(user, holder);
    }

    /** A token of ours for a user whose password was right. */
    Issued issue(SignIn.Session session) {
        return issue(session.userId(), session.number(), Instant.now());
    }

    /** Another token for the same session: void when that one is, also when it becomes so at this moment. */
    Issued renew(Verified token) {
        return issue(token.userId(), token.sessions(), token.signedIn());
    }

    private Issued issue(long userId, int sessions, Instant signedIn) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant end = signedIn.truncatedTo(ChronoUnit.SECONDS).plus(settings.sessionLifetime());
        if (!end.isAfter(now)) {
            throw new Refusal(Code.NOT_AUTHENTICATED, "The session is over: sign in again");
        }
        Instant most = now.plus(settings.tokenLifetime());
        Instant expiresAt = most.isBefore(end) ? most : end;
        String token = Jwt.claims().issuer(settings.issuer()).audience(settings.audience()).subject(Long.toString(userId))
                .claim(TokenCheck.REGISTERED, users.get(userId).createdAt().toEpochMilli())
                .claim(TokenCheck.SESSIONS, sessions).claim(TokenCheck.SIGNED_IN, signedIn.getEpochSecond())
                .issuedAt(now).expiresAt(expiresAt)
                .jws().type(TokenCheck.ACCESS_TOKEN).keyId(keys.id())
                .sign(keys.signing());
        return new Issued(token, Duration.between(now, expiresAt).toSeconds());
    }
}

package dev.parley.account;

import java.time.Duration;
import java.util.Optional;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How people sign in: tokens, password hashes and throttles. Read at run time. */
@ConfigMapping(prefix = "parley.auth")
public interface AuthSettings {

    /** How long a token of ours is good for. */
    @WithDefault("7d")
    Duration tokenLifetime();

    /** How long one may go on without giving the password again, renewing one token by the other. */
    @WithDefault("30d")
    Duration sessionLifetime();

    /** The {@code iss} of our own tokens. */
    @WithDefault("parley")
    String issuer();

    /** The {@code aud} of our own tokens. */
    @WithDefault("parley")
    String audience();

    /** A private P-256 key as JWK (RFC 7517) that signs tokens, in place of the one in the database. */
    Optional<String> signingKey();

    /** The secret behind signed file URLs, at least 32 bytes in base64, in place of the one in the database. */
    Optional<String> urlKey();

    /** The logarithm of bcrypt's rounds, 4 to 31; stored hashes keep the cost they were made with. */
    @WithDefault("10")
    @Min(4)
    @Max(31)
    int bcryptCost();

    /**
     * How many logins and registrations may wait for their turn to hash; of one address a quarter of those places that are
     * free.
     */
    @WithDefault("1000")
    @Min(1)
    int hashingQueue();

    /** Registrations that one address may make at once; as many come back in {@link #registrationsPer()}. */
    @WithDefault("200")
    @Min(1)
    int registrations();

    /** See {@link #registrations()}. */
    @WithDefault("10m")
    Duration registrationsPer();

    /**
     * Logins that one address may try at once, and new tokens that one person may ask for; as many come back in
     * {@link #loginsPer()}.
     */
    @WithDefault("300")
    @Min(1)
    int logins();

    /** See {@link #logins()}. */
    @WithDefault("1m")
    Duration loginsPer();

    /** Failed logins that one account may have at once; as many come back in {@link #failuresPer()}. */
    @WithDefault("10")
    @Min(1)
    int failures();

    /** See {@link #failures()}. */
    @WithDefault("15m")
    Duration failuresPer();
}

package dev.parley.account;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.jboss.logging.Logger;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.quarkus.runtime.StartupEvent;

/**
 * The rules a token must meet, checked by jose4j rather than by smallrye-jwt's defaults, which let pass a wrong audience,
 * an issue time in the future and a refresh token.
 */
@ApplicationScoped
class TokenCheck {

    static final String ACCESS_TOKEN = "at+jwt";
    static final int MAX_LENGTH = 8_192;

    /** When the user of a token of ours registered, in milliseconds since 1970. */
    static final String REGISTERED = "registered";

    /** How often all sessions of its user had been ended when a token of ours was issued; absent: never. */
    static final String SESSIONS = "sessions";

    /** When the password was given, in seconds since 1970 (RFC 9068, 2.2.1); absent: when the token was issued. */
    static final String SIGNED_IN = "auth_time";

    /**
     * Whom a token speaks for.
     *
     * @param registered null when another issued it, or a program before this one
     * @param sessions null when another issued it
     */
    record Holder(long userId, @Nullable Long registered, @Nullable Integer sessions, boolean admin, Instant signedIn,
            Instant expiresAt) {
    }

    private static final Logger LOG = Logger.getLogger(TokenCheck.class);
    /** How far the clocks of instances and issuers may differ. */
    private static final int LEEWAY_SECONDS = 30;
    private static final int YEAR_SECONDS = 366 * 24 * 3_600;
    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,15}");
    /** What ID tokens (OpenID Connect Core, 2 and 3.3.2.11) and logout tokens carry and access tokens do not. */
    private static final Set<String> NOT_OF_ACCESS_TOKENS = Set.of("nonce", "at_hash", "c_hash", "events");

    private final SigningKeys keys;
    private final AuthSettings settings;
    private final OtherIssuer other;
    private final OthersPeople people;

    TokenCheck(SigningKeys keys, AuthSettings settings, OtherIssuer other, OthersPeople people) {
        this.keys = keys;
        this.settings = settings;
        this.other = other;
        this.people = people;
    }

    void refuseHalfSettings(@Observes StartupEvent start) {
        other.requireComplete();
    }

    /** @throws Refusal {@link Code#NOT_AUTHENTICATED}, which does not say why */
    Holder holder(String token) {
        try {
            return other.isConfigured() ? ofOther(token) : ofOurs(token);
        } catch (InvalidJwtException | MalformedClaimException e) {
            LOG.debugf("A token was refused: %s", e.getClass().getSimpleName());
        } catch (UnresolvableKeyException e) {
            LOG.warnf("The keys of %s cannot be had: %s", other.name(), e.getMessage());
        }
        throw new Refusal(Code.NOT_AUTHENTICATED);
    }

    private Holder ofOurs(String token) throws InvalidJwtException, MalformedClaimException {
        JwtConsumer consumer = rules(settings.issuer(), settings.audience()).setExpectedType(true, ACCESS_TOKEN)
                .setRequireJwtId()
                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
                .setVerificationKeyResolver((jws, nesting) -> {
                    if (!keys.id().equals(jws.getKeyIdHeaderValue())) {
                        throw new UnresolvableKeyException("not our key");
                    }
                    return keys.verifying();
                }).build();
        JwtClaims claims = consumer.processToClaims(token);
        String subject = claims.getSubject();
        if (!ID.matcher(subject).matches()) {
            throw new MalformedClaimException("sub");
        }
        Long sessions = claims.getClaimValue(SESSIONS, Long.class);
        return new Holder(Long.parseLong(subject), claims.getClaimValue(REGISTERED, Long.class),
                sessions == null ? 0 : sessions.intValue(), false, signedIn(claims), expiry(claims));
    }

    private Holder ofOther(String token) throws InvalidJwtException, MalformedClaimException, UnresolvableKeyException {
        JwtConsumer consumer = rules(other.name(), other.audiences()).setAllowedClockSkewInSeconds(LEEWAY_SECONDS)
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, other.algorithms()))
                .setVerificationKeyResolver(other.keys()).build();
        JwtContext context = consumer.process(token);
        JwtClaims claims = context.getJwtClaims();
        String type = context.getJoseObjects().getFirst().getHeader("typ");
        if (!isAccessToken(type, claims.getClaimsMap())) {
            throw new MalformedClaimException("typ");
        }
        long user = people.idOf(other.name(), claims);
        boolean admin = claims.getClaimValue("groups") instanceof List<?> groups && groups.contains("parley-admin");
        return new Holder(user, null, null, admin, issued(claims), expiry(claims));
    }

    private static JwtConsumerBuilder rules(String issuer, String... audiences) {
        return new JwtConsumerBuilder().setExpectedIssuer(true, issuer).setExpectedAudience(true, audiences)
                .setRequireExpirationTime().setRequireIssuedAt().setRequireSubject()
                .setIssuedAtRestrictions(LEEWAY_SECONDS, YEAR_SECONDS);
    }

    /**
     * Access tokens are named as such (RFC 9068) by few issuers. The rest is told by what others mark theirs with: header
     * {@code typ}, Keycloak's claim {@code typ}, Cognito's {@code token_use}, and the claims that only ID tokens have.
     */
    private static boolean isAccessToken(@Nullable String header, Map<String, Object> claims) {
        String type = header == null ? "jwt" : header.toLowerCase(Locale.ROOT).replace("application/", "");
        if (type.equals(ACCESS_TOKEN)) {
            return is(claims.get("typ"), "Bearer", true) && is(claims.get("token_use"), "access", true);
        }
        boolean said = is(claims.get("typ"), "Bearer", false) || is(claims.get("token_use"), "access", false);
        return type.equals("jwt") && is(claims.get("typ"), "Bearer", true) && is(claims.get("token_use"), "access", true)
                && (said || NOT_OF_ACCESS_TOKENS.stream().noneMatch(claims::containsKey));
    }

    private static boolean is(@Nullable Object claim, String expected, boolean otherwise) {
        return claim == null ? otherwise : claim instanceof String text && text.equalsIgnoreCase(expected);
    }

    private static Instant signedIn(JwtClaims claims) throws MalformedClaimException {
        NumericDate said = claims.getNumericDateClaimValue(SIGNED_IN);
        return said == null ? issued(claims) : Instant.ofEpochSecond(said.getValue());
    }

    private static Instant issued(JwtClaims claims) throws MalformedClaimException {
        return Instant.ofEpochSecond(claims.getIssuedAt().getValue());
    }

    private static Instant expiry(JwtClaims claims) throws MalformedClaimException {
        return Instant.ofEpochSecond(claims.getExpirationTime().getValue());
    }
}

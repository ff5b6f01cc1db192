package dev.parley.account;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

import io.quarkus.arc.Arc;

/** Tokens for a user that differ from a good one in a single thing. */
public final class Forgery {

    private Forgery() {
    }

    /** The one that nothing is wrong with: shows that the others fail for the reason they are named for. */
    public static String good(long user) {
        return signed(user, "at+jwt", true, claims -> {
        });
    }

    /** A good one with claims of the test's. */
    public static String good(long user, Consumer<JwtClaims> claims) {
        return signed(user, "at+jwt", true, claims);
    }

    /** A good one that expires so soon. */
    public static String goodFor(Duration time, long user) {
        return good(user, claims -> claims.setExpirationTime(
                NumericDate.fromSeconds(NumericDate.now().getValue() + time.toSeconds())));
    }

    public static Map<String, String> tokens(long user) {
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("expired", signed(user, "at+jwt", true, claims -> claims
                .setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 1))));
        bad.put("wrong signature", signed(user, "at+jwt", false, claims -> {
        }));
        bad.put("wrong audience", signed(user, "at+jwt", true, claims -> claims.setAudience("another-service")));
        bad.put("another type", signed(user, "rt+jwt", true, claims -> {
        }));
        return bad;
    }

    private static String signed(long user, String type, boolean ours, Consumer<JwtClaims> change) {
        SigningKeys keys = Arc.container().instance(SigningKeys.class).get();
        JwtClaims claims = new JwtClaims();
        claims.setIssuer("parley");
        claims.setAudience("parley");
        claims.setSubject(Long.toString(user));
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(10);
        claims.setJwtId(UUID.randomUUID().toString());
        change.accept(claims);
        JsonWebSignature token = new JsonWebSignature();
        token.setPayload(claims.toJson());
        token.setKeyIdHeaderValue(keys.id());
        token.setHeader("typ", type);
        token.setAlgorithmHeaderValue("ES256");
        try {
            token.setKey(ours ? keys.signing() : EcJwkGenerator.generateJwk(EllipticCurves.P256).getPrivateKey());
            return token.getCompactSerialization();
        } catch (JoseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

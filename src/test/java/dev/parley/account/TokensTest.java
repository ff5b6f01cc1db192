package dev.parley.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.problem.Refusal;
import dev.parley.testsupport.Sql;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class TokensTest {

    @Inject
    Tokens tokens;

    @Inject
    SigningKeys keys;

    @Inject
    Users users;

    @Inject
    DataSource database;

    private long user;

    @BeforeEach
    void registerAda() {
        user = People.register("Ada").id();
    }

    @Test
    void aTokenNamesItsUserAndItsEnd() {
        var ada = People.register("Ada");
        var verified = tokens.verify(ada.token());
        assertThat(verified.userId()).isEqualTo(ada.id());
        assertThat(verified.admin()).isFalse();
        assertThat(verified.expiresAt()).isBetween(java.time.Instant.now().plusSeconds(43_100),
                java.time.Instant.now().plusSeconds(604_800));
    }

    @Test
    void whatATestSignsItselfIsAcceptedWhenNothingIsWrong() throws JoseException {
        assertThat(tokens.verify(signed(header -> {
        }, claims -> {
        })).userId()).isEqualTo(user);
    }

    @Test
    void noneOfTheBadTokensIsAccepted() throws JoseException {
        Map<String, String> bad = badTokens();
        assertThat(bad).hasSizeGreaterThanOrEqualTo(40);
        bad.forEach((why, token) -> {
            assertThatThrownBy(() -> tokens.verify(token)).as(why).isInstanceOf(Refusal.class);
            // What is no header value, or too large for one, can only come by another way.
            if (token.length() < 16_000 && token.chars().allMatch(c -> c >= ' ' && c < 127)) {
                given().header("Authorization", "Bearer " + token).get("/api/auth/me").then().statusCode(401)
                        .contentType("application/problem+json").body("detail", equalTo("Not authenticated"));
            }
        });
    }

    /** A database that was restored gives the same ids again. */
    @Test
    void aTokenOfWhoeverHadTheIdBeforeIsNobodys() throws SQLException {
        People.Person ada = People.register("Ada");
        new Sql(database).change("update users set created_at = created_at + interval '1 hour' where id = " + ada.id());
        users.forget(ada.id());
        given().header("Authorization", "Bearer " + ada.token()).get("/api/auth/me").then().statusCode(401);
    }

    @Test
    void theSchemeMayBeWrittenInAnyCaseAndNothingElseIsTaken() {
        String token = People.register("Ada").token();
        for (String header : List.of("Bearer " + token, "bearer " + token, "BEARER " + token)) {
            given().header("Authorization", header).get("/api/auth/me").then().statusCode(200);
        }
        for (String header : List.of(token, "Basic " + token, "Bearer", "Bearer ", "Token " + token)) {
            given().header("Authorization", header).get("/api/auth/me").then().statusCode(401);
        }
        given().cookie("Bearer", token).get("/api/auth/me").then().statusCode(401);
        given().queryParam("token", token).get("/api/auth/me").then().statusCode(401);
    }

    private Map<String, String> badTokens() throws JoseException {
        Map<String, String> bad = new LinkedHashMap<>();
        String good = signed(header -> {
        }, claims -> {
        });
        String[] parts = good.split("\\.");
        long now = NumericDate.now().getValue();

        bad.put("one dot", ".");
        bad.put("two dots", "..");
        bad.put("three words", "a.b.c");
        bad.put("five parts", "a.b.c.d.e");
        bad.put("no signature", parts[0] + "." + parts[1] + ".");
        bad.put("no payload", parts[0] + ".." + parts[2]);
        bad.put("only a header", parts[0]);
        bad.put("doubled", good + "." + parts[2]);
        bad.put("cut", good.substring(0, good.length() - 4));
        bad.put("zero signature", parts[0] + "." + parts[1] + "." + base64(new byte[64]));
        bad.put("foreign bytes", "ä" + good);
        bad.put("huge", good + "A".repeat(100_000));
        bad.put("large but whole", signed(h -> {
        }, c -> c.setStringClaim("padding", "x".repeat(9_000))));
        bad.put("payload changed", parts[0] + "." + base64(text(parts[1]).replace("\"sub\":\"" + user, "\"sub\":\"1" + user))
                + "." + parts[2]);
        bad.put("header changed", base64(text(parts[0]).replace("at+jwt", "AT+jwt ")) + "." + parts[1] + "." + parts[2]);
        bad.put("algorithm none", base64("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + parts[1] + ".");
        bad.put("algorithm None", base64("{\"alg\":\"None\",\"typ\":\"at+jwt\"}") + "." + parts[1] + "." + parts[2]);
        bad.put("no algorithm", base64("{\"typ\":\"at+jwt\"}") + "." + parts[1] + "." + parts[2]);
        bad.put("public key as secret", signedBy(new HmacKey(keys.verifying().getEncoded()), "HS256"));
        bad.put("empty-ish secret", signedBy(new HmacKey(new byte[32]), "HS256"));
        bad.put("url key as secret", signedBy(new HmacKey(keys.urlKey()), "HS256"));
        bad.put("another EC key under our kid",
                signedBy(EcJwkGenerator.generateJwk(EllipticCurves.P256).getPrivateKey(), "ES256"));
        bad.put("another curve", signedBy(EcJwkGenerator.generateJwk(EllipticCurves.P384).getPrivateKey(), "ES384"));
        bad.put("RSA under our kid", signedBy(RsaJwkGenerator.generateJwk(2048).getPrivateKey(), "RS256"));
        bad.put("key in the header", keyInHeader());
        bad.put("wrong kid", signed(h -> h.setKeyIdHeaderValue("other"), c -> {
        }));
        bad.put("no kid", signed(h -> h.getHeaders().setObjectHeaderValue("kid", null), c -> {
        }));
        bad.put("kid as path", signed(h -> h.setKeyIdHeaderValue("../../dev/null"), c -> {
        }));
        bad.put("unknown critical header", signed(h -> h.setCriticalHeaderNames("exp"), c -> {
        }));
        for (String type : List.of("JWT", "ID", "Refresh", "rt+jwt", "logout+jwt", "secevent+jwt", "jose")) {
            bad.put("type " + type, signed(h -> h.setHeader("typ", type), c -> {
            }));
        }
        bad.put("no type", signed(h -> h.getHeaders().setObjectHeaderValue("typ", null), c -> {
        }));
        bad.put("other issuer", signed(c -> c.setIssuer("https://evil.example")));
        bad.put("no issuer", signed(c -> c.unsetClaim("iss")));
        bad.put("other audience", signed(c -> c.setAudience("another-service")));
        bad.put("no audience", signed(c -> c.unsetClaim("aud")));
        bad.put("empty audience", signed(c -> c.setAudience(List.of())));
        bad.put("expired", signed(c -> c.setExpirationTime(NumericDate.fromSeconds(now - 1))));
        bad.put("no expiry", signed(c -> c.unsetClaim("exp")));
        bad.put("expiry as text", signed(c -> c.setClaim("exp", "never")));
        bad.put("issued in the future", signed(c -> c.setIssuedAt(NumericDate.fromSeconds(now + 600))));
        bad.put("no issue time", signed(c -> c.unsetClaim("iat")));
        bad.put("not valid yet", signed(c -> c.setNotBefore(NumericDate.fromSeconds(now + 600))));
        bad.put("no subject", signed(c -> c.unsetClaim("sub")));
        bad.put("no id", signed(c -> c.unsetClaim("jti")));
        bad.put("nobody", signed(c -> c.setSubject("9007199254740991")));
        bad.put("subject 0", signed(c -> c.setSubject("0")));
        bad.put("negative subject", signed(c -> c.setSubject("-1")));
        bad.put("subject beyond long", signed(c -> c.setSubject("99999999999999999999")));
        bad.put("subject as text", signed(c -> c.setSubject("admin")));
        bad.put("subject as number", signed(c -> c.setClaim("sub", user)));
        return bad;
    }

    private String signed(Consumer<JwtClaims> change) throws JoseException {
        return signed(header -> {
        }, change);
    }

    private String signed(Consumer<JsonWebSignature> header, Consumer<JwtClaims> change) throws JoseException {
        JsonWebSignature token = token(change);
        token.setKey(keys.signing());
        token.setAlgorithmHeaderValue("ES256");
        header.accept(token);
        return token.getCompactSerialization();
    }

    private String signedBy(Key key, String algorithm) throws JoseException {
        JsonWebSignature token = token(claims -> {
        });
        token.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        token.setKey(key);
        token.setAlgorithmHeaderValue(algorithm);
        return token.getCompactSerialization();
    }

    private String keyInHeader() throws JoseException {
        var own = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        JsonWebSignature token = token(claims -> {
        });
        token.setKey(own.getPrivateKey());
        token.setAlgorithmHeaderValue("ES256");
        token.setJwkHeader(own);
        return token.getCompactSerialization();
    }

    private JsonWebSignature token(Consumer<JwtClaims> change) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer("parley");
        claims.setAudience("parley");
        claims.setSubject(Long.toString(user));
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(10);
        claims.setJwtId(Long.toString(new SecureRandom().nextLong()));
        change.accept(claims);
        JsonWebSignature token = new JsonWebSignature();
        token.setPayload(claims.toJson());
        token.setKeyIdHeaderValue(keys.id());
        token.setHeader("typ", "at+jwt");
        return token;
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String text(String base64) {
        return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}

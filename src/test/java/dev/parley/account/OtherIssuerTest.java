package dev.parley.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Inject;

import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;

@QuarkusTest
@QuarkusTestResource(value = OtherIssuerServer.class, restrictToAnnotatedClass = true)
@TestProfile(OtherIssuerTest.Anew.class)
class OtherIssuerTest {

    /** Only makes the application start anew, with the issuer's settings. */
    public static class Anew implements QuarkusTestProfile {
    }

    @Inject
    Tokens tokens;

    private final String subject = UUID.randomUUID().toString();

    @Test
    void aPersonIsMadeFromTheClaimsAtFirstSightAndKnownByThemAfterwards() {
        String token = OtherIssuerServer.token(subject, claims -> {
            claims.setStringClaim("email", "Ada@Example.com");
            claims.setStringClaim("name", "Ada");
            claims.setStringClaim("picture", "https://example.com/ada.png");
            claims.setStringClaim("typ", "Bearer");
        });
        int id = me(token, 200).body("email", equalTo("ada@example.com")).body("name", equalTo("Ada"))
                .body("avatar_url", equalTo("https://example.com/ada.png")).extract().path("id");
        me(OtherIssuerServer.token(subject, claims -> claims.setStringClaim("email", "new@example.com")), 200)
                .body("id", equalTo(id)).body("email", equalTo("ada@example.com"));
    }

    @Test
    void theSameEmailIsNotTheSamePerson() {
        int one = me(OtherIssuerServer.token(subject, c -> c.setStringClaim("email", "same@example.com")), 200).extract()
                .path("id");
        int two = me(OtherIssuerServer.token(subject + "2", c -> c.setStringClaim("email", "same@example.com")), 200)
                .extract().path("id");
        assertThat(two).isNotEqualTo(one);
    }

    @Test
    void claimsThatAreMissingOrBadLeaveSomethingToCallAPersonBy() {
        me(OtherIssuerServer.token(subject, claims -> {
            claims.setStringClaim("name", "\u0000");
            claims.setStringClaim("preferred_username", "ada");
            claims.setStringClaim("picture", "javascript:alert(1)");
        }), 200).body("name", equalTo("ada")).body("email", equalTo("")).body("avatar_url", nullValue());
        me(OtherIssuerServer.token(subject + "3", claims -> {
        }), 200).body("name", equalTo(subject + "3"));
    }

    @Test
    void aRoleMakesAnAdminForAsLongAsTheTokenSaysSo() {
        String admin = OtherIssuerServer.token(subject, c -> c.setStringListClaim("groups", "parley-admin", "x"));
        String plain = OtherIssuerServer.token(subject, c -> c.setStringListClaim("groups", "parley-admins"));
        assertThat(tokens.verify(admin).admin()).isTrue();
        assertThat(tokens.verify(plain).admin()).isFalse();
        assertThat(tokens.verify(plain).userId()).isEqualTo(tokens.verify(admin).userId());
    }

    @Test
    void accessTokensOfAllShapesAreTaken() {
        // As one issuer writes it, whom nobody asks when somebody signed in.
        me(OtherIssuerServer.token(subject, claims -> claims.setStringClaim("auth_time", "2026-11-23T12:00:00.000Z")), 200);
        me(OtherIssuerServer.token(subject, h -> h.setHeader("typ", "at+jwt"), c -> c.setStringClaim("nonce", "n")), 200);
        me(OtherIssuerServer.token(subject, h -> h.setHeader("typ", "application/at+jwt"), c -> {
        }), 200);
        me(OtherIssuerServer.token(subject, h -> h.getHeaders().setObjectHeaderValue("typ", null), c -> {
        }), 200);
        me(OtherIssuerServer.token(subject, c -> c.setStringClaim("token_use", "access")), 200);
        me(OtherIssuerServer.token(subject, c -> c.setAudience("account", "other")), 200);
    }

    @Test
    void noneOfTheBadTokensIsAccepted() {
        long now = NumericDate.now().getValue();
        Map<String, String> bad = new LinkedHashMap<>();
        for (String type : List.of("ID", "Refresh", "logout+jwt", "rt+jwt", "dpop+jwt")) {
            bad.put("header typ " + type, OtherIssuerServer.token(subject, h -> h.setHeader("typ", type), c -> {
            }));
            bad.put("claim typ " + type, OtherIssuerServer.token(subject, c -> c.setStringClaim("typ", type)));
            bad.put("claim typ in at+jwt " + type, OtherIssuerServer.token(subject, h -> h.setHeader("typ", "at+jwt"),
                    c -> c.setStringClaim("typ", type)));
        }
        bad.put("token_use", OtherIssuerServer.token(subject, c -> c.setStringClaim("token_use", "id")));
        for (String claim : List.of("nonce", "at_hash", "c_hash", "events")) {
            bad.put(claim, OtherIssuerServer.token(subject, c -> c.setStringClaim(claim, "x")));
        }
        bad.put("no audience", OtherIssuerServer.token(subject, c -> c.unsetClaim("aud")));
        bad.put("other audience", OtherIssuerServer.token(subject, c -> c.setAudience("account")));
        bad.put("other issuer", OtherIssuerServer.token(subject, c -> c.setIssuer("https://issuer.example/realms/two")));
        bad.put("no issuer", OtherIssuerServer.token(subject, c -> c.unsetClaim("iss")));
        bad.put("no subject", OtherIssuerServer.token(subject, c -> c.unsetClaim("sub")));
        bad.put("empty subject", OtherIssuerServer.token("", c -> {
        }));
        bad.put("endless subject", OtherIssuerServer.token("s".repeat(256), c -> {
        }));
        bad.put("NUL in subject", OtherIssuerServer.token("a\u0000b", c -> {
        }));
        bad.put("expired", OtherIssuerServer.token(subject, c -> c.setExpirationTime(NumericDate.fromSeconds(now - 60))));
        bad.put("no expiry", OtherIssuerServer.token(subject, c -> c.unsetClaim("exp")));
        bad.put("issued in the future",
                OtherIssuerServer.token(subject, c -> c.setIssuedAt(NumericDate.fromSeconds(now + 600))));
        bad.put("not valid yet", OtherIssuerServer.token(subject, c -> c.setNotBefore(NumericDate.fromSeconds(now + 600))));
        bad.put("unknown kid", OtherIssuerServer.token(subject, h -> h.setKeyIdHeaderValue("two"), c -> {
        }));
        bad.put("symmetric", OtherIssuerServer.token(subject, h -> {
            h.setAlgorithmHeaderValue("HS256");
            h.setKey(new HmacKey(new byte[32]));
        }, c -> {
        }));
        bad.put("other algorithm", OtherIssuerServer.token(subject, h -> h.setAlgorithmHeaderValue("RS512"), c -> {
        }));
        bad.put("one of ours", tokens.issue(new SignIn.Session(1, 0)).token());
        assertThat(bad).hasSizeGreaterThanOrEqualTo(35);
        bad.forEach((why, token) -> assertThat(given().auth().oauth2(token).get("/api/auth/me").statusCode()).as(why)
                .isEqualTo(401));
    }

    @Test
    void registrationAndLoginSayWherePeopleComeFrom() {
        People.register(People.email(), "Ada", People.PASSWORD).statusCode(404).body("detail",
                containsString(OtherIssuerServer.NAME));
        People.login(People.email(), People.PASSWORD).statusCode(404).contentType("application/problem+json");
    }

    @Test
    void neitherTokensNorPasswordsAreChangedHere() {
        String token = OtherIssuerServer.token(subject, claims -> {
        });
        me(token, 200);
        given().auth().oauth2(token).post("/api/auth/refresh").then().statusCode(404).body("detail",
                containsString(OtherIssuerServer.NAME));
        given().auth().oauth2(token).contentType("application/json")
                .body("{\"current_password\":\"correct horse\",\"password\":\"battery staple\"}").post("/api/auth/password")
                .then().statusCode(404).body("detail", containsString(OtherIssuerServer.NAME));
    }

    private static ValidatableResponse me(String token, int status) {
        return given().auth().oauth2(token).get("/api/auth/me").then().statusCode(status);
    }
}

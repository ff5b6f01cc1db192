package dev.parley.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;

@QuarkusTest
class AuthResourceTest {

    @Test
    void registeringSignsInAndShowsEveryFieldOfAUser() {
        String email = People.email();
        String token = People.register(email.toUpperCase(Locale.ROOT), "  Ada  ", People.PASSWORD).statusCode(201)
                .header("Cache-Control", "no-store").body("token_type", equalTo("Bearer"))
                .body("expires_in", equalTo(604_800)).body("user.email", equalTo(email)).body("user.name", equalTo("Ada"))
                .body("user.is_online", equalTo(false)).body("user", hasKey("avatar_url"))
                .body("user", hasKey("last_seen")).body("user.last_seen", nullValue())
                .body("user", not(hasKey("password_hash"))).body("user", not(hasKey("online"))).extract()
                .path("access_token");
        given().auth().oauth2(token).get("/api/auth/me").then().statusCode(200).body("email", equalTo(email));
    }

    @Test
    void loggingInNeedsTheRightPasswordAndComparesTheEmailWithoutCase() {
        var ada = People.register("Ada");
        People.login(ada.email().toUpperCase(Locale.ROOT), People.PASSWORD).statusCode(200).body("user.name",
                equalTo("Ada"));
        People.login(ada.email(), "wrong horse").statusCode(401).contentType("application/problem+json")
                .body("code", equalTo("wrong_credentials"));
        People.login(People.email(), People.PASSWORD).statusCode(401).body("code", equalTo("wrong_credentials"));
    }

    @Test
    void anEmailIsRegisteredOnce() {
        var ada = People.register("Ada");
        People.register(ada.email().toUpperCase(Locale.ROOT), "Eve", People.PASSWORD).statusCode(409).body("code",
                equalTo("email_taken"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a", "@b", "a@", "a b@c.d", "a@b c", "a@@b", "a@b..c", "a\\u0000@b.c", "a\\ud800@b.c" })
    void whatIsNoEmailIsRefused(String email) {
        refused("{\"email\":\"" + email + "\",\"name\":\"Ada\",\"password\":\"correct horse\"}", "email");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "   ", "a\\u0000b", "\\ud800", "\\udc00\\ud800", "two\\nlines", "\\u200b", "\\u202eevil" })
    void whatIsNoNameIsRefused(String name) {
        refused("{\"email\":\"" + People.email() + "\",\"name\":\"" + name + "\",\"password\":\"correct horse\"}", "name");
    }

    @Test
    void longTextIsRefusedWithItsLimit() {
        refused(Map.of("email", People.email(), "name", "n".repeat(101), "password", People.PASSWORD), "100");
        refused(Map.of("email", "a@" + "b".repeat(260), "name", "n", "password", People.PASSWORD), "254");
        People.register(People.email(), "😀".repeat(100), People.PASSWORD).statusCode(201);
    }

    @Test
    void passwordsHaveEightCharactersAtLeastAnd72BytesAtMost() {
        String email = People.email();
        refused(Map.of("email", email, "name", "Ada", "password", "1234567"), "8 characters");
        refused(Map.of("email", email, "name", "Ada", "password", "ä".repeat(37)), "72 bytes");
        People.register(email, "Ada", "ä".repeat(36)).statusCode(201);
        People.login(email, "ä".repeat(36)).statusCode(200);
        People.login(email, "ä".repeat(35)).statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "null", "[]", "1", "{", "{}", "{\"email\":1,\"name\":\"a\",\"password\":\"correct horse\"}",
            "{\"email\":null}", "{\"email\":{}}", "{\"email\":[\"a@b.c\"]}", "{\"email\":\"a@b.c\"}", "nonsense", "{}{}" })
    void malformedBodiesAreRefusedWithAReason(String body) {
        for (String path : new String[] { "/api/auth/register", "/api/auth/login" }) {
            given().contentType(ContentType.JSON).body(body).post(path).then().statusCode(400)
                    .contentType("application/problem+json").body("code", equalTo("bad_request"))
                    .body("detail", not(containsString("dev.parley")));
        }
    }

    @ParameterizedTest
    @CsvSource({ "GET, /api/auth/me", "GET, /api/auth/me/", "PATCH, /api/auth/me", "POST, /api/auth/admin",
            "GET, /api/chat/search-users", "GET, /api/chat/search-users/" })
    void withoutATokenNothingIsTold(String method, String path) {
        given().contentType(ContentType.JSON).body("{}").request(method, path).then().statusCode(401)
                .contentType("application/problem+json").header("WWW-Authenticate", "Bearer")
                .header("Cache-Control", "no-store").body("detail", equalTo("Not authenticated"))
                .body("code", equalTo("not_authenticated")).body("status", equalTo(401));
    }

    @Test
    void everyPathIsAlsoAcceptedWithATrailingSlash() {
        String email = People.email();
        People.post("/api/auth/register/", Map.of("email", email, "name", "Ada", "password", People.PASSWORD))
                .statusCode(201);
        String token = People.post("/api/auth/login/", Map.of("email", email, "password", People.PASSWORD))
                .statusCode(200).extract().path("access_token");
        given().auth().oauth2(token).get("/api/auth/me/").then().statusCode(200);
        given().auth().oauth2(token).get("/api/chat/search-users/?email=x").then().statusCode(200);
    }

    @Test
    void aStaleTokenDoesNotStopALogin() {
        var ada = People.register("Ada");
        given().auth().oauth2("stale").contentType(ContentType.JSON)
                .body(Map.of("email", ada.email(), "password", People.PASSWORD)).post("/api/auth/login").then()
                .statusCode(200);
    }

    @Test
    void aProfileChangesOnlyWhereItWasAskedTo() {
        var ada = People.register("Ada");
        change(ada, "{\"avatar_url\":\"https://example.com/a.jpg\"}", 200).body("name", equalTo("Ada"))
                .body("avatar_url", equalTo("https://example.com/a.jpg"));
        change(ada, "{\"name\":\" Ada L \",\"unknown\":1}", 200).body("name", equalTo("Ada L")).body("avatar_url",
                equalTo("https://example.com/a.jpg"));
        change(ada, "{\"avatar_url\":null}", 200).body("avatar_url", nullValue()).body("name", equalTo("Ada L"));
        change(ada, "{\"avatar_url\":\"javascript:alert(1)\"}", 400);
        change(ada, "{\"name\":\"\"}", 400);
    }

    @Test
    void changesOfOnePersonAtTheSameTimeAllStay() throws Exception {
        var ada = People.register("Ada");
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 15; round++) {
                String name = "Ada " + round;
                String picture = "https://example.org/" + round + ".png";
                Future<Integer> renamed = other.submit(() -> change(ada.token(), "name", name));
                assertThat(change(ada.token(), "avatar_url", picture)).isEqualTo(200);
                assertThat(renamed.get()).isEqualTo(200);
                given().auth().oauth2(ada.token()).get("/api/auth/me").then().body("name", equalTo(name))
                        .body("avatar_url", equalTo(picture));
            }
        }
    }

    private static int change(String token, String field, String value) {
        return given().auth().oauth2(token).contentType(ContentType.JSON).body(Map.of(field, value)).patch("/api/auth/me")
                .statusCode();
    }

    @Test
    void nobodyBecomesAnAdminWithoutTheCode() {
        var ada = People.register("Ada");
        ada.calls().contentType(ContentType.JSON).body("{\"code\":\"guess\"}").post("/api/auth/admin").then()
                .statusCode(403).body("code", equalTo("forbidden"));
        ada.calls().contentType(ContentType.JSON).body("{}").post("/api/auth/admin").then().statusCode(400);
    }

    @Test
    void anAccountTakesTenWrongPasswordsAndThenNotEvenTheRightOne() {
        var ada = People.register("Ada");
        for (int i = 0; i < 10; i++) {
            People.login(ada.email(), People.PASSWORD).statusCode(200);
            People.login(ada.email(), "wrong horse").statusCode(401);
        }
        People.login(ada.email(), People.PASSWORD).statusCode(429).header("Retry-After", not(nullValue())).body("code",
                equalTo("too_many_requests"));
    }

    private static io.restassured.response.ValidatableResponse change(People.Person person, String body, int status) {
        return person.calls().contentType(ContentType.JSON).body(body).patch("/api/auth/me").then().statusCode(status);
    }

    private static void refused(Object body, String reason) {
        People.post("/api/auth/register", body).statusCode(400).contentType("application/problem+json").body("detail",
                allOf(containsString(reason), not(containsString("Exception"))));
    }
}

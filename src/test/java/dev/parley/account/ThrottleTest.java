package dev.parley.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.LowLimits;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;

@QuarkusTest
@TestProfile(LowLimits.class)
class ThrottleTest {

    @TestHTTPResource("/")
    URI base;

    @Inject
    Tokens tokens;

    @Test
    void anAddressThatRegistersTooOftenIsToldWhenToComeBack() {
        for (int i = 0; i < LowLimits.REGISTRATIONS; i++) {
            assertThat(register("192.0.2.1")).isEqualTo(201);
        }
        given().header("X-Forwarded-For", "192.0.2.1").contentType(ContentType.JSON).body(account())
                .post("/api/auth/register").then().statusCode(429).header("Retry-After", matchesPattern("[1-9][0-9]*"))
                .body("code", equalTo("too_many_requests"));
        assertThat(register("192.0.2.2")).isEqualTo(201);
    }

    @Test
    void aHouseholdCountsAsOneAddress() {
        for (int i = 0; i < LowLimits.REGISTRATIONS; i++) {
            assertThat(register("2001:db8:1:2::" + Integer.toHexString(i))).isEqualTo(201);
        }
        assertThat(register("2001:db8:1:2:ffff::1")).isEqualTo(429);
        assertThat(register("2001:db8:1:3::1")).isEqualTo(201);
    }

    @Test
    void guessesSentAllAtOnceAreCountedToo() throws Exception {
        String email = People.email();
        try (var threads = Executors.newFixedThreadPool(20)) {
            Callable<Integer> guess = () -> People.login(email, "wrong horse").extract().statusCode();
            var answers = threads.invokeAll(IntStream.range(0, 40).mapToObj(i -> guess).toList()).stream()
                    .map(Future::resultNow).toList();
            assertThat(answers).containsOnly(401, 429);
            // Two hash at a time at most on the machines this runs on, so that one may pass beside the last.
            assertThat(answers.stream().filter(status -> status == 401).count()).isBetween((long) LowLimits.FAILURES,
                    2L * LowLimits.FAILURES);
        }
    }

    @Test
    void aPersonGetsAsManyNewTokensAsAnAddressMayLogIn() {
        // Whose requests share a connection: there are not as many as that to be had, too.
        Person ada = Person.register(base, "Ada");
        for (int i = 0; i < LowLimits.LOGINS; i++) {
            ada.post("/api/auth/refresh", null).expect(200);
        }
        Answer refused = ada.post("/api/auth/refresh", null);
        refused.expect(429);
        assertThat(refused.headers().firstValue("Retry-After")).get().asString().matches("[1-9][0-9]*");
        ada.post("/api/auth/password", Map.of("current_password", Person.PASSWORD, "password", "battery staple")).expect(429);
    }

    @Test
    void theCodeMakesAnAdminAtOnceAndWrongOnesAreCounted() {
        String token = given().header("X-Forwarded-For", "192.0.2.9").contentType(ContentType.JSON).body(account())
                .post("/api/auth/register").then().extract().path("access_token");
        assertThat(tokens.verify(token).admin()).isFalse();
        redeem(token, "open sesam", 403);
        redeem(token, "open sesame", 200);
        assertThat(tokens.verify(token).admin()).isTrue();
        redeem(token, "1", 403);
        redeem(token, "2", 403);
        redeem(token, "open sesame", 429);
    }

    private static void redeem(String token, String code, int status) {
        given().auth().oauth2(token).contentType(ContentType.JSON).body(Map.of("code", code)).post("/api/auth/admin")
                .then().statusCode(status);
    }

    private static int register(String address) {
        return given().header("X-Forwarded-For", address).contentType(ContentType.JSON).body(account())
                .post("/api/auth/register").statusCode();
    }

    private static Map<String, String> account() {
        return Map.of("email", People.email(), "name", "Ada", "password", People.PASSWORD);
    }
}

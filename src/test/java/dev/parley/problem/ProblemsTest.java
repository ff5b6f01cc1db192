package dev.parley.problem;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.logging.Level;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.testsupport.Logs;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;

@QuarkusTest
class ProblemsTest {

    @Path("/test")
    public static class Faulty {

        @GET
        @Path("/unannotated")
        public String unannotated() {
            return "secret";
        }

        @GET
        @Path("/fault")
        @PermitAll
        public String fault() {
            throw new IllegalStateException("secret");
        }

        @GET
        @Path("/forbidden")
        @PermitAll
        public String forbidden() {
            throw new ForbiddenException("secret");
        }

        @GET
        @Path("/number/{number}")
        @PermitAll
        public String number(@PathParam("number") long number) {
            return Long.toString(number);
        }

        @GET
        @Path("/signed-in/{code}")
        @PermitAll
        public String signedIn(@PathParam("code") String code) {
            throw new AuthenticationFailedException(new Refusal(Code.valueOf(code)));
        }

        /** Answered by somebody else meanwhile, as a slow request is. */
        @GET
        @Path("/late")
        @PermitAll
        @RunOnVirtualThread
        public String late(HttpServerRequest request) throws Exception {
            request.response().end("answered").toCompletionStage().toCompletableFuture().get();
            return "late";
        }

        @GET
        @Path("/away")
        @PermitAll
        public String away() {
            throw new IllegalStateException(new SQLException("secret", "08006"));
        }
    }

    /** A route beside REST, as sockets and static files are. */
    @Singleton
    static class Routes {
        void add(@Observes Router router) {
            router.get("/beside/fault").handler(context -> context.fail(new IllegalStateException("secret")));
            router.get("/beside/unauthorized").handler(context -> context.fail(new UnauthorizedException("secret")));
            router.get("/beside/status").handler(context -> context.fail(404));
        }
    }

    @ParameterizedTest
    @CsvSource({ "/test/unannotated, 401, not_authenticated", "/test/fault, 500, internal", "/test/forbidden, 403, forbidden",
            "/test/number/x, 404, not_found", "/test/number/99999999999999999999, 404, not_found",
            "/test/away, 503, unavailable", "/beside/fault, 500, internal", "/beside/unauthorized, 401, not_authenticated",
            "/beside/status, 404, not_found" })
    void whateverGoesWrongTellsNoSecret(String path, int status, String code) {
        problem(given().get(path).then(), status, code).body(not(containsString("secret")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/nowhere", "/api/nowhere", "/api/auth", "/api/auth/", "/api/auth/me/more", "/q/nowhere",
            "/%2e%2e/etc/passwd", "/api/auth/login;x=y/z", "/a%00b" })
    void unknownPathsAreNotFoundAsAProblem(String path) {
        problem(given().urlEncodingEnabled(false).get(path).then(), 404, "not_found");
    }

    @ParameterizedTest
    @CsvSource({ "DELETE, /api/auth/login", "GET, /api/auth/register", "PUT, /api/chat/search-users", "TRACE, /api/auth/me" })
    void wrongMethodsAreAProblem(String method, String path) {
        problem(given().request(method, path).then(), 405, "method_not_allowed");
    }

    @Inject
    ObjectMapper json;

    @Test
    void instantsAreWrittenWithoutAFormatter() throws JsonMappingException {
        assertThat(json.getSerializerProviderInstance().findValueSerializer(Instant.class)).isInstanceOf(IsoInstant.class);
    }

    @Test
    void aTokenThatCannotBeCheckedNowIsNotABadToken() {
        given().get("/test/signed-in/UNAVAILABLE").then().statusCode(503);
        given().get("/test/signed-in/NOT_AUTHENTICATED").then().statusCode(401);
    }

    @Test
    void anAnswerThatComesTooLateIsNoFault() {
        try (Logs logs = Logs.from(Level.FINE)) {
            given().get("/test/late").then().statusCode(200).body(equalTo("answered"));
            await().untilAsserted(() -> assertThat(logs.lines()).anyMatch(line -> line.contains("already been written")));
            assertThat(logs.faults()).isEmpty();
        }
    }

    @Test
    void aWrongMediaTypeIsAProblem() {
        problem(given().contentType("text/xml").body("<a/>").post("/api/auth/login").then(), 415, "unsupported_media_type");
        problem(given().accept("image/png").contentType("application/json").body("{}").post("/api/auth/login").then(),
                406, "not_acceptable");
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/html", "application/json", "application/problem+json", "*/*", "application/xml" })
    void whateverIsAcceptedAProblemIsAProblem(String accept) {
        problem(given().accept(accept).get("/nowhere").then(), 404, "not_found");
    }

    @Test
    void aTooLargeRequestIsToldBeforeItIsSent() throws IOException {
        String answer = raw("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 99999999999999\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 413").contains("application/problem+json", "request_too_large");
    }

    @Test
    void healthAndMetricsAndTheApiDescriptionAreStillThere() {
        for (String path : new String[] { "/q/health/live", "/q/metrics", "/q/openapi" }) {
            given().get(path).then().statusCode(200);
        }
        String description = given().accept("application/json").get("/q/openapi").asString();
        assertThat(description).contains("avatar_url", "is_online", "access_token", "\"bearer\"").doesNotContain("avatarUrl");
    }

    private static ValidatableResponse problem(ValidatableResponse answer, int status, String code) {
        return answer.statusCode(status).contentType("application/problem+json").header("Cache-Control", "no-store")
                .body("status", equalTo(status)).body("code", equalTo(code));
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

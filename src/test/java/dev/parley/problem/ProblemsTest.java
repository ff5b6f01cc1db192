package dev.parley.problem;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;

@QuarkusTest
@QuarkusTestResource(restrictToAnnotatedClass = false, value = dev.parley.account.TemporaryPostgres.class)
class ProblemsTest {

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

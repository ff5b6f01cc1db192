package dev.parley.account;

import static io.restassured.RestAssured.given;

import java.util.Map;
import java.util.UUID;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;

/** People for tests, each with an e-mail nobody else has. */
final class People {

    record Person(long id, String email, String token) {

        RequestSpecification calls() {
            return given().auth().oauth2(token);
        }
    }

    static final String PASSWORD = "correct horse";

    private People() {
    }

    static Person register(String name) {
        String email = email();
        var answer = register(email, name, PASSWORD).statusCode(201).extract().jsonPath();
        return new Person(answer.getLong("user.id"), email, answer.getString("access_token"));
    }

    static ValidatableResponse register(String email, String name, String password) {
        return post("/api/auth/register", Map.of("email", email, "name", name, "password", password));
    }

    static ValidatableResponse login(String email, String password) {
        return post("/api/auth/login", Map.of("email", email, "password", password));
    }

    static ValidatableResponse post(String path, Object body) {
        return given().contentType(ContentType.JSON).body(body).post(path).then();
    }

    static String email() {
        return "p" + UUID.randomUUID() + "@example.com";
    }
}

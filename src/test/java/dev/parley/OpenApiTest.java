package dev.parley;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.quarkus.test.junit.QuarkusTest;

/** Whoever reads the descriptions knows every route's shapes and errors. */
@QuarkusTest
class OpenApiTest {

    @Test
    void everyRouteTellsItsAnswersAndItsRefusals() throws Exception {
        JsonNode description = new ObjectMapper()
                .readTree(given().queryParam("format", "json").get("/q/openapi").asString());
        SoftAssertions all = new SoftAssertions();
        int routes = 0;
        for (Map.Entry<String, JsonNode> path : description.get("paths").properties()) {
            if (path.getKey().startsWith("/test/")) {
                continue; // the tests' own
            }
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String name = operation.getKey() + " " + path.getKey();
                JsonNode responses = operation.getValue().path("responses");
                routes++;
                all.assertThat(operation.getValue().path("summary").asText()).as(name + " summary").isNotEmpty();
                all.assertThat(responses.properties()).as(name + " has an answer that is good")
                        .anyMatch(answer -> answer.getKey().startsWith("2")
                                && (answer.getKey().equals("204") || answer.getKey().equals("206")
                                        || answer.getValue().at("/content").findValue("$ref") != null
                                        || answer.getValue().at("/content").has("text/plain")
                                        || path.getKey().startsWith("/api/avatars")));
                all.assertThat(responses.properties()).as(name + " refuses by problem objects")
                        .filteredOn(answer -> answer.getKey().compareTo("400") >= 0)
                        .isNotEmpty()
                        .allMatch(answer -> answer.getValue().at("/content/application~1problem+json/schema/$ref").asText()
                                .endsWith("/Problem"));
            }
        }
        all.assertAll();
        assertThat(routes).isGreaterThan(25);
    }

    @Test
    void theSocketIsDescribedBesideIt() {
        String frames = given().get("/asyncapi.yaml").then().statusCode(200).extract().asString();
        for (String frame : new String[] { "send_message", "typing", "mark_read", "join_room", "leave_room", "ping",
                "new_message", "message_update", "message_deleted", "message_read", "presence", "joined", "room_update",
                "pong", "error" }) {
            assertThat(frames).contains("    " + frame);
        }
        given().get("/q/swagger-ui/").then().statusCode(200);
    }
}

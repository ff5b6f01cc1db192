package dev.parley;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Description;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Whoever reads the descriptions knows every route's shapes and errors. */
@QuarkusTest
class OpenApiTest {

    private static final byte[] DOT = "GIF89a\u0001\u0000\u0001\u0000\u0000\u0000\u0000;".getBytes(ISO_8859_1);
    private static final byte[] NOTE = "Hello".getBytes(ISO_8859_1);

    @TestHTTPResource("/")
    URI base;

    private Description description;

    @BeforeEach
    void read() {
        description = Description.of(base);
    }

    @Test
    void everyRouteTellsItsAnswersAndItsRefusals() {
        SoftAssertions all = new SoftAssertions();
        Set<String> ids = new HashSet<>();
        for (Map.Entry<String, JsonNode> path : description.document.get("paths").properties()) {
            if (path.getKey().startsWith("/test/")) {
                continue; // the tests' own
            }
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String name = operation.getKey() + " " + path.getKey();
                JsonNode responses = operation.getValue().path("responses");
                all.assertThat(ids.add(operation.getValue().path("operationId").asText())).as(name + " has a name of its own")
                        .isTrue();
                all.assertThat(operation.getValue().path("summary").asText()).as(name + " summary").isNotEmpty();
                boolean head = operation.getKey().equals("head");
                all.assertThat(responses.properties()).as(name + " has an answer that is good")
                        .anyMatch(answer -> answer.getKey().equals("204")
                                || answer.getKey().equals("200") && answer.getValue().has("content") != head
                                || answer.getKey().equals("201") && answer.getValue().has("content"));
                all.assertThat(responses.properties()).as(name + " refuses by problem objects")
                        .filteredOn(answer -> answer.getKey().compareTo("400") >= 0)
                        .allMatch(answer -> head || answer.getValue()
                                .at("/content/application~1problem+json/schema/$ref").asText().endsWith("/Problem"));
            }
        }
        all.assertAll();
        assertThat(ids).hasSizeGreaterThan(25);
    }

    @Test
    void filesAreAnsweredAsWhatTheyAre() {
        for (String path : new String[] { "~1api~1files~1{id}", "~1api~1files~1{id}~1preview", "~1api~1avatars~1{id}",
                "~1api~1v1~1media~1files~1{filename}" }) {
            assertThat(description.document.at("/paths/" + path + "/get/responses/200/content").properties()).as(path)
                    .isNotEmpty().noneMatch(content -> content.getKey().contains("json"));
        }
    }

    @Test
    void whoAsksForTheOptionsNeedsNoToken() {
        JsonNode options = description.document.at("/paths/~1api~1uploads/options");
        assertThat(options.has("security")).isFalse();
        assertThat(options.get("responses").fieldNames()).toIterable().containsExactly("204");
    }

    @Test
    void whatPeopleAreToldOfThemselvesAndOthersFitsItsSchema() {
        Person ann = Person.register(base, "Ann");
        Person bob = Person.register(base, "Bob");
        String account = "{\"email\":\"" + UUID.randomUUID()
                + "@example.com\",\"name\":\"Carol\",\"password\":\"correct horse\"}";
        description.call(ann, "POST /api/auth/register", account);
        description.call(ann, "POST /api/auth/login", account);
        description.call(ann, "POST /api/auth/refresh", "");
        assertThat(description.call(ann, "GET /api/auth/me", "").get("avatar_url").isNull()).isTrue();
        description.call(ann, "PATCH /api/auth/me", "{\"name\":null,\"avatar_url\":\"https://example.com/a.png\"}");
        description.call(ann, "GET /api/chat/search-users?email=" + bob.email, "");
        Socket socket = bob.socket(ann.room(bob));
        assertThat(description.call(ann, "GET /api/chat/online-users", "").get("total").asInt()).isOne();
        socket.close();
        description.call(ann, "GET /api/chat/config", "");
        description.fits("GET /api/chat/rooms/{id}", ann.get("/api/chat/rooms/0"));
        description.call(ann, "POST /api/auth/password",
                "{\"current_password\":\"" + Person.PASSWORD + "\",\"password\":\"battery staple\"}");
    }

    @Test
    void roomsAndWhatIsSaidInThemFitTheirSchemas() {
        Person ann = Person.register(base, "Ann");
        Person bob = Person.register(base, "Bob");
        long group = description.call(ann, "POST /api/chat/rooms", "{\"name\":\"Team\",\"member_ids\":[" + bob.id + "]}")
                .get("id")
                .asLong();
        description.call(ann, "PATCH /api/chat/rooms/{id}", "{\"retention_days\":null}", group);
        description.call(ann, "POST /api/chat/rooms/{id}/members", "{\"user_ids\":[\"" + bob.id + "\"]}", group);
        long room = description.call(ann, "POST /api/chat/rooms", "{\"receiver_id\":\"" + bob.id + "\"}").get("id").asLong();
        description.call(ann, "GET /api/chat/rooms/{id}", "", room);
        String post = "POST /api/chat/rooms/{roomId}/messages";
        long first = description.call(ann, post, "{\"content\":\"Hello\",\"message_type\":null,\"reply_to\":null,"
                + "\"local_temp_id\":null,\"attachment_ids\":null}", room).get("id").asLong();
        description.call(bob, post, "{\"content\":\"Hello yourself\",\"reply_to\":\"" + first + "\"}", room);
        description.fits(post, ann.post(room, new Form().file("dot.gif", DOT).file("note.txt", NOTE)));
        description.call(ann, "PUT /api/chat/messages/{id}", "{\"content\":\"Good day\"}", first);
        description.call(bob, "POST /api/chat/messages/{id}/like", "", first);
        description.call(ann, "GET /api/chat/rooms/{roomId}/messages", "", room);
        description.call(ann, "GET /api/chat/rooms/{roomId}/messages?before=3", "", room);
        description.call(ann, "GET /api/chat/rooms/{roomId}/changes", "", room);
        description.call(bob, "GET /api/chat/rooms", "");
        description.call(bob, "GET /api/chat/unread-count", "");
        description.call(bob, "POST /api/chat/rooms/{roomId}/read", "{\"seq\":null}", room);
        description.call(bob, "POST /api/chat/rooms/{roomId}/read", "", room);
        description.call(ann, "DELETE /api/chat/messages/{id}", "", first);
        description.call(ann, "GET /api/chat/rooms/{roomId}/messages", "", room);
    }

    @Test
    void theOtherDocumentsObjectsFitTheirSchemas() {
        Person ann = Person.register(base, "Ann");
        Person bob = Person.register(base, "Bob");
        ann.group("Team", bob);
        long room = description.call(ann, "POST /api/chat/conversations/{user_id}", "", bob.id).get("id").asLong();
        String send = "POST /api/chat/conversations/{id}/messages";
        long message = description.call(ann, send, "{\"content\":\"Hello\"}", room).get("id").asLong();
        String path = "/api/chat/conversations/" + room + "/messages";
        description.fits(send, ann.call("POST", path, Map.of("content", "Once"), Map.of("Idempotency-Key", "once")));
        description.fits(send, ann.call("POST", path, Map.of("content", "Once"), Map.of("Idempotency-Key", "once")));
        fitsForm(ann, "/api/upload", new Form().file("dot.gif", DOT));
        fitsForm(ann, "/messages/upload", new Form().file("file", "note.txt", NOTE).field("conversation_id", room));
        fitsForm(ann, "/api/v1/media/upload", new Form().file("file", "dot.gif", DOT).field("message_id", message));
        description.call(bob, "GET /api/v1/media/message/{message_id}", "", message);
        description.call(bob, "GET /api/chat/conversations", "");
        description.call(bob, "GET /api/chat/conversations/{id}/messages", "", room);
        description.call(bob, "POST /api/chat/conversations/{id}/mark-read", "", room);
        Answer begun = ann.call("POST", "/api/uploads", null, Map.of("Tus-Resumable", "1.0.0", "Upload-Defer-Length", "1"));
        description.fits("POST /api/uploads", begun);
    }

    private void fitsForm(Person sender, String path, Form form) {
        Answer answer = sender.send("POST", path, form.body(), Form.TYPE);
        assertThat(answer.status()).as(path).isLessThan(300);
        description.fits("POST " + path, answer);
    }

    @Test
    void whatAdminsAreToldFitsItsSchema() {
        Person admin = Person.admin(base);
        description.call(admin, "GET /api/admin/doctor", "");
        description.call(admin, "GET /api/admin/storage", "");
        description.call(admin, "POST /api/admin/storage/reconcile", "");
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

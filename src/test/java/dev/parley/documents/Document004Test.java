package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What document 004 says of requests, frames and their answers. Its client is in {@link Document004ClientTest}. */
@QuarkusTest
class Document004Test {

    @RegisterExtension
    static final Document document = Document.read("004-chat-system.md")
            .leavingOut("the schema of another server", "sql")
            .leavingOut("directories of another server", "", "Directory Structure")
            .leavingOut("run by Document004ClientTest", "javascript")
            .leavingOut("run by Document004ClientTest", "jsx");

    @TestHTTPResource("/")
    URI base;
    private Person john;
    private Person jane;
    private long room;

    @BeforeEach
    void johnAndJane() {
        john = Person.register(base, "John Doe");
        john.patch("/api/auth/me", Map.of("avatar_url", "https://example.com/avatar.jpg")).expect(200);
        jane = Person.register(base, "Jane Smith");
        jane.patch("/api/auth/me", Map.of("avatar_url", "https://example.com/avatar2.jpg")).expect(200);
        room = john.room(jane);
    }

    @Test
    void everyRequestNeedsTheToken() {
        String header = document.sample("", "Authentication").strip();
        assertThat(header).startsWith("Authorization: ");
        String value = header.substring("Authorization: ".length()).replace("<your_jwt_token>", john.token);
        assertThat(Wire.call(base, "GET", "/api/chat/rooms", Map.of("Authorization", value), null).status()).isEqualTo(200);

        Wire without = Wire.call(base, "GET", "/api/chat/rooms", Map.of(), null);
        assertThat(without.status()).isEqualTo(401);
        document.json("Authentication Error").matches(without.json());
    }

    @Test
    void searchUsers() {
        try (Socket online = john.socket()) {
            Answer answer = http(jane, "User Search", "user@example.com", john.email);

            document.json("User Search", "Response:").about(john).matches(answer.expect(200));
            assertThat(online.isOpen()).isTrue();
        }
    }

    @Test
    void roomsAreMadeListedAndShown() {
        Person other = Person.register(base, "Other");
        Answer made = http(john, "Create Room", "\"receiver_id\": 2", "\"receiver_id\": " + other.id);
        long id = made.expect(201).get("id").asLong();
        assertThat(http(john, "Create Room", "\"receiver_id\": 2", "\"receiver_id\": " + other.id).expect(200).get("id")
                .asLong()).isEqualTo(id);

        assertThat(http(john, "Get User Rooms").expect(200).get("rooms").findValuesAsText("id")).contains(
                Long.toString(id), Long.toString(room));
        assertThat(http(john, "Get Specific Room", "{room_id}", Long.toString(id)).expect(200).get("room_type").asText())
                .isEqualTo("direct");
        document.json("Room Not Found").matches(http(jane, "Get Specific Room", "{room_id}", Long.toString(id)).expect(404));
    }

    @Test
    void aPageOfMessages() {
        for (int i = 1; i < 100; i++) {
            john.post(room, "Before that");
        }
        try (Socket online = john.socket()) {
            online.send("send_message", Map.of("room_id", room, "content", "Hello!", "local_temp_id", "temp_123"));
            JsonNode message = online.await("new_message").get("data");

            JsonNode page = http(john, "Get Room Messages", "{room_id}", Long.toString(room)).expect(200);

            assertThat(page.get("messages")).hasSize(50);
            Example example = document.json("Get Room Messages", "Response:").about(john).about(jane)
                    .with("/messages/0/id", message.get("id")).varying("created_at");
            JsonNode newest = page.get("messages").get(49);
            ((com.fasterxml.jackson.databind.node.ObjectNode) page).putArray("messages").add(newest);
            example.matches(page);
        }
    }

    @Test
    void messagesAreMarkedReadAndUnreadOnesCounted() {
        john.post(room, "One");
        john.post(room, "Two");
        assertThat(http(jane, "Get Unread Count").expect(200).get("unread_count").asInt()).isEqualTo(2);
        try (Socket socket = john.socket(room)) {
            http(jane, "Mark Messages as Read", "{room_id}", Long.toString(room)).expect(200);

            JsonNode read = socket.await("message_read");
            document.json("Message Read").with("/data/user_name", jane.name).about(jane).with("/data/room_id", room)
                    .matches(read);
        }
        assertThat(http(jane, "Get Unread Count").expect(200).get("unread_count").asInt()).isZero();
    }

    @Test
    void aTextIsUpdated() {
        try (Socket socket = john.socket(room)) {
            long id = john.post(room, "Hello!").get("id").asLong();

            JsonNode answer = http(john, "Update Message", "{message_id}", Long.toString(id)).expect(200);

            assertThat(answer.get("content").asText()).isEqualTo("Updated message text");
            john.put("/api/chat/messages/" + id, Map.of("content", "Updated message")).expect(200);
            JsonNode update = socket.await(
                    frame -> frame.path("type").asText().equals("message_update")
                            && frame.at("/data/content").asText().equals("Updated message"),
                    java.time.Duration.ofSeconds(10));
            document.json("Message Update").about(john).about(jane).with("/data/id", id).varying("created_at")
                    .matches(update);
        }
    }

    @Test
    void aMessageIsDeletedAndMissedAfterwards() {
        long id = john.post(room, "Hello!").get("id").asLong();
        document.json("Message Not Found").matches(http(Person.register(base, "Stranger"), "Delete Message", "{message_id}",
                Long.toString(id)).expect(404));

        http(john, "Delete Message", "{message_id}", Long.toString(id)).expect(200);

        JsonNode page = john.get("/api/chat/rooms/" + room + "/messages").expect(200);
        assertThat(page.at("/messages/0/is_deleted").asBoolean()).isTrue();
        assertThat(page.at("/messages/0/content").asText()).isEmpty();
    }

    @Test
    void whoIsOnline() {
        try (Socket online = jane.socket()) {
            online.send("ping", Map.of());
            online.await("pong");
            JsonNode answer = http(john, "Get Online Users").expect(200);

            assertThat(answer.get("users").findValuesAsText("email")).containsExactly(jane.email);
            assertThat(answer.get("total").asInt()).isEqualTo(1);
            assertThat(online.isOpen()).isTrue();
        }
    }

    @Test
    void aTextMessage() {
        try (Socket socket = john.socket(room)) {
            Example sent = frame("Send Text Message");
            assertThat(sent.tree().at("/data/content").asText()).isEqualTo("Hello, how are you?");
            socket.sendText(sent.tree().toString());
            assertThat(socket.await("new_message").at("/data/content").asText()).isEqualTo("Hello, how are you?");

            socket.send("send_message", Map.of("room_id", room, "content", "Hello!", "local_temp_id", "temp_123"));
            JsonNode heard = socket.await("new_message");
            document.json("New Message Response", "Text Message:").about(john).about(jane)
                    .with("/data/id", heard.at("/data/id")).varying("created_at").matches(heard);
        }
    }

    @Test
    void oneFile() {
        try (Socket socket = john.socket(room); Socket janes = jane.socket()) {
            socket.sendText(frame("Send File Message (Single or Multiple)", "Request Structure:")
                    .with("/data/files_data/0/file_data", Samples.base64(Samples.jpeg(1_024_000))).tree().toString());

            JsonNode heard = janes.await("new_message").get("data");
            assertThat(heard.get("content").asText()).isEqualTo("Check out this image!");
            assertThat(heard.get("message_type").asText()).isEqualTo("image");
            assertThat(heard.get("local_temp_id").asText()).isEqualTo("temp_123");
            assertThat(heard.at("/files_data/0/file_name").asText()).isEqualTo("photo1.jpg");
            assertThat(Samples.fetch(heard.at("/files_data/0/file_path").asText())).isEqualTo(Samples.jpeg(1_024_000));
        }
    }

    @Test
    void severalFiles() {
        try (Socket socket = john.socket(room)) {
            socket.sendText(frame("Send File Message (Single or Multiple)", "Multiple Files Example:")
                    .with("/data/files_data/0/file_data", Samples.base64(Samples.jpeg(1_024_000)))
                    .with("/data/files_data/1/file_data", Samples.base64(Samples.jpeg(2_048_000))).tree().toString());

            JsonNode heard = socket.await("new_message");
            document.json("New Message Response", "File Message (Single or Multiple):").about(john).about(jane)
                    .with("/data/id", heard.at("/data/id")).varying("created_at", "file_path").matches(heard);
            assertThat(Samples.fetch(heard.at("/data/files_data/1/file_path").asText()))
                    .isEqualTo(Samples.jpeg(2_048_000));
        }
    }

    @Test
    void aVoiceMessage() {
        try (Socket socket = john.socket(room)) {
            socket.sendText(frame("Send File Message (Single or Multiple)", "Voice/Audio Message Example:")
                    .with("/data/files_data/0/file_data", Samples.base64(Samples.mp3OfThirtySeconds())).tree().toString());

            JsonNode heard = socket.await("new_message");
            document.json("New Message Response", "Voice/Audio Message Response:").about(john).about(jane)
                    .with("/data/id", heard.at("/data/id")).varying("created_at", "file_path").matches(heard);
        }
    }

    @Test
    void typingAndPresence() {
        try (Socket janes = jane.socket(room)) {
            try (Socket johns = john.socket()) {
                JsonNode presence = janes.await("presence");
                document.json("WebSocket Responses", "User Presence").about(john).matches(presence);
                johns.sendText(frame("Message Types", "Join Room").tree().toString());
                johns.await("joined");
                johns.sendText(frame("Message Types", "Typing Indicator").tree().toString());
                JsonNode typing = janes.await("typing");
                document.json("WebSocket Responses", "Typing Indicator").about(john).with("/data/room_id", room)
                        .matches(typing);
                johns.sendText(document.json("Message Types", "Leave Room").tree().toString());
                JsonNode ended = janes.await("typing");
                assertThat(ended.at("/data/is_typing").asBoolean()).isFalse();
            }
        }
    }

    @Test
    void refusedFramesAreAnsweredByAnErrorThatLeavesTheSocketOpen() {
        try (Socket socket = john.socket(room)) {
            socket.send("send_message", Map.of("room_id", room, "content", "x".repeat(5001)));
            document.json("Error Response").varying("message").matches(socket.await("error"));
            socket.send("send_message", Map.of("room_id", room, "content", "x".repeat(5000)));
            socket.await("new_message");
        }
    }

    @Test
    void anImageMayHaveTenMebibytesAndNoByteMore() {
        john.post(room, new Form().file("photo1.jpg", Samples.jpeg(10 << 20))).expect(201);

        Answer answer = john.post(room, new Form().file("photo1.jpg", Samples.jpeg((10 << 20) + 1)));

        document.json("File Upload Error").matches(answer.expect(413));
    }

    @Test
    void anImageMessageTakesNothingButImages() {
        Answer answer = john.post(room, new Form().field("message_type", "image").file("photo1.jpg",
                "Not a picture".getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        Example example = document.json("Invalid File Type");
        String detail = answer.expect(415).get("detail").asText();
        String documented = example.tree().get("detail").asText();
        assertThat(detail.substring(0, detail.indexOf(':'))).isEqualTo(documented.substring(0, documented.indexOf(':')));
        assertThat(detail.split("[:,] ")).contains(documented.split("[:,] "));
    }

    /** A request of the document with John's token and its placeholder filled in. */
    private static Answer http(Person person, String heading, String... replacements) {
        String text = document.sample("http", heading);
        for (int i = 0; i < replacements.length; i += 2) {
            assertThat(text).contains(replacements[i]);
            text = text.replace(replacements[i], replacements[i + 1]);
        }
        return HttpSample.send(person, text);
    }

    /** A frame of the document for the room of the two. */
    private Example frame(String... headings) {
        Example frame = document.json(headings).with("/data/room_id", room);
        return frame.tree().at("/data/receiver_id").isMissingNode() ? frame : frame.with("/data/receiver_id", jane.id);
    }
}

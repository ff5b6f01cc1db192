package dev.parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.SocketIo;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** The official Java client, as document 003's clients use it. */
@QuarkusTest
class SocketIoTest {

    @TestHTTPResource("/")
    URI base;
    private Person alice;
    private Person bob;
    private long room;

    @BeforeEach
    void twoPeopleInARoom() {
        alice = Person.register(base, "Alice");
        bob = Person.register(base, "Bob");
        room = alice.group("Two", bob);
    }

    private String conversation() {
        return Long.toString(room);
    }

    private static String[] transports(String names) {
        return names.split("\\+");
    }

    // ---- connecting

    @ParameterizedTest
    @CsvSource({ "polling+websocket,auth", "polling+websocket,query", "polling+websocket,header", "websocket,auth",
            "websocket,query", "websocket,header", "polling,auth" })
    void aTokenOpensItFromWhereverItComes(String transports, String place) {
        try (SocketIo client = SocketIo.with(base, options -> {
            options.transports = transports(transports);
            switch (place) {
                case "auth" -> options.auth = Map.of("token", bob.token);
                case "query" -> options.query = "token=" + bob.token;
                default -> options.extraHeaders = Map.of("Authorization", List.of("Bearer " + bob.token));
            }
        }).connect()) {
            alice.post(room, "hello");
            assertThat(client.await("new_message").get("sender").asText()).isEqualTo(alice.email);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "polling+websocket", "websocket" })
    void aBadTokenIsAConnectError(String transports) {
        for (Map<String, String> auth : List.of(Map.of("token", "nonsense"), Map.<String, String> of())) {
            try (SocketIo client = SocketIo.with(base, options -> {
                options.transports = transports(transports);
                options.auth = auth;
            }).open()) {
                JsonNode error = client.await("connect_error");
                assertThat(error.get("message").asText()).isEqualTo("Not authenticated");
                assertThat(error.at("/data/status").asInt()).isEqualTo(401);
                assertThat(error.at("/data/code").asText()).isEqualTo("not_authenticated");
                assertThat(client.socket().connected()).isFalse();
            }
        }
    }

    @Test
    void aNamespaceThatDoesNotExistIsAConnectError() {
        try (SocketIo client = SocketIo.connect(bob, SocketIo.WEBSOCKET)) {
            io.socket.client.Socket other = client.socket().io().socket("/admin");
            List<Object> errors = new CopyOnWriteArrayList<>();
            other.on("connect_error", args -> errors.add(args[0]));
            other.connect();
            await().until(() -> !errors.isEmpty());
            assertThat(errors.get(0).toString()).contains("Invalid namespace");
            other.close();
        }
    }

    @Test
    void theDefaultTransportsBeginByPollingAndEndOnAWebSocket() {
        try (SocketIo client = SocketIo.connect(bob, SocketIo.DEFAULT)) {
            assertThat(client.tried()).startsWith("polling");
            await().until(() -> {
                alice.post(room, "hello");
                return client.used().contains("websocket");
            });
        }
    }

    @Test
    void whoeverIsConnectedIsOnline() {
        try (Socket watcher = alice.socket(); SocketIo witness = SocketIo.connect(alice, SocketIo.WEBSOCKET)) {
            SocketIo client = SocketIo.connect(bob, SocketIo.DEFAULT);
            assertThat(watcher.await("presence").at("/data/is_online").asBoolean()).isTrue();
            JsonNode presence = witness.await("presence");
            assertThat(presence.get("user_id").asLong()).isEqualTo(bob.id);
            assertThat(alice.get("/api/chat/online-users").expect(200).get("users"))
                    .anyMatch(user -> user.get("id").asLong() == bob.id);
            client.close();
            assertThat(watcher.await("presence").at("/data/is_online").asBoolean()).isFalse();
            assertThat(witness.await("presence").get("is_online").asBoolean()).isFalse();
        }
    }

    // ---- talking

    @ParameterizedTest
    @ValueSource(strings = { "polling+websocket", "websocket", "polling" })
    void aMessageIsAcknowledgedAndReachesEverybodyWithItsSender(String transports) {
        try (SocketIo sender = SocketIo.connect(alice, transports(transports));
                SocketIo other = SocketIo.connect(bob, transports(transports));
                Socket plain = bob.socket(room)) {
            JsonNode answer = sender.call("send_message",
                    map("conversation_id", conversation(), "content", "hello", "type", "text", "reply_to", null));
            assertThat(answer.get("success").asBoolean()).isTrue();
            JsonNode message = answer.get("message");
            assertThat(message.fieldNames()).toIterable().containsExactlyInAnyOrder("_id", "conversation_id", "sender",
                    "content", "type", "media_url", "reply_to", "is_read", "is_deleted", "created_at", "edited_at", "pinned");
            assertThat(message.get("_id").isTextual()).isTrue();
            assertThat(message.get("conversation_id").asText()).isEqualTo(conversation());
            assertThat(message.get("sender").asText()).isEqualTo(alice.email);
            assertThat(sender.await("new_message")).isEqualTo(message);
            assertThat(other.await("new_message")).isEqualTo(message);
            assertThat(plain.await("new_message").at("/data/id").asText()).isEqualTo(message.get("_id").asText());
        }
    }

    @Test
    void allThreeWaysToTalkHearEachOther() {
        try (SocketIo client = SocketIo.connect(alice, SocketIo.DEFAULT); Socket plain = bob.socket(room)) {
            client.emit("send_message", map("conversation_id", room, "content", "by socket.io"));
            JsonNode first = plain.await("new_message").get("data");
            assertThat(first.get("content").asText()).isEqualTo("by socket.io");
            plain.send("send_message", Map.of("room_id", room, "content", "by socket"));
            client.await("new_message");
            assertThat(client.await("new_message").get("content").asText()).isEqualTo("by socket");
            long posted = bob.post(room, "by REST").get("id").asLong();
            assertThat(client.await("new_message").get("content").asText()).isEqualTo("by REST");

            bob.put("/api/chat/messages/" + posted, Map.of("content", "edited")).expect(200);
            JsonNode update = client.await("message_update");
            assertThat(update.get("_id").asText()).isEqualTo(Long.toString(posted));
            assertThat(update.get("content").asText()).isEqualTo("edited");
            assertThat(update.get("edited_at").isNull()).isFalse();
            bob.delete("/api/chat/messages/" + posted);
            JsonNode deleted = client.await("message_deleted");
            assertThat(deleted.get("id").asLong()).isEqualTo(posted);
            assertThat(deleted.get("_id")).isEqualTo(TextNode.valueOf(Long.toString(posted)));
            assertThat(deleted.get("conversation_id")).isEqualTo(TextNode.valueOf(conversation()));
            bob.post("/api/chat/rooms/" + room + "/read", null);
            plain.send("mark_read", Map.of("room_id", room));
            plain.send("typing", Map.of("room_id", room, "is_typing", true));
            JsonNode typing = client.await("typing");
            assertThat(typing.get("user_name").asText()).isEqualTo("Bob");
            assertThat(typing.get("conversation_id")).isEqualTo(TextNode.valueOf(conversation()));
            alice.patch("/api/chat/rooms/" + room, Map.of("name", "Renamed")).expect(200);
            assertThat(client.await("room_update").get("name").asText()).isEqualTo("Renamed");

            client.emit("typing", map("conversation_id", conversation(), "is_typing", true));
            assertThat(plain.await("typing").at("/data/user_name").asText()).isEqualTo("Alice");
            assertThat(client.call("mark_read", map("conversation_id", conversation())).get("success").asBoolean()).isTrue();
            JsonNode receipt = plain.await(frame -> frame.path("type").asText().equals("message_read")
                    && frame.at("/data/user_id").asLong() == alice.id, Duration.ofSeconds(10));
            assertThat(receipt.at("/data/last_read_seq").asLong()).isEqualTo(3);
            JsonNode read = client.await("message_read");
            assertThat(read.get("room_id").asLong()).isEqualTo(room);
            assertThat(read.get("conversation_id")).isEqualTo(TextNode.valueOf(conversation()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "polling+websocket", "websocket" })
    void filesComeInBase64WithAndWithoutAPrefixAndInBinary(String transports) throws IOException {
        byte[] image = Files.readAllBytes(SampleFiles.get("photo.png"));
        byte[] odd = "of no known type \0\1\2".getBytes(StandardCharsets.ISO_8859_1);
        try (SocketIo sender = SocketIo.connect(alice, transports(transports));
                SocketIo other = SocketIo.connect(bob, transports(transports));
                Socket plain = bob.socket(room)) {
            String base64 = Base64.getEncoder().encodeToString(image);
            for (Object data : List.of(base64, "data:image/png;base64," + base64, image)) {
                JsonNode message = sender.call("send_message", map("conversation_id", conversation(), "content", "a photo",
                        "type", "image", "file_name", "photo.png", "file_data", data)).get("message");
                assertThat(message.get("type").asText()).isEqualTo("image");
                JsonNode heard = other.await("new_message");
                assertThat(heard.get("_id")).isEqualTo(message.get("_id"));
                String url = heard.get("media_url").asText();
                assertThat(url).startsWith("/").contains("user=" + bob.id);
                assertThat(base.resolve(url).toURL().openStream().readAllBytes()).isEqualTo(image);
                assertThat(plain.await("new_message").at("/data/files_data/0/file_name").asText()).isEqualTo("photo.png");
            }
            JsonNode file = sender.call("send_message", map("conversation_id", conversation(), "type", "image", "file_name",
                    "thing.heic", "file_data", Base64.getEncoder().encodeToString(odd)));
            assertThat(file.at("/message/type").asText()).isEqualTo("file");
            assertThat(file.at("/message/content").asText()).isEmpty();
            assertThat(base.resolve(file.at("/message/media_url").asText()).toURL().openStream().readAllBytes()).isEqualTo(odd);
        }
    }

    @Test
    void aFilePostedByRestIsHeardWithAnAddressOfOnesOwn() {
        try (SocketIo client = SocketIo.connect(bob, SocketIo.DEFAULT)) {
            Scene.upload(alice, room, "caption", "notes.txt", "the words");
            JsonNode heard = client.await("new_message");
            assertThat(heard.get("type").asText()).isEqualTo("file");
            assertThat(heard.get("media_url").asText()).startsWith("/api/files/").contains("user=" + bob.id);
        }
    }

    @Test
    void aReplyNamesItsMessage() {
        String first = alice.post(room, "question").get("id").asText();
        try (SocketIo client = SocketIo.connect(bob, SocketIo.DEFAULT)) {
            JsonNode answer = client.call("send_message",
                    map("conversation_id", conversation(), "content", "answer", "reply_to", first));
            assertThat(answer.at("/message/reply_to").asText()).isEqualTo(first);
        }
    }

    @Test
    void aRetryWithTheSameKeyIsStoredOnce() {
        String key = UUID.randomUUID().toString();
        try (SocketIo client = SocketIo.connect(alice, SocketIo.WEBSOCKET)) {
            Map<String, Object> event = map("conversation_id", conversation(), "content", "once", "idempotency_key", key);
            JsonNode first = client.call("send_message", event);
            assertThat(client.call("send_message", event)).isEqualTo(first);
            client.emit("send_message", event);
            assertThat(client.await("new_message")).isEqualTo(first.get("message"));
            assertThat(client.await("new_message")).as("for who asks for no acknowledgement").isEqualTo(first.get("message"));
            assertThat(alice.lastSeq(room)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "polling", "polling+websocket", "websocket" })
    void manyMessagesArriveInTheirOrderAndOnceEach(String transports) {
        int count = 500;
        try (SocketIo sender = SocketIo.with(base, options -> {
            options.transports = transports(transports);
            options.auth = Map.of("token", alice.token);
        }); SocketIo other = SocketIo.connect(bob, transports(transports))) {
            List<String> heard = new CopyOnWriteArrayList<>();
            other.listen(event -> {
                if (event.name().equals("new_message")) {
                    heard.add(event.data().get("content").asText());
                }
            });
            // The first leave by polling, the rest while the upgrade goes on.
            sender.socket().on("connect", args -> IntStream.range(0, count).forEach(
                    i -> sender.emit("send_message", map("conversation_id", conversation(), "content", "m" + i))));
            sender.open();
            List<String> expected = IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
            await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() >= count);
            assertThat(heard).isEqualTo(expected);
            assertThat(alice.lastSeq(room)).isEqualTo(count);
        }
    }

    // ---- who hears what

    @Test
    void aConversationOpenedLaterIsHeardWithoutJoining() {
        try (SocketIo client = SocketIo.connect(bob, SocketIo.DEFAULT)) {
            long later = alice.group("Later", bob);
            alice.post(later, "welcome");
            assertThat(client.await("new_message").get("conversation_id").asText()).isEqualTo(Long.toString(later));
        }
    }

    @Test
    void whoWasRemovedIsToldSoAndHearsNothingMore() {
        try (SocketIo client = SocketIo.connect(bob, SocketIo.DEFAULT)) {
            alice.delete("/api/chat/rooms/" + room + "/members/" + bob.id).expect(204);
            assertThat(client.await("room_update").get("members")).isEmpty();
            alice.post(room, "secret");
            long direct = alice.room(bob);
            alice.post(direct, "not secret");
            List<SocketIo.Event> until = until(client, "new_message");
            assertThat(until).noneMatch(event -> event.data().toString().contains("\"secret\""));
            JsonNode refused = client.call("send_message", map("conversation_id", conversation(), "content", "still here?"));
            assertThat(refused.at("/error/detail").asText()).isEqualTo("Room not found");
        }
    }

    @Test
    void aChangeOfAConversationNamesItAsEverythingThatHappensThere() {
        long group = alice.group("Group", bob);
        try (SocketIo client = SocketIo.connect(bob, SocketIo.DEFAULT)) {
            alice.patch("/api/chat/rooms/" + group, Map.of("name", "Renamed")).expect(200);
            JsonNode renamed = client.await("room_update");
            assertThat(renamed.get("conversation_id").asText()).isEqualTo(Long.toString(group));
            assertThat(renamed.get("conversation_id").isTextual()).isTrue();
            assertThat(renamed.get("id").asLong()).isEqualTo(group);
            assertThat(renamed.get("name").asText()).isEqualTo("Renamed");
            assertThat(renamed.get("members")).hasSize(2);
        }
    }

    @Test
    void aConversationThatWasLeftIsHeardAgainWhenItIsJoined() {
        long other = alice.group("Other", bob);
        try (SocketIo client = SocketIo.connect(bob, SocketIo.DEFAULT)) {
            assertThat(client.call("leave_conversation", (Object) conversation()).get("success").asBoolean()).isTrue();
            alice.post(room, "not heard");
            alice.post(other, "heard");
            assertThat(client.await("new_message").get("content").asText()).isEqualTo("heard");
            assertThat(client.call("join_conversation", map("conversation_id", conversation())).get("success").asBoolean())
                    .isTrue();
            alice.post(room, "again");
            assertThat(client.await("new_message").get("content").asText()).isEqualTo("again");
        }
    }

    @Test
    void aConversationThatWasLeftIsHeardByWhoIsAddedToItAgain() {
        try (SocketIo client = SocketIo.connect(bob, SocketIo.DEFAULT)) {
            client.call("leave_conversation", (Object) conversation());
            alice.delete("/api/chat/rooms/" + room + "/members/" + bob.id).expect(204);
            alice.post("/api/chat/rooms/" + room + "/members", Map.of("user_ids", List.of(bob.id))).expect(200);
            alice.post(room, "welcome back");
            assertThat(client.await("new_message").get("content").asText()).isEqualTo("welcome back");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "polling", "websocket" })
    void whoHasLeftAConversationHearsStillWhatItSendsThere(String transport) {
        try (SocketIo client = SocketIo.connect(alice, transport)) {
            client.call("leave_conversation", (Object) conversation());
            client.emit("send_message", map("conversation_id", conversation(), "content", "from outside"));
            assertThat(client.await("new_message").get("content").asText()).isEqualTo("from outside");
            JsonNode answer = client.call("send_message", map("conversation_id", conversation(), "content", "answered"));
            assertThat(answer.at("/message/content").asText()).isEqualTo("answered");
            bob.post(room, "not heard");
            client.call("join_conversation", (Object) conversation());
            bob.post(room, "heard");
            assertThat(until(client, "new_message").getLast().data().get("content").asText()).as("neither of those before")
                    .isEqualTo("heard");
        }
    }

    @Test
    void everyMessageIsHeardOnceByItsSenderWhateverItLeavesAndJoins() {
        try (SocketIo client = SocketIo.connect(alice, SocketIo.WEBSOCKET)) {
            for (int i = 0; i < 100; i++) {
                client.emit("send_message", map("conversation_id", conversation(), "content", "n" + i));
                client.emit(i % 3 == 0 ? "leave_conversation" : "join_conversation", map("conversation_id", conversation()));
            }
            List<String> heard = new ArrayList<>();
            while (heard.size() < 100) {
                heard.add(client.await("new_message").get("content").asText());
            }
            assertThat(heard).doesNotHaveDuplicates();
            client.call("mark_read", map("conversation_id", conversation()));
            assertThat(client.heard()).noneMatch(event -> event.name().equals("new_message"));
        }
    }

    @Test
    void aStrangersEventsHaveNoEffectAndSayThatThereIsNoSuchRoom() {
        Person stranger = Person.register(base, "Stranger");
        JsonNode before = alice.get("/api/chat/rooms/" + room).expect(200);
        String mine = alice.post(stranger.group("Mine", alice), "elsewhere").get("id").asText();
        byte[] file = "bytes".getBytes(StandardCharsets.US_ASCII);
        try (SocketIo client = SocketIo.connect(stranger, SocketIo.DEFAULT); Socket watcher = bob.socket(room)) {
            for (Map<String, Object> event : List.of(
                    map("event", "send_message", "content", "hi"),
                    map("event", "send_message", "content", "hi", "reply_to", mine),
                    map("event", "send_message", "file_name", "a.txt", "file_data", Base64.getEncoder().encodeToString(file)),
                    map("event", "join_conversation"), map("event", "leave_conversation"),
                    map("event", "typing", "is_typing", true), map("event", "mark_read"))) {
                String name = (String) event.remove("event");
                event.put("conversation_id", conversation());
                JsonNode refused = client.call(name, event);
                assertThat(refused.get("success").asBoolean()).as(name).isFalse();
                assertThat(refused.at("/error/status").asInt()).isEqualTo(404);
                assertThat(refused.at("/error/detail").asText()).isEqualTo("Room not found");
            }
            alice.post(room, "the next");
            assertThat(untilFrame(watcher, "new_message")).hasSize(1);
            assertThat(client.heard()).noneMatch(event -> event.data().toString().contains("the next"));
        }
        JsonNode after = alice.get("/api/chat/rooms/" + room).expect(200);
        assertThat(after.get("version").asLong()).isEqualTo(before.get("version").asLong() + 1);
    }

    // ---- what is refused

    @Test
    void badInputIsRefusedWithTheDocumentedErrorAndStoresNothing() {
        String elsewhere = alice.post(alice.group("Elsewhere"), "elsewhere").get("id").asText();
        String gone = alice.post(room, "gone").get("id").asText();
        alice.delete("/api/chat/messages/" + gone);
        try (SocketIo client = SocketIo.connect(alice, SocketIo.DEFAULT)) {
            refused(client, map("content", "x"), 400, "conversation_id is missing");
            refused(client, map("conversation_id", null, "content", "x"), 400, "conversation_id is missing");
            for (Object id : List.of("507f1f77bcf86cd799439011", UUID.randomUUID().toString(), "room", "-1", "1.5",
                    "99999999999999999999", "0", 999_999_999L)) {
                refused(client, map("conversation_id", id, "content", "x"), 404, "Room not found");
            }
            refused(client, map("conversation_id", true, "content", "x"), 400, "conversation_id must be a string");
            refused(client, map("conversation_id", conversation()), 400, "A message needs text or at least one file");
            refused(client, map("conversation_id", conversation(), "content", "  "), 400,
                    "A message needs text or at least one file");
            refused(client, map("conversation_id", conversation(), "content", 5), 400, "content must be a string");
            refused(client, map("conversation_id", conversation(), "content", "x".repeat(5_001)), 400,
                    "Message too long. Maximum: 5000 characters");
            refused(client, map("conversation_id", conversation(), "content", "x", "type", "image"), 400,
                    "A message of type image needs a file");
            refused(client, map("conversation_id", conversation(), "file_name", "a.png", "file_data", ""), 400,
                    "The file is empty");
            refused(client, map("conversation_id", conversation(), "file_name", "a.png", "file_data", "no base64!"), 400,
                    "file_data is not valid base64");
            refused(client, map("conversation_id", conversation(), "file_data", 7), 400, "file_data must be a string");
            for (String target : List.of(gone, elsewhere, "507f1f77bcf86cd799439011", "99999999")) {
                refused(client, map("conversation_id", conversation(), "content", "x", "reply_to", target), 404, null);
            }
            assertThat(client.call("no_such_event", map()).at("/error/code").asText()).isEqualTo("unknown_frame");

            client.emit("send_message", map("conversation_id", "nowhere", "content", "x", "local_temp_id", "t1"));
            JsonNode error = client.await("error");
            assertThat(error.get("message").asText()).isEqualTo("Room not found");
            assertThat(error.get("code").asText()).isEqualTo("room_not_found");
            assertThat(client.call("send_message", map("conversation_id", conversation(), "content", "fine")).at("/success")
                    .asBoolean()).isTrue();
        }
        assertThat(alice.lastSeq(room)).isEqualTo(2);
    }

    private static void refused(SocketIo client, Map<String, Object> event, int status, String detail) {
        JsonNode answer = client.call("send_message", event);
        assertThat(answer.get("success").asBoolean()).as(event.toString()).isFalse();
        assertThat(answer.at("/error/status").asInt()).as(event + " " + answer).isEqualTo(status);
        if (detail != null) {
            assertThat(answer.at("/error/detail").asText()).isEqualTo(detail);
        }
    }

    // ---- coming back

    @ParameterizedTest
    @ValueSource(strings = { "polling", "websocket" })
    void aClientComesBackByItselfAfterTheServerEndedItsSession(String transport) {
        try (SocketIo client = SocketIo.connect(bob, transport)) {
            client.misbehave();
            client.await("disconnect");
            client.await("connect");
            alice.post(room, "heard again");
            assertThat(client.await("new_message").get("content").asText()).isEqualTo("heard again");
        }
    }

    private static List<SocketIo.Event> until(SocketIo client, String name) {
        List<SocketIo.Event> all = new ArrayList<>();
        client.await(event -> {
            all.add(event);
            return event.name().equals(name);
        }, Duration.ofSeconds(10));
        return all;
    }

    private static List<JsonNode> untilFrame(Socket socket, String type) {
        List<JsonNode> all = new ArrayList<>();
        socket.await(frame -> {
            if (!frame.path("type").asText().equals("presence")) {
                all.add(frame);
            }
            return frame.path("type").asText().equals(type);
        }, Duration.ofSeconds(10));
        return all;
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}

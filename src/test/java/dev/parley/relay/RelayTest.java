package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class RelayTest {

    @TestHTTPResource("/")
    URI base;
    private Person alice;
    private Person bob;
    private Person carol;
    private long room;

    @BeforeEach
    void threePeopleInARoom() {
        alice = Person.register(base, "Alice");
        bob = Person.register(base, "Bob");
        carol = Person.register(base, "Carol");
        room = alice.group("Three", bob, carol);
    }

    @Test
    void aMessageReachesEverySocketOfEverybodyWithItsLabel() {
        try (Socket sender = alice.socket(room);
                Socket sendersPhone = alice.socket();
                Socket joined = bob.socket(room);
                Socket inbox = bob.socket();
                Socket third = carol.socket()) {
            sender.send("send_message", Map.of("room_id", room, "content", "hello", "local_temp_id", "t-1"));
            List<JsonNode> heard = List.of(sender, sendersPhone, joined, inbox, third).stream()
                    .map(socket -> socket.await("new_message")).toList();
            assertThat(heard).allMatch(heard.get(0)::equals);
            JsonNode data = heard.get(0).get("data");
            assertThat(data.get("local_temp_id").asText()).isEqualTo("t-1");
            assertThat(data.get("room_id").asLong()).isEqualTo(room);
            assertThat(data.get("content").asText()).isEqualTo("hello");
            assertThat(data.get("seq").asLong()).isEqualTo(1);
            assertThat(data.at("/sender_details/id").asLong()).isEqualTo(alice.id);
            assertThat(data.get("receiver_details").isNull()).isTrue();
            assertThat(data.has("is_sender")).isFalse();
            assertThat(data.has("is_liked")).isFalse();
            assertThat(heard.get(0).fieldNames().next()).isEqualTo("type");
        }
    }

    @Test
    void aJoinedSocketHearsItsRoomAloneButRoomUpdatesAndPresenceOfAll() {
        long other = alice.group("Other", bob);
        try (Socket joined = bob.socket(room)) {
            alice.post(other, "not here");
            alice.patch("/api/chat/rooms/" + other, Map.of("name", "Renamed")).expect(200);
            alice.post(room, "here");
            List<JsonNode> heard = until(joined, "new_message");
            assertThat(heard).filteredOn(frame -> type(frame).equals("new_message")).hasSize(1)
                    .allMatch(frame -> frame.at("/data/content").asText().equals("here"));
            assertThat(heard).filteredOn(frame -> type(frame).equals("room_update"))
                    .extracting(frame -> frame.at("/data/name").asText()).containsExactly("Renamed");
            try (Socket comes = alice.socket(other)) {
                assertThat(comes.isOpen()).isTrue();
                assertThat(joined.await(about("presence", alice), Duration.ofSeconds(10)).at("/data/is_online").asBoolean())
                        .isTrue();
            }
        }
    }

    @Test
    void afterLeaveRoomASocketIsAnInboxAgain() {
        long other = alice.group("Other", bob);
        try (Socket socket = bob.socket(room)) {
            socket.send("leave_room", Map.of());
            pong(socket);
            alice.post(other, "there");
            assertThat(socket.await("new_message").at("/data/room_id").asLong()).isEqualTo(other);
            socket.send("join_room", Map.of("room_id", other));
            assertThat(socket.await("joined").at("/data/room_id").asLong()).isEqualTo(other);
            alice.post(room, "not heard");
            alice.post(other, "heard");
            assertThat(socket.await("new_message").at("/data/content").asText()).isEqualTo("heard");
        }
    }

    @Test
    void everyPostIsAcknowledgedOnceWhateverRoomIsJoined() {
        long other = alice.group("Other", bob);
        try (Socket socket = alice.socket(room)) {
            for (int i = 0; i < 100; i++) {
                socket.send("send_message",
                        Map.of("room_id", i % 2 == 0 ? room : other, "content", "x", "local_temp_id", "n" + i));
                socket.send("join_room", Map.of("room_id", i % 3 == 0 ? room : other));
            }
            List<String> labels = new ArrayList<>();
            while (labels.size() < 100) {
                labels.add(socket.await("new_message").at("/data/local_temp_id").asText());
            }
            assertThat(labels).doesNotHaveDuplicates();
            pong(socket, frames -> assertThat(frames).noneMatch(frame -> type(frame).equals("new_message")));
        }
    }

    @Test
    void typingReachesTheOthersAndEndsByItselfAndWhenItsSenderGoes() {
        try (Socket watcher = bob.socket(room)) {
            Socket typist = alice.socket(room);
            typist.send("typing", Map.of("room_id", room, "is_typing", true));
            JsonNode frame = watcher.await("typing");
            assertThat(frame.at("/data/room_id").asLong()).isEqualTo(room);
            assertThat(frame.at("/data/user_id").asLong()).isEqualTo(alice.id);
            assertThat(frame.at("/data/user_name").asText()).isEqualTo("Alice");
            assertThat(frame.at("/data/is_typing").asBoolean()).isTrue();
            assertThat(watcher.await("typing").at("/data/is_typing").asBoolean()).as("by itself").isFalse();

            typist.send("typing", Map.of("room_id", room, "is_typing", true));
            assertThat(watcher.await("typing").at("/data/is_typing").asBoolean()).isTrue();
            typist.send("leave_room", Map.of());
            assertThat(watcher.await("typing").at("/data/is_typing").asBoolean()).as("left").isFalse();

            typist.send("typing", Map.of("room_id", room, "is_typing", true));
            assertThat(watcher.await("typing").at("/data/is_typing").asBoolean()).isTrue();
            pong(typist, frames -> assertThat(frames).as("not to who types")
                    .noneMatch(heard -> type(heard).equals("typing")));
            typist.close();
            assertThat(watcher.await("typing").at("/data/is_typing").asBoolean()).as("gone").isFalse();
        }
    }

    @Test
    void presenceIsToldOnceWhenTheFirstSocketOpensAndTheLastCloses() {
        try (Socket watcher = bob.socket()) {
            pong(watcher);
            Socket first = alice.socket();
            JsonNode came = watcher.await(about("presence", alice), Duration.ofSeconds(10));
            assertThat(came.at("/data/is_online").asBoolean()).isTrue();
            assertThat(came.at("/data/user_name").asText()).isEqualTo("Alice");
            Socket second = alice.socket();
            first.close();
            Instant before = Instant.now();
            second.close();
            JsonNode went = watcher.await(about("presence", alice), Duration.ofSeconds(10));
            assertThat(went.at("/data/is_online").asBoolean()).isFalse();
            JsonNode seen = member(bob, alice);
            assertThat(seen.get("is_online").asBoolean()).isFalse();
            assertThat(Instant.parse(seen.get("last_seen").asText())).isAfter(before.minusSeconds(1));
        }
    }

    @Test
    void anotherNameAndPictureAreToldToWhoeverSharesARoom() {
        try (Socket watcher = bob.socket()) {
            Socket hers = alice.socket();
            watcher.await(about("presence", alice), Duration.ofSeconds(10));
            alice.patch("/api/auth/me", Map.of("name", "Alix", "avatar_url", "https://example.org/alix.png")).expect(200);
            JsonNode told = watcher.await(about("presence", alice), Duration.ofSeconds(10));
            assertThat(told.at("/data/user_name").asText()).isEqualTo("Alix");
            assertThat(told.at("/data/avatar_url").asText()).isEqualTo("https://example.org/alix.png");
            assertThat(told.at("/data/is_online").asBoolean()).isTrue();
            hers.close();
            assertThat(watcher.await(about("presence", alice), Duration.ofSeconds(10)).at("/data/is_online").asBoolean())
                    .isFalse();
            alice.patch("/api/auth/me", Map.of("name", "Alexandra")).expect(200);
            JsonNode later = watcher.await(about("presence", alice), Duration.ofSeconds(10));
            assertThat(later.at("/data/user_name").asText()).isEqualTo("Alexandra");
            assertThat(later.at("/data/is_online").asBoolean()).isFalse();
        }
    }

    @Test
    void whoWasRemovedAndWhoIsStillThereNeitherHearNorSeeThatTheOtherIsOnline() {
        alice.delete("/api/chat/rooms/" + room + "/members/" + carol.id).expect(204);
        long elsewhere = alice.room(carol);
        try (Socket hers = carol.socket(); Socket watcher = alice.socket(); Socket his = bob.socket()) {
            watcher.await(about("presence", bob), Duration.ofSeconds(10));
            alice.post(elsewhere, "after that");
            assertThat(until(hers, "new_message")).noneMatch(about("presence", bob));
            assertThat(online(carol)).contains(alice.id).doesNotContain(bob.id);
            assertThat(online(bob)).contains(alice.id).doesNotContain(carol.id);
            assertThat(his.isOpen()).isTrue();
        }
    }

    private static List<Long> online(Person viewer) {
        List<Long> ids = new ArrayList<>();
        viewer.get("/api/chat/online-users").expect(200).get("users").forEach(user -> ids.add(user.get("id").asLong()));
        return ids;
    }

    @Test
    void editsLikesPinsDeletionsAndReceiptsHaveTheirShapesAndRisingVersions() {
        try (Socket joined = bob.socket(room); Socket inbox = carol.socket()) {
            long id = alice.post(room, "first").get("id").asLong();
            alice.put("/api/chat/messages/" + id, Map.of("content", "second")).expect(200);
            alice.put("/api/chat/messages/" + id, Map.of("content", "second")).expect(200);
            bob.post("/api/chat/messages/" + id + "/like", null).expect(200);
            bob.post("/api/chat/messages/" + id + "/pin", null).expect(200);
            bob.post("/api/chat/rooms/" + room + "/read", null).expect(200);
            alice.patch("/api/chat/rooms/" + room, Map.of("name", "Renamed")).expect(200);
            alice.delete("/api/chat/messages/" + id).expect(200);
            for (Socket socket : List.of(joined, inbox)) {
                List<JsonNode> frames = until(socket, "message_deleted").stream()
                        .filter(frame -> !type(frame).equals("presence")).toList();
                assertThat(frames).extracting(RelayTest::type).containsExactly("new_message", "message_update",
                        "message_update", "message_update", "message_read", "room_update", "message_deleted");
                List<Long> versions = frames.stream().map(frame -> frame.at("/data/version").asLong()).toList();
                assertThat(versions).isSorted().doesNotHaveDuplicates();
                assertThat(frames.get(1).at("/data/content").asText()).isEqualTo("second");
                assertThat(frames.get(1).at("/data/edited_at").isTextual()).isTrue();
                assertThat(frames.get(2).at("/data/like_count").asInt()).isEqualTo(1);
                assertThat(frames.get(3).at("/data/pinned").asBoolean()).isTrue();
                assertThat(names(frames.get(4).get("data"))).containsExactlyInAnyOrder("room_id", "user_id", "user_name",
                        "last_read_seq", "version");
                assertThat(frames.get(4).at("/data/last_read_seq").asLong()).isEqualTo(1);
                assertThat(names(frames.get(6).get("data"))).containsExactlyInAnyOrder("id", "room_id", "seq", "version");
            }
        }
    }

    @Test
    void whatWasReadBeforeIsNoChangeAndNotToldAgain() {
        alice.post(room, "read twice");
        try (Socket watcher = alice.socket(room)) {
            JsonNode once = bob.post("/api/chat/rooms/" + room + "/read", null).expect(200);
            watcher.await("message_read");
            assertThat(bob.post("/api/chat/rooms/" + room + "/read", null).expect(200)).isEqualTo(once);
            assertThat(alice.post(room, "the next").get("version").asLong()).isEqualTo(once.get("version").asLong() + 1);
            assertThat(until(watcher, "new_message")).noneMatch(frame -> type(frame).equals("message_read"));
        }
    }

    @Test
    void receiverIdOpensTheDirectRoomAndBothHear() {
        try (Socket hers = alice.socket(room); Socket his = bob.socket()) {
            hers.send("send_message", Map.of("receiver_id", bob.id, "content", "psst", "local_temp_id", "d1"));
            JsonNode acknowledged = hers.await("new_message");
            JsonNode heard = his.await("new_message");
            assertThat(heard.at("/data/local_temp_id").asText()).isEqualTo("d1");
            assertThat(acknowledged.at("/data/id")).isEqualTo(heard.at("/data/id"));
            assertThat(heard.at("/data/receiver_details/id").asLong()).isEqualTo(bob.id);
            assertThat(heard.at("/data/room_id").asLong()).isEqualTo(alice.room(bob));
        }
    }

    @Test
    void errorsAreFlatCodedAndLabelledAndTheSocketStaysOpen() {
        long foreign = bob.group("Without Alice", carol);
        try (Socket socket = alice.socket()) {
            Map<String, String> expected = new HashMap<>();
            socket.send("send_message", Map.of("room_id", foreign, "content", "x", "local_temp_id", "e1"));
            expected.put("e1", "room_not_found");
            socket.send("send_message", Map.of("room_id", room, "content", " ", "local_temp_id", "e2"));
            expected.put("e2", "empty_message");
            socket.send("send_message", Map.of("room_id", room, "content", "x".repeat(5001), "local_temp_id", "e3"));
            expected.put("e3", "message_too_long");
            socket.send("send_message", Map.of("content", "x", "local_temp_id", "e4"));
            expected.put("e4", "bad_request");
            socket.send("send_message", Map.of("room_id", room, "content", "x", "reply_to", 1, "local_temp_id", "e5"));
            expected.put("e5", "message_not_found");
            Map<String, String> heard = new HashMap<>();
            for (int i = 0; i < expected.size(); i++) {
                JsonNode error = socket.await("error");
                assertThat(names(error)).containsExactlyInAnyOrder("type", "message", "code", "local_temp_id");
                heard.put(error.get("local_temp_id").asText(), error.get("code").asText());
            }
            assertThat(heard).isEqualTo(expected);
            for (String nonsense : List.of("", "{", "[]", "null", "{\"type\":5}", "{\"type\":\"dance\"}", "{\"data\":{}}",
                    "{\"type\":\"join_room\",\"data\":{\"room_id\":" + foreign + "}}",
                    "{\"type\":\"typing\",\"data\":{\"room_id\":" + foreign + ",\"is_typing\":true}}",
                    "{\"type\":\"mark_read\",\"data\":{\"room_id\":" + foreign + "}}",
                    "{\"type\":\"join_room\",\"data\":{\"room_id\":\"x\"}}")) {
                socket.sendText(nonsense);
                JsonNode error = socket.await("error");
                assertThat(names(error)).as(nonsense).containsExactlyInAnyOrder("type", "message", "code");
                assertThat(error.get("code").asText()).as(nonsense).isNotEqualTo("internal");
            }
            pong(socket);
        }
    }

    @Test
    void aSocketThatNamesARoomThatIsNotItsOwnHearsSoAndStaysOpen() {
        long foreign = bob.group("Without Alice", carol);
        try (Socket socket = Socket.open(base, alice.token, foreign)) {
            JsonNode error = socket.await("error");
            assertThat(error.get("message").asText()).isEqualTo("Room not found");
            bob.post(foreign, "secret");
            pong(socket, frames -> assertThat(frames).noneMatch(frame -> type(frame).equals("new_message")));
        }
    }

    @Test
    void whoeverIsRemovedHearsItAndNothingMore() {
        try (Socket joined = bob.socket(room); Socket inbox = bob.socket(); Socket hers = alice.socket()) {
            alice.delete("/api/chat/rooms/" + room + "/members/" + bob.id).expect(204);
            alice.post(room, "among us");
            hers.await("new_message");
            for (Socket socket : List.of(joined, inbox)) {
                JsonNode update = socket.await("room_update");
                assertThat(update.at("/data/is_member").asBoolean()).isFalse();
                pong(socket, frames -> assertThat(frames).noneMatch(frame -> type(frame).equals("new_message")));
            }
            alice.post("/api/chat/rooms/" + room + "/members", Map.of("user_ids", List.of(bob.id))).expect(200);
            assertThat(inbox.await("room_update").at("/data/is_member").asBoolean()).isTrue();
            alice.post(room, "again");
            assertThat(inbox.await("new_message").at("/data/content").asText()).isEqualTo("again");
        }
    }

    @Test
    void theFirstMessageOfANewRoomIsHeardAfterTheRoom() {
        try (Socket inbox = bob.socket()) {
            pong(inbox);
            for (int i = 0; i < 20; i++) {
                long fresh = alice.group("Fresh " + i, bob);
                alice.post(fresh, "first");
                assertThat(inbox.await("room_update").at("/data/id").asLong()).isEqualTo(fresh);
                assertThat(inbox.await("new_message").at("/data/room_id").asLong()).isEqualTo(fresh);
            }
        }
    }

    private static Predicate<JsonNode> about(String type, Person who) {
        return frame -> type(frame).equals(type) && frame.at("/data/user_id").asLong() == who.id;
    }

    private JsonNode member(Person viewer, Person who) {
        for (JsonNode member : viewer.get("/api/chat/rooms/" + room).expect(200).get("members")) {
            if (member.get("id").asLong() == who.id) {
                return member;
            }
        }
        throw new AssertionError("no member");
    }

    /** Everything up to the next frame of a type, that one included. */
    private static List<JsonNode> until(Socket socket, String type) {
        List<JsonNode> frames = new ArrayList<>();
        socket.await(frame -> frames.add(frame) && type(frame).equals(type), Duration.ofSeconds(10));
        return frames;
    }

    private static void pong(Socket socket) {
        socket.sendText("{\"type\":\"ping\"}");
        socket.await("pong");
    }

    private static void pong(Socket socket, Consumer<List<JsonNode>> before) {
        socket.sendText("{\"type\":\"ping\"}");
        before.accept(until(socket, "pong"));
    }

    private static String type(JsonNode frame) {
        return frame.path("type").asText();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}

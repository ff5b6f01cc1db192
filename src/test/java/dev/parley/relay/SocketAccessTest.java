package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.account.Forgery;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.SocketIo;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Who hears what, and whose frames do anything. */
@QuarkusTest
class SocketAccessTest {

    private static final int RACES = 60;

    @TestHTTPResource("/")
    URI base;

    @Test
    void aStrangersFramesDoNothingAndTellNothing() {
        Scene scene = Scene.set(base);
        Scene.Cast cast = scene.cast();
        long room = scene.room();
        String before = scene.numbers();
        try (Socket inbox = cast.admin().socket();
                Socket joined = cast.member().socket(room);
                Socket stranger = cast.stranger().socket();
                Socket former = cast.former().socket()) {
            for (Socket outsider : List.of(stranger, former)) {
                for (String frame : List.of(frame("send_message", room, ",\"content\":\"Hi\",\"local_temp_id\":\"mine\""),
                        frame("send_message", room,
                                ",\"content\":\"Hi\",\"local_temp_id\":\"mine\",\"reply_to\":" + scene.message()),
                        frame("send_message", room, ",\"content\":\"Hi\",\"local_temp_id\":\"mine\",\"receiver_id\":"
                                + cast.admin().id),
                        frame("typing", room, ",\"is_typing\":true"), frame("typing", room, ",\"is_typing\":false"),
                        frame("mark_read", room, ""), frame("mark_read", room, ",\"seq\":1"), frame("join_room", room, ""),
                        frame("join_room", room, ",\"since\":0"))) {
                    outsider.sendText(frame);
                    JsonNode answer = next(outsider);
                    assertThat(answer.path("type").asText()).as(frame + " got " + answer).isEqualTo("error");
                    assertThat(answer.path("message").asText()).as(frame).isEqualTo("Room not found");
                    assertThat(answer.path("code").asText()).as(frame).isEqualTo("room_not_found");
                    assertThat(answer.has("local_temp_id")).as(frame).isEqualTo(frame.contains("mine"));
                    assertNoSecret(scene, answer);
                }
                outsider.sendText("{\"type\":\"leave_room\"}");
                outsider.sendText("{\"type\":\"leave_room\",\"data\":{\"room_id\":" + room + "}}");
                outsider.sendText("{\"type\":\"ping\"}");
                assertThat(next(outsider).path("type").asText()).isEqualTo("pong");
            }
            assertThat(scene.numbers()).isEqualTo(before);
            cast.admin().post(room, "the first thing anybody hears");
            for (Socket member : List.of(inbox, joined)) {
                JsonNode heard = next(member);
                assertThat(heard.path("type").asText()).as(heard.toString()).isEqualTo("new_message");
                assertThat(heard.at("/data/content").asText()).isEqualTo("the first thing anybody hears");
            }
        }
    }

    @Test
    void socketsCloseWhenTheirTokenExpiresAndSaySo() {
        Person alice = Person.register(base, "Alice");
        try (Socket socket = soonExpired(alice).socket();
                SocketIo websocket = SocketIo.connect(soonExpired(alice), SocketIo.WEBSOCKET);
                SocketIo polling = SocketIo.connect(soonExpired(alice), SocketIo.POLLING)) {
            for (SocketIo client : List.of(websocket, polling)) {
                JsonNode error = client.await("error");
                assertThat(error.get("message").asText()).isEqualTo("Token expired");
                assertThat(error.get("code").asText()).isEqualTo("not_authenticated");
                client.await("disconnect");
                assertThat(client.await("connect_error").get("message").asText()).isEqualTo("Not authenticated");
            }
            assertThat(socket.closeCode()).isEqualTo(4401);
        }
    }

    /** A token for one connection, which takes a moment itself. */
    private static Person soonExpired(Person person) {
        return person.with(Forgery.goodFor(Duration.ofSeconds(4), person.id));
    }

    @Test
    void aRoomInTheAddressOfASocketIsNotFoundByStrangers() {
        Scene scene = Scene.set(base);
        for (Person outsider : List.of(scene.cast().stranger(), scene.cast().former())) {
            try (Socket socket = Socket.open(base, outsider.token, scene.room())) {
                JsonNode answer = next(socket);
                assertThat(answer.path("type").asText()).isEqualTo("error");
                assertThat(answer.path("message").asText()).isEqualTo("Room not found");
                doEverything(scene);
                assertHearsNothingOf(scene, outsider, List.of(socket));
            }
        }
    }

    @Test
    void whoWasRemovedHearsNothingMoreOnSocketsThatWereOpen() {
        Scene scene = Scene.set(base);
        Scene.Cast cast = scene.cast();
        cast.admin().post("/api/chat/rooms/" + scene.room() + "/members", Map.of("user_ids", List.of(cast.former().id)))
                .expect(200);
        try (Socket inbox = cast.former().socket();
                Socket joined = cast.former().socket(scene.room());
                Socket admin = cast.admin().socket()) {
            // Said of the time before the removal, wherever it is on its way.
            for (Socket socket : List.of(inbox, joined)) {
                socket.await(frame -> frame.path("type").asText().equals("presence")
                        && frame.at("/data/user_id").asLong() == cast.admin().id, Duration.ofSeconds(10));
            }
            cast.admin().post(scene.room(), "still with us");
            inbox.await("new_message");
            joined.await("new_message");
            cast.admin().delete("/api/chat/rooms/" + scene.room() + "/members/" + cast.former().id).expect(204);
            for (Socket socket : List.of(inbox, joined)) {
                JsonNode farewell = socket.await("room_update");
                assertThat(farewell.at("/data/is_member").asBoolean(true)).isFalse();
                assertThat(farewell.at("/data/members")).isEmpty();
                assertThat(farewell.at("/data/version").asLong()).isPositive();
            }
            admin.send("typing", Map.of("room_id", scene.room(), "is_typing", true));
            doEverything(scene);
            assertHearsNothingOf(scene, cast.former(), List.of(inbox, joined));
            // What they go on sending does nothing either.
            joined.send("send_message", Map.of("content", "I am still here"));
            assertThat(joined.await("error").path("code").asText()).isEqualTo("bad_request");
            joined.sendText(frame("send_message", scene.room(), ",\"content\":\"I am still here\""));
            assertThat(joined.await("error").path("code").asText()).isEqualTo("room_not_found");
        }
    }

    @Test
    void whoIsRemovedWhileASocketOpensOrLeavesARoomHearsNothingAfterwards() {
        Scene scene = Scene.set(base);
        Scene.Cast cast = scene.cast();
        String members = "/api/chat/rooms/" + scene.room() + "/members";
        for (int i = 0; i < RACES; i++) {
            cast.admin().post(members, Map.of("user_ids", List.of(cast.former().id))).expect(200);
            try (Socket open = cast.former().socket(scene.room())) {
                CompletableFuture<Void> removal = CompletableFuture.runAsync(
                        () -> cast.admin().delete(members + "/" + cast.former().id).expect(204));
                open.sendText("{\"type\":\"leave_room\"}");
                Socket opened = cast.former().socket();
                removal.join();
                try (opened) {
                    cast.admin().post(scene.room(), "not for those who left");
                    assertHearsNoMessageOf(scene, cast.former(), List.of(open, opened));
                }
            }
        }
    }

    private void doEverything(Scene scene) {
        Scene.Cast cast = scene.cast();
        long message = cast.sender().post(scene.room(), "said afterwards").get("id").asLong();
        String path = "/api/chat/messages/" + message;
        cast.sender().put(path, Map.of("content", "edited afterwards")).expect(200);
        cast.admin().post(path + "/like", null).expect(200);
        cast.admin().post(path + "/pin", null).expect(200);
        cast.member().post("/api/chat/rooms/" + scene.room() + "/read", null).expect(200);
        cast.sender().delete(path).expect(200);
        cast.admin().patch("/api/chat/rooms/" + scene.room(), Map.of("name", "renamed afterwards")).expect(200);
        cast.admin().post("/api/chat/rooms/" + scene.room() + "/members", Map.of("user_ids", List.of(cast.newcomer().id)))
                .expect(200);
        cast.admin().delete("/api/chat/rooms/" + scene.room() + "/members/" + cast.newcomer().id).expect(204);
    }

    /** What is delivered later arrives later: everything before a message in another room has been heard by then. */
    private static List<JsonNode> untilAMessageElsewhere(Person outsider, Scene scene, List<Socket> sockets) {
        Person friend = scene.cast().newcomer();
        long elsewhere = friend.room(outsider);
        friend.post(elsewhere, "elsewhere");
        List<JsonNode> heard = new ArrayList<>();
        for (Socket socket : sockets) {
            socket.await(frame -> {
                heard.add(frame);
                return frame.at("/data/content").asText().equals("elsewhere");
            }, Duration.ofSeconds(10));
        }
        return heard;
    }

    private static void assertHearsNothingOf(Scene scene, Person outsider, List<Socket> sockets) {
        for (JsonNode frame : untilAMessageElsewhere(outsider, scene, sockets)) {
            assertThat(frame.at("/data/room_id").asLong()).as(frame.toString()).isNotEqualTo(scene.room());
            assertThat(frame.at("/data/id").asLong()).as(frame.toString()).isNotEqualTo(scene.room());
            assertNoSecret(scene, frame);
        }
    }

    private static void assertHearsNoMessageOf(Scene scene, Person outsider, List<Socket> sockets) {
        for (JsonNode frame : untilAMessageElsewhere(outsider, scene, sockets)) {
            assertThat(frame.at("/data/content").asText()).as(frame.toString()).isNotEqualTo("not for those who left");
        }
    }

    private static void assertNoSecret(Scene scene, JsonNode frame) {
        for (String secret : scene.secrets()) {
            assertThat(frame.toString()).doesNotContain(secret);
        }
    }

    private static JsonNode next(Socket socket) {
        // Who is online is told to all who share a room, at any time.
        return socket.await(frame -> !frame.path("type").asText().equals("presence"), Duration.ofSeconds(10));
    }

    private static String frame(String type, long room, String more) {
        return "{\"type\":\"" + type + "\",\"data\":{\"room_id\":" + room + more + "}}";
    }
}

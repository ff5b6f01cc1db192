package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.SocketIo;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What ends typing. */
@QuarkusTest
class TypingTest {

    @TestHTTPResource("/")
    URI base;
    @Inject
    RelaySettings settings;
    private Person alice;
    private Person bob;
    private long room;
    private long other;
    private Instant begun;

    @BeforeEach
    void twoPeopleInTwoRooms() {
        alice = Person.register(base, "Alice");
        bob = Person.register(base, "Bob");
        room = alice.group("Room", bob);
        other = alice.group("Other", bob);
    }

    @Test
    void itIsNotEndedByWhatOtherSocketsOfItsSenderDo() {
        try (Socket watcher = bob.socket(room);
                Socket typist = alice.socket(room);
                Socket moving = alice.socket(other);
                Socket leaving = alice.socket(room);
                SocketIo client = SocketIo.connect(alice, SocketIo.WEBSOCKET)) {
            Socket inbox = alice.socket();
            SocketIo closing = SocketIo.connect(alice, SocketIo.WEBSOCKET);
            types(typist, watcher);
            inbox.close();
            moving.send("join_room", Map.of("room_id", room));
            moving.await("joined");
            leaving.send("leave_room", Map.of());
            client.call("leave_conversation", (Object) Long.toString(room));
            closing.close();
            endsByItself(watcher);
        }
    }

    @Test
    void itIsEndedByTheSocketThatSaidItLast() {
        try (Socket watcher = bob.socket(room)) {
            Socket first = alice.socket(room);
            Socket second = alice.socket();
            types(first, watcher);
            types(second, watcher);
            first.close();
            endsByItself(watcher);
            types(second, watcher);
            second.close();
            endsAtOnce(watcher);
        }
    }

    @Test
    void itEndsWhenItsSocketJoinsAnotherRoomButNotThisOne() {
        try (Socket watcher = bob.socket(room); Socket typist = alice.socket()) {
            types(typist, watcher);
            typist.send("join_room", Map.of("room_id", room));
            typist.await("joined");
            endsByItself(watcher);
            types(typist, watcher);
            typist.send("join_room", Map.of("room_id", other));
            endsAtOnce(watcher);
        }
    }

    @Test
    void itEndsWhenItsClientLeavesTheConversationOrCloses() {
        try (Socket watcher = bob.socket(room)) {
            SocketIo client = SocketIo.connect(alice, SocketIo.WEBSOCKET);
            types(client, watcher);
            client.call("leave_conversation", (Object) Long.toString(room));
            endsAtOnce(watcher);
            types(client, watcher);
            client.close();
            endsAtOnce(watcher);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "removed", "left" })
    void itEndsWhenItsSenderIsNoMemberAnyMore(String how) {
        Person carol = Person.register(base, "Carol");
        alice.post("/api/chat/rooms/" + room + "/members", Map.of("user_ids", List.of(carol.id))).expect(200);
        try (Socket watcher = bob.socket(room);
                SocketIo witness = SocketIo.connect(alice, SocketIo.WEBSOCKET);
                Socket typist = carol.socket(room)) {
            types(typist, watcher);
            assertThat(witness.await("typing").get("is_typing").asBoolean()).isTrue();
            (how.equals("left") ? carol : alice).delete("/api/chat/rooms/" + room + "/members/" + carol.id).expect(204);
            endsAtOnce(watcher);
            assertThat(witness.await("typing").get("is_typing").asBoolean()).isFalse();
        }
    }

    private void types(Socket typist, Socket watcher) {
        begun = Instant.now();
        typist.send("typing", Map.of("room_id", room, "is_typing", true));
        assertThat(isTyping(watcher)).isTrue();
    }

    private void types(SocketIo typist, Socket watcher) {
        begun = Instant.now();
        typist.emit("typing", Map.of("conversation_id", Long.toString(room), "is_typing", true));
        assertThat(isTyping(watcher)).isTrue();
    }

    private void endsByItself(Socket watcher) {
        assertThat(isTyping(watcher)).isFalse();
        assertThat(lasted()).isGreaterThan(settings.typing().minusSeconds(1));
    }

    private void endsAtOnce(Socket watcher) {
        assertThat(isTyping(watcher)).isFalse();
        assertThat(lasted()).isLessThan(settings.typing().minusSeconds(1));
    }

    private Duration lasted() {
        return Duration.between(begun, Instant.now());
    }

    private static boolean isTyping(Socket watcher) {
        JsonNode frame = watcher.await("typing");
        return frame.at("/data/is_typing").asBoolean();
    }
}

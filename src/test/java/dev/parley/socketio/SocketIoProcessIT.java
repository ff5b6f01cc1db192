package dev.parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.EngineWire;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.SocketIo;
import dev.parley.testsupport.Wire;

/** The Socket.IO door of the packaged program, which has little patience here: restarts, heartbeats, floods. */
class SocketIoProcessIT {

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("socketio").with("PARLEY_SOCKETIO_PING_INTERVAL", "1500ms")
                .with("PARLEY_SOCKETIO_PING_TIMEOUT", "2s").with("PARLEY_SOCKETIO_CONNECT_TIMEOUT", "1s")
                .with("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true").with("PARLEY_SOCKETS_FRAMES_PER_SECOND", "10")
                .with("PARLEY_SOCKETS_BURST", "20").start();
    }

    @AfterAll
    static void stop() {
        parley.close();
    }

    @Test
    void clientsComeBackByThemselvesAfterARestartAndAfterAKill() {
        Person alice = Person.register(parley.base(), "Alice");
        long room = alice.group("Restart");
        try (SocketIo upgrading = SocketIo.connect(alice, SocketIo.DEFAULT);
                SocketIo socket = SocketIo.connect(alice, SocketIo.WEBSOCKET);
                SocketIo polling = SocketIo.connect(alice, SocketIo.POLLING)) {
            List<SocketIo> clients = List.of(upgrading, socket, polling);
            parley.stop();
            clients.forEach(client -> client.await("disconnect"));
            parley.start();
            clients.forEach(client -> assertTalks(client, alice, room));
            parley.kill9();
            clients.forEach(client -> client.await("disconnect"));
            parley.start();
            clients.forEach(client -> assertTalks(client, alice, room));
        }
    }

    @Test
    void theAccessLogHasAddressesWithoutTheirTokens() {
        Person alice = Person.register(parley.base(), "Alice");
        Wire.call(parley.base(), "GET", "/socket.io/?EIO=4&transport=none&token=" + alice.token, Map.of(), null);
        Wire.call(parley.base(), "GET", "/api/chat/ws?token=" + alice.token,
                Map.of("Authorization", "Bearer " + alice.token), null);
        await().untilAsserted(() -> assertThat(Files.readString(parley.log()))
                .contains("\"GET /socket.io/\"", "\"GET /api/chat/ws\"").doesNotContain(alice.token));
    }

    private static void assertTalks(SocketIo client, Person who, long room) {
        client.await(event -> event.name().equals("connect"), Duration.ofSeconds(30));
        assertThat(client.call("send_message", Map.of("conversation_id", room, "content", "back")).at("/success").asBoolean())
                .isTrue();
    }

    @Test
    void heartbeatsKeepASessionAndWhoDoesNotAnswerLosesIt() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        long room = alice.group("Heartbeats");
        try (SocketIo polling = SocketIo.connect(alice, SocketIo.POLLING);
                SocketIo socket = SocketIo.connect(alice, SocketIo.WEBSOCKET);
                RawSocket mute = new RawSocket(parley.base(), "/socket.io/?EIO=4&transport=websocket", 65_536)) {
            mute.read();
            mute.text("40{\"token\":\"" + alice.token + "\"}");
            List<String> heard = new ArrayList<>();
            try {
                while (true) {
                    heard.add(mute.read().text());
                }
            } catch (EOFException end) {
                assertThat(heard).contains("2").filteredOn("2"::equals).hasSize(1);
            }
            EngineWire silent = EngineWire.connect(alice);
            await().until(() -> silent.get().status() == 400);
            // Several heartbeats have passed for the two that answer.
            alice.post(room, "still there?");
            assertThat(polling.heard()).noneMatch(event -> event.name().equals("disconnect"));
            assertThat(socket.heard()).noneMatch(event -> event.name().equals("disconnect"));
        }
    }

    @Test
    void whoNeitherPollsNorAnswersIsGoneAndOffline() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        Person bob = Person.register(parley.base(), "Bob");
        alice.group("Away", bob);
        try (Socket watcher = alice.socket()) {
            EngineWire away = EngineWire.connect(bob);
            assertThat(watcher.await("presence").at("/data/is_online").asBoolean()).isTrue();
            assertThat(watcher.await("presence").at("/data/is_online").asBoolean()).isFalse();
            assertThat(away.poll()).as("what it is told when it polls again").endsWith("1");
            assertThat(away.get().json().get("code").asInt()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "polling", "websocket" })
    void attachmentsThatNeverComeEndTheSessionThoughItsHeartbeatsAreAnswered(String transport) throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        String event = "452-1[\"send_message\",{\"conversation_id\":" + alice.group("Waiting")
                + ",\"file_data\":{\"_placeholder\":true,\"num\":0}}]";
        if (transport.equals("polling")) {
            EngineWire wire = EngineWire.connect(alice);
            wire.post(event, "bAAAA");
            List<String> last;
            while ((last = wire.poll()).contains("2")) {
                wire.post("3");
            }
            assertThat(last).containsExactly("1");
        } else {
            try (RawSocket socket = new RawSocket(parley.base(), "/socket.io/?EIO=4&transport=websocket", 65_536)) {
                socket.text("40{\"token\":\"" + alice.token + "\"}");
                socket.text(event);
                socket.send(2, true, new byte[3]);
                assertThatThrownBy(() -> {
                    while (true) {
                        if (socket.read().text().equals("2")) {
                            socket.text("3");
                        }
                    }
                }).isInstanceOf(EOFException.class);
            }
        }
        await().until(() -> sessions() == 0);
    }

    @Test
    void whoSaysNotWhoItIsInTimeIsClosed() throws IOException {
        try (RawSocket socket = new RawSocket(parley.base(), "/socket.io/?EIO=4&transport=websocket", 65_536)) {
            assertThat(socket.read().text()).startsWith("0");
            assertThat(socket.endCode()).isZero();
        }
        assertThat(EngineWire.open(parley.base()).poll()).containsExactly("1");
        await().until(() -> sessions() == 0);
    }

    @Test
    void whoSendsTooManyEventsIsToldSo() {
        Person alice = Person.register(parley.base(), "Alice");
        long room = alice.group("Flood");
        try (SocketIo client = SocketIo.connect(alice, SocketIo.WEBSOCKET)) {
            for (int i = 0; i < 100; i++) {
                client.emit("send_message", Map.of("conversation_id", room, "content", "m" + i, "local_temp_id", "t" + i));
            }
            JsonNode error = client.await("error");
            assertThat(error.get("code").asText()).isEqualTo("too_many_requests");
            assertThat(error.path("local_temp_id").asText()).startsWith("t");
            // The refusals come before the first of them are stored.
            await().untilAsserted(() -> assertThat(alice.lastSeq(room)).isBetween(1L, 60L));
        }
    }

    private static int sessions() {
        return (int) parley.metric("parley_socketio_sessions");
    }
}

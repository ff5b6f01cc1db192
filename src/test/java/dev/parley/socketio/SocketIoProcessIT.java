package dev.parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

/** The Socket.IO door of the packaged program, with settings of its own: restarts, heartbeats, limits. */
class SocketIoProcessIT {

    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(strings = { "polling+websocket", "websocket", "polling" })
    void clientsComeBackByThemselvesAfterARestartAndAfterAKill(String transports) {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-restart").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            long room = alice.group("Restart");
            try (SocketIo client = SocketIo.connect(alice, transports.split("\\+"))) {
                parley.stop();
                client.await("disconnect");
                parley.start();
                assertTalks(client, alice, room);
                parley.kill9();
                client.await("disconnect");
                parley.start();
                assertTalks(client, alice, room);
            }
            assertThat(Files.readString(parley.log())).doesNotContain(alice.token);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static void assertTalks(SocketIo client, Person who, long room) {
        client.await(event -> event.name().equals("connect"), Duration.ofSeconds(30));
        assertThat(client.call("send_message", Map.of("conversation_id", room, "content", "back")).at("/success").asBoolean())
                .isTrue();
    }

    @Test
    void heartbeatsKeepASessionAndWhoDoesNotAnswerLosesIt() throws IOException {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-heartbeat").with("PARLEY_SOCKETIO_PING_INTERVAL", "200ms")
                .with("PARLEY_SOCKETIO_PING_TIMEOUT", "400ms").start()) {
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
    }

    @Test
    void whoNeitherPollsNorAnswersIsGoneAndOffline() throws IOException {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-away").with("PARLEY_SOCKETIO_PING_INTERVAL", "500ms")
                .with("PARLEY_SOCKETIO_PING_TIMEOUT", "500ms").start()) {
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
    }

    @ParameterizedTest
    @ValueSource(strings = { "polling", "websocket" })
    void attachmentsThatNeverComeEndTheSessionThoughItsHeartbeatsAreAnswered(String transport) throws IOException {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-attachments").with("PARLEY_SOCKETIO_PING_INTERVAL", "200ms")
                .with("PARLEY_SOCKETIO_PING_TIMEOUT", "2s").start()) {
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
            await().until(() -> sessions(parley) == 0);
        }
    }

    @Test
    void anUpgradeThatIsNotCompletedIsForgottenAndAnotherOneSucceeds() throws IOException {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-upgrade").with("PARLEY_SOCKETIO_UPGRADE_TIMEOUT", "500ms")
                .start()) {
            Person alice = Person.register(parley.base(), "Alice");
            long room = alice.group("Upgrade");
            EngineWire wire = EngineWire.connect(alice);
            for (boolean probes : List.of(true, false)) {
                try (RawSocket abandoned = new RawSocket(parley.base(), wire.upgrade(), 65_536)) {
                    if (probes) {
                        abandoned.text("2probe");
                        assertThat(abandoned.read().text()).isEqualTo("3probe");
                    }
                    assertEnds(abandoned);
                }
                alice.post(room, "by polling");
                assertThat(wire.poll()).singleElement().asString().contains("by polling");
            }
            try (RawSocket socket = new RawSocket(parley.base(), wire.upgrade(), 65_536)) {
                socket.text("2probe");
                assertThat(socket.read().text()).isEqualTo("3probe");
                socket.text("5");
                alice.post(room, "by socket");
                assertThat(socket.read().text()).contains("by socket");
            }
        }
    }

    @Test
    void ofSessionsThatNobodyIsBehindTheOldestGiveWay() {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-strangers").with("PARLEY_SOCKETIO_CONNECTING", "10")
                .start()) {
            Person alice = Person.register(parley.base(), "Alice");
            EngineWire known = EngineWire.connect(alice);
            List<EngineWire> strangers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                strangers.add(EngineWire.open(parley.base()));
            }
            await().until(() -> sessions(parley) == 11);
            assertThat(strangers.get(19).get().json().get("code").asInt()).isEqualTo(1);
            strangers.get(20).post("40{\"token\":\"" + alice.token + "\"}");
            assertThat(strangers.get(20).poll()).singleElement().asString().startsWith("40{\"sid\":");
            alice.post(alice.group("Known"), "still there");
            assertThat(known.poll()).isNotEmpty();
        }
    }

    @Test
    void theLimitIsASettingAndOneByteMoreIsRefusedAndStoresNothing() throws IOException {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-limit").with("PARLEY_SOCKETIO_MAX_PAYLOAD", "1M")
                .with("PARLEY_DOORS_MESSAGES", "512K").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            long room = alice.group("Limit");
            EngineWire polling = EngineWire.connect(alice);
            assertThat(polling.opening.get("maxPayload").asInt()).isEqualTo(MIB);
            assertThat(polling.post(payload(room, MIB)).status()).isEqualTo(200);
            await().until(() -> lastSeq(alice, room) == 1);
            EngineWire above = EngineWire.connect(alice);
            Wire refused = above.post(payload(room, MIB + 1));
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.json().get("message").asText()).isEqualTo(EngineError.UPLOAD_INSTEAD);
            assertThat(above.poll().getFirst()).startsWith("42[\"error\"").contains(EngineError.UPLOAD_INSTEAD);
            try (RawSocket socket = connected(alice)) {
                socket.text(payload(room, MIB));
                assertThat(socket.read().text() + socket.read().text()).contains("431[{\"success\":true");
                socket.text(payload(room, MIB + 1));
                assertThat(socket.read().text()).startsWith("42[\"error\"").contains(EngineError.UPLOAD_INSTEAD);
                assertEnds(socket);
            }
            // In frames, and in attachments, which are below the limit each.
            try (RawSocket socket = connected(alice)) {
                socket.send(RawSocket.TEXT, false, payload(room, MIB).getBytes(StandardCharsets.US_ASCII));
                socket.send(RawSocket.CONTINUATION, true, new byte[] { ' ' });
                assertThat(socket.read().text()).contains(EngineError.UPLOAD_INSTEAD);
            }
            try (RawSocket socket = connected(alice)) {
                socket.text("452-1[\"send_message\",{\"conversation_id\":" + room
                        + ",\"file_data\":{\"_placeholder\":true,\"num\":0}}]");
                socket.send(2, true, new byte[MIB / 2]);
                socket.send(2, true, new byte[MIB / 2]);
                assertThat(socket.read().text()).contains(EngineError.UPLOAD_INSTEAD);
                assertEnds(socket);
            }
            // A file has a limit of its own, that of document 003's uploads.
            try (SocketIo client = SocketIo.connect(alice, SocketIo.DEFAULT)) {
                JsonNode answer = client.call("send_message",
                        Map.of("conversation_id", room, "file_name", "big.bin", "file_data", new byte[MIB / 2 + 1]));
                assertThat(answer.at("/error/status").asInt()).isEqualTo(413);
                assertThat(answer.at("/error/detail").asText()).isEqualTo("File too large. Maximum size: 0.5MB");
            }
            assertThat(lastSeq(alice, room)).isEqualTo(2);
        }
    }

    /** An event of so many bytes. */
    private static String payload(long room, int size) {
        String event = "421[\"send_message\",{\"conversation_id\":" + room + ",\"content\":\"x\",\"padding\":\"\"}]";
        return event.replace("\"\"", "\"" + "x".repeat(size - event.length()) + "\"");
    }

    private static RawSocket connected(Person who) throws IOException {
        RawSocket socket = new RawSocket(who.base, "/socket.io/?EIO=4&transport=websocket", 65_536);
        assertThat(socket.read().text()).startsWith("0{\"sid\":");
        socket.text("40{\"token\":\"" + who.token + "\"}");
        assertThat(socket.read().text()).startsWith("40{\"sid\":");
        return socket;
    }

    private static long lastSeq(Person who, long room) {
        return who.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong();
    }

    @Test
    void whoSaysNotWhoItIsInTimeIsClosed() throws IOException {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-silent").with("PARLEY_SOCKETIO_CONNECT_TIMEOUT", "500ms")
                .start()) {
            try (RawSocket socket = new RawSocket(parley.base(), "/socket.io/?EIO=4&transport=websocket", 65_536)) {
                assertThat(socket.read().text()).startsWith("0");
                assertEnds(socket);
            }
            assertThat(EngineWire.open(parley.base()).poll()).containsExactly("1");
            await().until(() -> sessions(parley) == 0);
        }
    }

    @Test
    void aSessionEndsWhenItsTokenExpiresAndTheErrorSaysSo() throws IOException {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-expiry").with("PARLEY_AUTH_TOKEN_LIFETIME", "PT5S").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            try (SocketIo socket = SocketIo.connect(alice, SocketIo.WEBSOCKET);
                    SocketIo polling = SocketIo.connect(alice, SocketIo.POLLING)) {
                for (SocketIo client : List.of(socket, polling)) {
                    JsonNode error = client.await("error");
                    assertThat(error.get("message").asText()).isEqualTo("Token expired");
                    assertThat(error.get("code").asText()).isEqualTo("not_authenticated");
                    client.await("disconnect");
                    assertThat(client.await("connect_error").get("message").asText()).isEqualTo("Not authenticated");
                }
            }
        }
    }

    @Test
    void whoSendsTooManyEventsIsToldSo() {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-flood").with("PARLEY_SOCKETS_FRAMES_PER_SECOND", "10")
                .with("PARLEY_SOCKETS_BURST", "20").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            long room = alice.group("Flood");
            try (SocketIo client = SocketIo.connect(alice, SocketIo.WEBSOCKET)) {
                for (int i = 0; i < 100; i++) {
                    client.emit("send_message", Map.of("conversation_id", room, "content", "m" + i));
                }
                assertThat(client.await("error").get("code").asText()).isEqualTo("too_many_requests");
                assertThat(alice.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asInt()).isBetween(1, 60);
            }
        }
    }

    @Test
    void largePayloadsAreTakenUpToTheLimitAndRefusedUnbufferedAboveIt() throws IOException {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-large").heap("512m").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            long room = alice.group("Large");
            try (SocketIo client = SocketIo.connect(alice, SocketIo.WEBSOCKET)) {
                JsonNode answer = client.call("send_message",
                        Map.of("conversation_id", room, "file_name", "zeros.bin", "file_data", new byte[11 * MIB]));
                assertThat(answer.at("/message/type").asText()).isEqualTo("file");
            }
            String almost = "421[\"send_message\",{\"conversation_id\":" + room + ",\"file_data\":\"" + "A".repeat(48 * MIB)
                    + "\"}]";
            EngineWire polling = EngineWire.connect(alice);
            assertThat(polling.post(almost).status()).isEqualTo(200);
            List<String> packets = new ArrayList<>();
            while (packets.size() < 2) {
                packets.addAll(polling.poll());
            }
            assertThat(packets).anyMatch(packet -> packet.startsWith("431[{\"success\":true"));
            try (RawSocket socket = new RawSocket(parley.base(), "/socket.io/?EIO=4&transport=websocket&token=" + alice.token,
                    65_536)) {
                socket.read();
                socket.text("40");
                socket.read();
                socket.text(almost);
                assertThat(socket.read().text() + socket.read().text()).contains("431[{\"success\":true");
            }
            long before = parley.rss();
            for (int i = 0; i < 5; i++) {
                EngineWire wire = EngineWire.connect(alice);
                assertThat(wire.post(new byte[60 * MIB]).status()).isEqualTo(413);
                assertThat(wire.poll().getFirst()).contains("request_too_large").contains("/messages/upload");
                try (RawSocket socket = new RawSocket(parley.base(),
                        "/socket.io/?EIO=4&transport=websocket&token=" + alice.token, 65_536)) {
                    socket.read();
                    socket.text("40");
                    socket.read();
                    socket.header(RawSocket.TEXT, true, 60L * MIB);
                    socket.raw(new byte[MIB]);
                    assertThat(socket.read().text()).contains("request_too_large").contains("/messages/upload");
                    assertEnds(socket);
                }
            }
            assertThat((parley.rss() - before) / MIB).as("MiB more than before").isLessThan(60);
        }
    }

    @Test
    void largePayloadsThatDoNotEndLeaveMemoryToOthers() throws IOException {
        // One payload at a time has room in this heap.
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-memory").heap("256m").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            long room = alice.group("Memory");
            EngineWire first = EngineWire.connect(alice);
            try (java.net.Socket unfinished = begin(first, 48 * MIB)) {
                EngineWire second = EngineWire.connect(alice);
                java.net.Socket refused = begin(second, 3 * MIB);
                assertThat(second.poll().getFirst()).startsWith("42[\"error\"").contains(EngineError.BUSY.message);
                refused.close();
                try (RawSocket socket = connected(alice)) {
                    socket.send(RawSocket.TEXT, false, new byte[MIB]);
                    socket.send(RawSocket.CONTINUATION, false, new byte[3 * MIB]);
                    assertThat(socket.read().text()).startsWith("42[\"error\"").contains(EngineError.BUSY.message);
                    assertEnds(socket);
                }
                try (SocketIo client = SocketIo.connect(alice, SocketIo.DEFAULT)) {
                    assertThat(client.call("send_message", Map.of("conversation_id", room, "content", "hi")).at("/success")
                            .asBoolean()).isTrue();
                }
                assertThat(unfinished.getInputStream().available()).as("it may go on").isZero();
            }
            Map<String, Object> large = Map.of("conversation_id", room, "file_name", "zeros.bin", "file_data",
                    new byte[11 * MIB]);
            await().untilAsserted(() -> {
                try (SocketIo client = SocketIo.connect(alice, SocketIo.WEBSOCKET)) {
                    assertThat(client.call("send_message", large).at("/success").asBoolean()).isTrue();
                }
            });
            for (int i = 0; i < 6; i++) {
                try (SocketIo client = SocketIo.connect(alice, SocketIo.WEBSOCKET)) {
                    assertThat(client.call("send_message", large).at("/success").asBoolean()).as("what was taken is given back")
                            .isTrue();
                }
            }
            assertThat(Files.readString(parley.log())).doesNotContain("OutOfMemory");
        }
    }

    /** A post that does not end; so many bytes of it have been sent. */
    private static java.net.Socket begin(EngineWire wire, int sent) throws IOException {
        URI base = wire.base;
        java.net.Socket socket = new java.net.Socket(base.getHost(), base.getPort());
        socket.getOutputStream().write(("POST " + wire.path() + " HTTP/1.1\r\nHost: " + base.getAuthority()
                + "\r\nContent-Length: " + 49 * MIB + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        try {
            socket.getOutputStream().write(new byte[sent]);
        } catch (SocketException refused) {
            // Before all of it was sent.
        }
        return socket;
    }

    @Test
    void whoNeverReadsIsClosedAndOthersAreNot() throws IOException {
        try (ParleyProcess parley = ParleyProcess.fresh("socketio-slow").with("PARLEY_SOCKETIO_QUEUE", "128K").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            Person bob = Person.register(parley.base(), "Bob");
            long room = alice.group("Slow", bob);
            try (SocketIo good = SocketIo.connect(alice, SocketIo.DEFAULT);
                    RawSocket stuck = new RawSocket(parley.base(), "/socket.io/?EIO=4&transport=websocket&token=" + bob.token,
                            4_096)) {
                stuck.text("40");
                EngineWire away = EngineWire.connect(bob);
                await().until(() -> sessions(parley) == 3);
                Map<String, Object> event = Map.of("conversation_id", room, "content", "x".repeat(4_800));
                for (int i = 0; i < 100; i++) {
                    good.call("send_message", event);
                }
                List<String> last = away.poll();
                assertThat(last).as("what it is told when it polls again").endsWith("1").hasSizeLessThan(40);
                for (int i = 0; sessions(parley) > 1; i++) {
                    assertThat(i).as("messages until the socket is closed").isLessThan(5_000);
                    good.call("send_message", event);
                }
                assertThat(good.heard()).noneMatch(heard -> heard.name().equals("disconnect"));
            }
        }
    }

    /** Nothing but the end comes, within the socket's patience. */
    private static void assertEnds(RawSocket socket) throws IOException {
        try {
            socket.closeFrame();
            throw new AssertionError("A close frame came");
        } catch (EOFException end) {
            // As it should.
        }
    }

    private static int sessions(ParleyProcess parley) {
        String metrics = Wire.call(parley.base(), "GET", "/q/metrics", Map.of(), null).body();
        return metrics.lines().filter(line -> line.startsWith("parley_socketio_sessions ")).findFirst()
                .map(line -> (int) Double.parseDouble(line.split(" ")[1])).orElseThrow();
    }
}

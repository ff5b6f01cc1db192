package dev.parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.EngineWire;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import dev.parley.testsupport.SocketIo;
import dev.parley.testsupport.Wire;

/** How much a session may send, leave unread and leave undone, and how many there may be, in the packaged program. */
class SessionLimitsIT {

    private static final int MIB = 1 << 20;

    private static ParleyProcess parley;

    private final List<EngineWire> wires = new ArrayList<>();

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("socketio-limits").with("PARLEY_SOCKETIO_UPGRADE_TIMEOUT", "500ms")
                .with("PARLEY_SOCKETIO_CONNECTING", "10").with("PARLEY_SOCKETIO_MAX_PAYLOAD", "1M")
                .with("PARLEY_DOORS_MESSAGES", "512K").with("PARLEY_SOCKETIO_QUEUE", "128K").start();
    }

    @AfterAll
    static void stop() {
        parley.close();
    }

    /** A test counts the sessions that are there. */
    @AfterEach
    void endSessions() {
        wires.forEach(wire -> wire.post("1"));
        await().until(() -> sessions() == 0);
    }

    private EngineWire open() {
        wires.add(EngineWire.open(parley.base()));
        return wires.getLast();
    }

    private EngineWire connect(Person who) {
        wires.add(EngineWire.connect(who));
        return wires.getLast();
    }

    @Test
    void anUpgradeThatIsNotCompletedIsForgottenAndAnotherOneSucceeds() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        long room = alice.group("Upgrade");
        EngineWire wire = connect(alice);
        for (boolean probes : List.of(true, false)) {
            try (RawSocket abandoned = new RawSocket(parley.base(), wire.upgrade(), 65_536)) {
                if (probes) {
                    abandoned.text("2probe");
                    assertThat(abandoned.read().text()).isEqualTo("3probe");
                }
                assertThat(abandoned.endCode()).isZero();
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

    @Test
    void ofSessionsThatNobodyIsBehindTheOldestGiveWay() {
        Person alice = Person.register(parley.base(), "Alice");
        EngineWire known = connect(alice);
        List<EngineWire> strangers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            strangers.add(open());
        }
        await().until(() -> sessions() == 11);
        assertThat(strangers.get(19).get().json().get("code").asInt()).isEqualTo(1);
        strangers.get(20).post("40{\"token\":\"" + alice.token + "\"}");
        assertThat(strangers.get(20).poll()).singleElement().asString().startsWith("40{\"sid\":");
        alice.post(alice.group("Known"), "still there");
        assertThat(known.poll()).isNotEmpty();
    }

    @Test
    void theLimitIsASettingAndOneByteMoreIsRefusedAndStoresNothing() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        long room = alice.group("Limit");
        EngineWire polling = connect(alice);
        assertThat(polling.opening.get("maxPayload").asInt()).isEqualTo(MIB);
        assertThat(polling.post(payload(room, MIB)).status()).isEqualTo(200);
        await().until(() -> alice.lastSeq(room) == 1);
        EngineWire above = connect(alice);
        Wire refused = above.post(payload(room, MIB + 1));
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.json().get("message").asText()).isEqualTo(EngineError.UPLOAD_INSTEAD);
        assertThat(above.poll().getFirst()).startsWith("42[\"error\"").contains(EngineError.UPLOAD_INSTEAD);
        try (RawSocket socket = connected(alice)) {
            socket.text(payload(room, MIB));
            assertThat(socket.read().text() + socket.read().text()).contains("431[{\"success\":true");
            socket.text(payload(room, MIB + 1));
            assertThat(socket.read().text()).startsWith("42[\"error\"").contains(EngineError.UPLOAD_INSTEAD);
            assertThat(socket.endCode()).isZero();
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
            assertThat(socket.endCode()).isZero();
        }
        // A file has a limit of its own, that of document 003's uploads.
        try (SocketIo client = SocketIo.connect(alice, SocketIo.DEFAULT)) {
            JsonNode answer = client.call("send_message",
                    Map.of("conversation_id", room, "file_name", "big.bin", "file_data", new byte[MIB / 2 + 1]));
            assertThat(answer.at("/error/status").asInt()).isEqualTo(413);
            assertThat(answer.at("/error/detail").asText()).isEqualTo("File too large. Maximum size: 0.5MB");
        }
        assertThat(alice.lastSeq(room)).isEqualTo(2);
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

    @Test
    void whoNeverReadsIsClosedAndOthersAreNot() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        Person bob = Person.register(parley.base(), "Bob");
        long room = alice.group("Slow", bob);
        try (SocketIo good = SocketIo.connect(alice, SocketIo.DEFAULT);
                RawSocket stuck = new RawSocket(parley.base(), "/socket.io/?EIO=4&transport=websocket&token=" + bob.token,
                        4_096)) {
            stuck.text("40");
            EngineWire away = connect(bob);
            await().until(() -> sessions() == 3);
            Map<String, Object> event = Map.of("conversation_id", room, "content", "x".repeat(4_800));
            for (int i = 0; i < 100; i++) {
                good.call("send_message", event);
            }
            List<String> last = away.poll();
            assertThat(last).as("what it is told when it polls again").endsWith("1").hasSizeLessThan(40);
            for (int i = 0; sessions() > 1; i++) {
                assertThat(i).as("messages until the socket is closed").isLessThan(5_000);
                good.call("send_message", event);
            }
            assertThat(good.heard()).noneMatch(heard -> heard.name().equals("disconnect"));
        }
    }

    private static int sessions() {
        return (int) parley.metric("parley_socketio_sessions");
    }
}

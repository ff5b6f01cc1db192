package dev.parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.testsupport.EngineWire;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Engine.IO 4 and Socket.IO 5 to the letter, as the official servers speak them. */
@QuarkusTest
class EngineTest {

    @TestHTTPResource("/")
    URI base;
    private Person alice;
    private long room;

    @BeforeEach
    void somebodyInARoom() {
        alice = Person.register(base, "Alice");
        room = alice.group("Wire");
    }

    private String send(String ack, String content) {
        return "42" + ack + "[\"send_message\",{\"conversation_id\":\"" + room + "\",\"content\":\"" + content + "\"}]";
    }

    // ---- handshakes and requests

    @Test
    void aSessionOpensWithWhatTheDocumentSets() {
        EngineWire wire = EngineWire.open(base);
        assertThat(wire.opening.get("upgrades")).hasToString("[\"websocket\"]");
        assertThat(wire.opening.get("pingInterval").asInt()).isEqualTo(25_000);
        assertThat(wire.opening.get("pingTimeout").asInt()).isEqualTo(60_000);
        assertThat(wire.opening.get("maxPayload").asInt()).isEqualTo(50 << 20);
        Set<String> ids = new HashSet<>(List.of(wire.id));
        for (int i = 0; i < 50; i++) {
            ids.add(EngineWire.open(base).id);
        }
        assertThat(ids).hasSize(51).allMatch(id -> id.length() == 24);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "GET | /socket.io/?EIO=4&transport=polling&sid=unknown | 400 | 1 | Session ID unknown",
            "POST | /socket.io/?EIO=4&transport=polling&sid=unknown | 400 | 1 | Session ID unknown",
            "GET | /socket.io/?EIO=4&transport=flashsocket | 400 | 0 | Transport unknown",
            "GET | /socket.io/ | 400 | 0 | Transport unknown",
            "GET | /socket.io | 400 | 0 | Transport unknown",
            "POST | /socket.io/?EIO=4&transport=polling | 400 | 2 | Bad handshake method",
            "DELETE | /socket.io/?EIO=4&transport=polling | 400 | 2 | Bad handshake method",
            "GET | /socket.io/?EIO=4&transport=websocket | 400 | 3 | Bad request",
            "GET | /socket.io/?EIO=3&transport=polling | 400 | 5 | Unsupported protocol version",
            "GET | /socket.io/?transport=polling | 400 | 5 | Unsupported protocol version" })
    void whatIsNoRequestOfEngineIoIsRefusedAsTheOfficialServersDo(String method, String target, int status, int code,
            String message) {
        Wire answer = Wire.call(base, method, target, Map.of(), method.equals("POST") ? new byte[0] : null);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().get("code").asInt()).isEqualTo(code);
        assertThat(answer.json().get("message").asText()).isEqualTo(message);
        assertThat(answer.head().toLowerCase()).contains("cache-control: no-store");
    }

    @Test
    void aWebSocketOfAnUnknownSessionIsRefusedWithTheSameAnswer() {
        Wire answer = Wire.call(base, "GET", "/socket.io/?EIO=4&transport=websocket&sid=unknown", handshake(), null);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("code").asInt()).isEqualTo(1);
    }

    @Test
    void aPageOfAnotherOriginMayNeitherPollNorOpenASocket() {
        Map<String, String> evil = new java.util.HashMap<>(handshake());
        evil.put("Origin", "https://evil.example");
        Wire socket = Wire.call(base, "GET", "/socket.io/?EIO=4&transport=websocket&token=" + alice.token, evil, null);
        assertThat(socket.status()).isEqualTo(403);
        Wire poll = Wire.call(base, "GET", EngineWire.PATH, Map.of("Origin", "https://evil.example"), null);
        assertThat(poll.status()).isEqualTo(403);
        assertThat(poll.body()).doesNotContain("sid");
        Wire own = Wire.call(base, "GET", EngineWire.PATH, Map.of("Origin", "http://" + base.getAuthority()), null);
        assertThat(own.status()).isEqualTo(200);
    }

    private static Map<String, String> handshake() {
        return Map.of("Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key",
                "dGhlIHNhbXBsZSBub25jZQ==");
    }

    // ---- polling

    @Test
    void packetsOfAPayloadAreSeparatedBothWaysAndObeyedInOrder() {
        EngineWire wire = EngineWire.connect(alice);
        Wire posted = wire.post(send("1", "first"), send("2", "second"), send("3", "third"));
        assertThat(posted.body()).isEqualTo("ok");
        assertThat(posted.head().toLowerCase()).contains("content-type: text/html").contains("cache-control: no-store");
        List<String> packets = collect(wire, 6);
        assertThat(packets.stream().filter(packet -> packet.startsWith("42[\"new_message\"")).toList())
                .satisfiesExactly(first -> assertThat(first).contains("\"content\":\"first\""),
                        second -> assertThat(second).contains("\"content\":\"second\""),
                        third -> assertThat(third).contains("\"content\":\"third\""));
        assertThat(packets.stream().filter(packet -> packet.startsWith("43")).map(packet -> packet.substring(0, 20)))
                .containsExactlyInAnyOrder("431[{\"success\":true,", "432[{\"success\":true,", "433[{\"success\":true,");
    }

    /** On a thread of its own: the common pool may have only one. */
    private static <T> CompletableFuture<T> meanwhile(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, Thread::startVirtualThread);
    }

    private static List<String> collect(EngineWire wire, int count) {
        List<String> packets = new ArrayList<>();
        while (packets.size() < count) {
            packets.addAll(wire.poll());
        }
        return packets;
    }

    @Test
    void aParkedPollIsAnsweredWhenSomethingHappens() throws Exception {
        EngineWire wire = EngineWire.connect(alice);
        CompletableFuture<List<String>> poll = meanwhile(wire::poll);
        alice.post(room, "wake up");
        assertThat(poll.get()).singleElement().asString().contains("wake up");
    }

    @Test
    void anAttachmentComesAsABase64PacketAndNothingElseMayComeBetween() {
        String event = "451-7[\"send_message\",{\"conversation_id\":" + room
                + ",\"file_name\":\"a.txt\",\"file_data\":{\"_placeholder\":true,\"num\":0}}]";
        EngineWire wire = EngineWire.connect(alice);
        wire.post(event, "b" + Base64.getEncoder().encodeToString("the bytes".getBytes(StandardCharsets.US_ASCII)));
        String ack = collect(wire, 2).stream().filter(packet -> packet.startsWith("437")).findFirst().orElseThrow();
        String url = EngineWire.json(ack.substring(3)).at("/0/message/media_url").asText();
        assertThat(Wire.call(base, "GET", url, Map.of(), null).body()).isEqualTo("the bytes");

        wire.post(event.replace("\"num\":0", "\"num\":3"), "bAAAA");
        assertThat(wire.poll()).singleElement().asString().contains("\"success\":false").contains("file_data");
        wire.post(event, "b***");
        assertThat(wire.poll()).singleElement().asString().contains("not valid base64");
        wire.post(event, send("", "between"));
        assertThat(wire.poll()).containsExactly("1");
        assertThat(alice.lastSeq(room)).isEqualTo(1);
    }

    @Test
    void twoPollsAtOnceEndTheSession() throws Exception {
        EngineWire wire = EngineWire.connect(alice);
        CompletableFuture<Wire> first = meanwhile(wire::get);
        CompletableFuture<Wire> second = meanwhile(wire::get);
        List<Wire> answers = List.of(first.get(), second.get());
        assertThat(answers).extracting(Wire::status).containsExactlyInAnyOrder(200, 400);
        assertThat(answers).filteredOn(answer -> answer.status() == 200).extracting(Wire::body).containsExactly("1");
        assertThat(wire.get().json().get("code").asInt()).isEqualTo(1);
    }

    @Test
    void twoPostsAtOnceEndTheSession() throws IOException {
        EngineWire wire = EngineWire.connect(alice);
        try (java.net.Socket begun = new java.net.Socket(base.getHost(), base.getPort())) {
            begun.getOutputStream().write(("POST " + wire.path() + " HTTP/1.1\r\nHost: " + base.getAuthority()
                    + "\r\nContent-Length: 10\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            await().until(() -> wire.post("3").status() == 400);
            assertThat(begun.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 400");
        }
        assertThat(wire.poll()).containsExactly("1");
    }

    @Test
    void aPollThatIsBrokenOffEndsTheSession() throws IOException {
        Person bob = Person.register(base, "Bob");
        alice.group("Shared", bob);
        // After what it would be told, so that the poll waits.
        EngineWire wire = EngineWire.connect(alice);
        assertThat(online(bob)).contains(alice.id);
        try (java.net.Socket poll = new java.net.Socket(base.getHost(), base.getPort())) {
            poll.getOutputStream().write(("GET " + wire.path() + " HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }
        await().until(() -> wire.post("3").status() == 400);
        await().until(() -> !online(bob).contains(alice.id));
    }

    private static List<Long> online(Person who) {
        return StreamSupport.stream(who.get("/api/chat/online-users").expect(200).get("users").spliterator(), false)
                .map(user -> user.get("id").asLong()).toList();
    }

    @Test
    void aPayloadOfMorePacketsThanAnybodySendsAtOnceEndsTheSession() {
        EngineWire wire = EngineWire.connect(alice);
        String[] most = Collections.nCopies(9_999, "6").toArray(new String[10_000]);
        most[9_999] = send("1", "after many");
        assertThat(wire.post(most).status()).isEqualTo(200);
        assertThat(collect(wire, 2)).anyMatch(packet -> packet.startsWith("431[{\"success\":true"));
        // Fifty mebibytes of these would be a gigabyte when taken apart.
        assertThat(wire.post("6\u001e".repeat(10_000) + "6").status()).isEqualTo(400);
        assertThat(wire.poll()).containsExactly("1");
    }

    /** Python's client takes no more than sixteen in one answer. */
    @Test
    void aClientThatPollsGetsManyPacketsInSeveralAnswers() {
        Person bob = Person.register(base, "Bob");
        long room = alice.group("Busy", bob);
        EngineWire wire = EngineWire.connect(bob);
        for (int i = 0; i < 40; i++) {
            alice.post(room, "message " + i);
        }
        List<String> heard = new ArrayList<>();
        while (heard.stream().noneMatch(packet -> packet.contains("message 39"))) {
            List<String> answer = wire.poll();
            assertThat(answer).hasSizeLessThanOrEqualTo(16);
            heard.addAll(answer);
        }
        assertThat(heard.stream().filter(packet -> packet.contains("new_message"))).hasSize(40);
    }

    @Test
    void aSessionSpeaksForWhoeverConnectedOnItAndNobodyElse() {
        Person bob = Person.register(base, "Bob");
        EngineWire wire = EngineWire.connect(alice);
        wire.post("40{\"token\":\"" + bob.token + "\"}", send("1", "whose?"));
        assertThat(collect(wire, 2)).noneMatch(packet -> packet.startsWith("40"))
                .anyMatch(packet -> packet.startsWith("431[{\"success\":true") && packet.contains(alice.email));
        EngineWire other = EngineWire.open(base);
        other.post("40{\"token\":\"" + bob.token + "\"}");
        String connected = other.poll().getFirst();
        assertThat(EngineWire.json(connected.substring(2)).get("sid").asText())
                .as("what others may be told is not what the session is reached by").isNotEqualTo(other.id);
        other.post(send("2", "not his"));
        assertThat(other.poll()).singleElement().asString().contains("Room not found");
    }

    @Test
    void whoLeavesANamespaceThatIsNotThereStaysConnected() {
        EngineWire wire = EngineWire.connect(alice);
        wire.post("41/admin,", send("1", "still here"));
        assertThat(collect(wire, 2)).anyMatch(packet -> packet.startsWith("431[{\"success\":true"));
    }

    @Test
    void whoLeftMaySendAsLittleAsWhoNeverCame() {
        EngineWire wire = EngineWire.connect(alice);
        wire.post("41");
        assertThat(wire.post(new byte[100_000]).status()).isEqualTo(413);
    }

    @Test
    void anEventTakesTheAttachmentItsPlaceholderNames() {
        EngineWire wire = EngineWire.connect(alice);
        String[] bytes = Stream.of("first", "second")
                .map(text -> "b" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII)))
                .toArray(String[]::new);
        wire.post("452-9[\"send_message\",{\"conversation_id\":" + room
                + ",\"file_name\":\"a.txt\",\"file_data\":{\"num\":1,\"_placeholder\":true},\"other\":{\"num\":0}}]");
        // In requests of their own, as they come.
        wire.post(bytes[0]);
        wire.post(bytes[1]);
        String ack = collect(wire, 2).stream().filter(packet -> packet.startsWith("439")).findFirst().orElseThrow();
        String url = EngineWire.json(ack.substring(3)).at("/0/message/media_url").asText();
        assertThat(Wire.call(base, "GET", url, Map.of(), null).body()).isEqualTo("second");
        wire.post(bytes[0]);
        assertThat(wire.poll()).as("nothing waits for it").containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "9", "x", "2", "4", "4x", "48", "45[\"e\"]", "45x-[\"e\"]", "4299999999999999999[\"e\"]",
            "4511-[\"e\"]", "451000-[\"e\"]", "bAAAA", "44{}", "42/other,[\"e\"]" })
    void whatIsNoPacketEndsTheSession(String packet) {
        EngineWire wire = EngineWire.connect(alice);
        wire.post(packet);
        assertThat(wire.poll()).containsExactly("1");
        assertThat(wire.get().json().get("code").asInt()).isEqualTo(1);
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedAndNotRepaired() {
        EngineWire wire = EngineWire.connect(alice);
        byte[] packet = send("", "?").getBytes(StandardCharsets.US_ASCII);
        packet[new String(packet, StandardCharsets.US_ASCII).indexOf('?')] = (byte) 0xC3;
        assertThat(wire.post(packet).status()).isEqualTo(400);
        assertThat(alice.lastSeq(room)).isZero();
        EngineWire again = EngineWire.connect(alice);
        again.post(send("", "\ufffd is a character like others"));
        await().until(() -> alice.lastSeq(room) == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "42[", "42{}", "42[]", "42[5]", "42[\"send_message\"", "42[\"send_message\",{\"content\":\"x\"}",
            "42[\"send_message\",{\"conversation_id\":1,\"file_data\":\"abc" })
    void anEventThatIsNoneIsAnErrorAndTheSessionLivesOn(String packet) {
        EngineWire wire = EngineWire.connect(alice);
        wire.post(packet);
        assertThat(wire.poll()).singleElement().asString().startsWith("42[\"error\",{\"message\":")
                .contains("\"code\":\"bad_request\"");
        wire.post(send("1", "fine"));
        assertThat(collect(wire, 2)).anyMatch(each -> each.startsWith("431[{\"success\":true"));
    }

    @Test
    void aClientThatSaysGoodbyeIsForgotten() {
        EngineWire wire = EngineWire.connect(alice);
        assertThat(wire.post(send("", "last words"), "41", "1").status()).isEqualTo(200);
        assertThat(wire.get().json().get("code").asInt()).isEqualTo(1);
        await().until(() -> alice.lastSeq(room) == 1);
    }

    @Test
    void aClientMayDisconnectAndConnectAgainOnOneSession() {
        EngineWire wire = EngineWire.connect(alice);
        wire.post("41", "40{\"token\":\"" + alice.token + "\"}");
        assertThat(wire.poll()).singleElement().asString().startsWith("40{\"sid\"");
        wire.post(send("1", "again"));
        assertThat(collect(wire, 2)).anyMatch(each -> each.startsWith("431[{\"success\":true"));
    }

    // ---- before somebody is known

    @Test
    void nothingIsObeyedBeforeSomebodyIsKnown() {
        EngineWire wire = EngineWire.open(base);
        wire.post("40{\"token\":\"nonsense\"}");
        assertThat(wire.poll()).singleElement().asString()
                .startsWith("44{").contains("\"message\":\"Not authenticated\"").contains("\"status\":401");
        wire.post("40/admin,{\"token\":\"" + alice.token + "\"}");
        assertThat(wire.poll()).containsExactly("44/admin,{\"message\":\"Invalid namespace\"}");
        wire.post(send("", "too early"));
        assertThat(wire.poll()).containsExactly("1");
        assertThat(alice.lastSeq(room)).isZero();
    }

    @Test
    void whoIsNotKnownMaySendLittle() throws IOException {
        EngineWire wire = EngineWire.open(base);
        Wire answer = wire.post(("40{\"token\":\"" + "x".repeat(100_000) + "\"}").getBytes(StandardCharsets.US_ASCII));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().get("message").asText()).contains("POST /messages/upload");
        assertThat(wire.poll()).containsExactly("1");
        EngineWire chunked = EngineWire.open(base);
        String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
        assertThat(Wire.raw(base, "POST " + chunked.path() + " HTTP/1.1\r\nHost: " + base.getAuthority()
                + "\r\nTransfer-Encoding: chunked\r\n\r\n", chunk.repeat(3).getBytes(StandardCharsets.US_ASCII)).status())
                .as("without a length, as soon as it is too much").isEqualTo(413);
        try (RawSocket socket = new RawSocket(base, "/socket.io/?EIO=4&transport=websocket", 65_536)) {
            socket.read();
            socket.header(RawSocket.TEXT, true, 40 << 20);
            socket.raw(new byte[100_000]);
            assertThat(socket.closeFrame().code()).isEqualTo(1009);
        }
    }

    // ---- WebSockets

    @Test
    void theUpgradeLosesAndDoublesNothing() throws Exception {
        EngineWire wire = EngineWire.connect(alice);
        wire.post(send("", "by polling"));
        assertThat(wire.poll()).singleElement().asString().contains("by polling");
        CompletableFuture<List<String>> parked = meanwhile(wire::poll);
        try (RawSocket socket = new RawSocket(base, wire.upgrade(), 65_536)) {
            socket.text("2probe");
            assertThat(socket.read().text()).isEqualTo("3probe");
            assertThat(parked.get()).as("the poll is let go").containsExactly("6");
            alice.post(room, "between");
            socket.text("5");
            assertThat(socket.read().text()).contains("between");
            socket.text(send("", "by socket"));
            assertThat(socket.read().text()).contains("by socket");
            assertThat(wire.get().json().get("code").asInt()).isEqualTo(3);
            assertThat(wire.post("3").status()).isEqualTo(400);
        }
        assertThat(alice.lastSeq(room)).isEqualTo(3);
    }

    @Test
    void whoIsChangingOverNoticesThatTheSessionEnded() throws IOException {
        EngineWire wire = EngineWire.connect(alice);
        try (RawSocket socket = new RawSocket(base, wire.upgrade(), 65_536)) {
            socket.text("2probe");
            assertThat(socket.read().text()).isEqualTo("3probe");
            wire.post("9");
            // Without a close frame, which the official Java client does not notice.
            assertThatThrownBy(socket::closeFrame).isInstanceOf(EOFException.class);
        }
        assertThat(wire.poll()).containsExactly("1");
    }

    @Test
    void aSecondOfferToUpgradeIsTurnedDown() throws IOException {
        EngineWire wire = EngineWire.connect(alice);
        try (RawSocket first = new RawSocket(base, wire.upgrade(), 65_536)) {
            // Heard, so that it is the first for the service as well.
            first.text("2probe");
            assertThat(first.read().text()).isEqualTo("3probe");
            try (RawSocket second = new RawSocket(base, wire.upgrade(), 65_536)) {
                assertThatThrownBy(second::closeFrame).isInstanceOf(EOFException.class);
            }
            first.text("5");
            alice.post(room, "still here");
            assertThat(first.read().text()).contains("still here");
        }
    }

    @Test
    void anOfferThatIsNotMeantLeavesTheSessionPolling() throws IOException {
        EngineWire wire = EngineWire.connect(alice);
        try (RawSocket socket = new RawSocket(base, wire.upgrade(), 65_536)) {
            socket.text(send("", "not yet"));
            assertThatThrownBy(socket::closeFrame).isInstanceOf(EOFException.class);
        }
        alice.post(room, "by polling");
        assertThat(wire.poll()).singleElement().asString().contains("by polling");
        assertThat(alice.lastSeq(room)).isEqualTo(1);
    }

    @Test
    void aWebSocketTakesPacketsInSeveralFramesAndBinaryOnes() throws IOException {
        try (RawSocket socket = connected()) {
            byte[] event = send("1", "in pieces").getBytes(StandardCharsets.US_ASCII);
            socket.send(RawSocket.TEXT, false, java.util.Arrays.copyOf(event, 10));
            socket.send(RawSocket.CONTINUATION, true, java.util.Arrays.copyOfRange(event, 10, event.length));
            assertThat(socket.read().text() + socket.read().text()).contains("431[{\"success\":true").contains("in pieces");
            socket.text("451-2[\"send_message\",{\"conversation_id\":" + room
                    + ",\"file_name\":\"a.txt\",\"file_data\":{\"_placeholder\":true,\"num\":0}}]");
            socket.send(2, true, "the bytes".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.read().text() + socket.read().text()).contains("432[{\"success\":true").contains("media_url");
        }
    }

    @Test
    void whatBreaksTheProtocolOfWebSocketsIsClosedWithItsCode() throws IOException {
        try (RawSocket socket = connected()) {
            socket.send(0x40 | RawSocket.TEXT, true, new byte[] { '3' });
            assertThat(socket.closeFrame().code()).isEqualTo(1002);
        }
        try (RawSocket socket = connected()) {
            socket.send(RawSocket.TEXT, true, new byte[] { '4', '2', (byte) 0xC3, 0x28 });
            assertThat(socket.closeFrame().code()).isEqualTo(1007);
        }
        try (RawSocket socket = connected()) {
            socket.text("9");
            assertThatThrownBy(socket::closeFrame).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aMessageOverTheLimitIsRefusedAtItsHeaderAndTheErrorNamesTheUpload() throws IOException {
        try (RawSocket socket = connected()) {
            socket.header(RawSocket.TEXT, true, (50L << 20) + 1);
            assertThat(socket.read().text()).startsWith("42[\"error\"").contains("request_too_large")
                    .contains("POST /messages/upload");
            assertThatThrownBy(socket::closeFrame).isInstanceOf(EOFException.class);
        }
        Wire answer = Wire.call(base, "POST", EngineWire.PATH + "&sid=" + EngineWire.connect(alice).id,
                Map.of("Content-Length", Integer.toString((50 << 20) + 1)), null);
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void theOtherSocketsLimitIsWhatItWas() throws IOException {
        try (RawSocket socket = new RawSocket(alice, null, 65_536)) {
            socket.header(RawSocket.TEXT, true, 17L << 20);
            assertThat(socket.closeFrame().code()).isEqualTo(1009);
        }
    }

    private RawSocket connected() throws IOException {
        RawSocket socket = new RawSocket(base, "/socket.io/?EIO=4&transport=websocket", 65_536);
        assertThat(socket.read().text()).startsWith("0{\"sid\":").contains("\"upgrades\":[]");
        socket.text("40{\"token\":\"" + alice.token + "\"}");
        assertThat(socket.read().text()).startsWith("40{\"sid\":");
        return socket;
    }
}

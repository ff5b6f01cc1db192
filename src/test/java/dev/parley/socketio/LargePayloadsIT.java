package dev.parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.EngineWire;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import dev.parley.testsupport.SocketIo;

/** Payloads of the packaged program's Socket.IO door, of which one at a time has room in its heap. */
class LargePayloadsIT {

    private static final int MIB = 1 << 20;

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("socketio-large").heap("256m").with("PARLEY_SOCKETS_PATIENCE", "12s").start();
    }

    @AfterAll
    static void stop() {
        parley.close();
    }

    @Test
    void largePayloadsAreTakenUpToTheLimitAndRefusedUnbufferedAboveIt() throws IOException {
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
                assertThat(socket.endCode()).isZero();
            }
        }
        assertThat((parley.rss() - before) / MIB).as("MiB more than before").isLessThan(60);
    }

    @Test
    void largePayloadsThatDoNotEndLeaveMemoryToOthers() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        long room = alice.group("Memory");
        EngineWire first = EngineWire.connect(alice);
        Socket unfinished = begin(first, 48 * MIB);
        EngineWire second = EngineWire.connect(alice);
        try (Socket waits = begin(second, 3 * MIB)) {
            try (SocketIo client = SocketIo.connect(alice, SocketIo.DEFAULT)) {
                assertThat(client.call("send_message", Map.of("conversation_id", room, "content", "hi")).at("/success")
                        .asBoolean()).isTrue();
            }
            List<String> heard = new ArrayList<>();
            while (heard.stream().noneMatch(packet -> packet.startsWith("42[\"error\""))) {
                heard.addAll(first.poll());
            }
            assertThat(heard.getLast()).as("it keeps others waiting").contains(EngineError.BUSY.message);
            unfinished.close();
            assertThat(waits.getInputStream().available()).as("it may go on").isZero();
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

    /** A post that does not end; so many bytes of it have been sent. */
    private static Socket begin(EngineWire wire, int sent) throws IOException {
        URI base = wire.base;
        Socket socket = new Socket(base.getHost(), base.getPort());
        socket.getOutputStream().write(("POST " + wire.path() + " HTTP/1.1\r\nHost: " + base.getAuthority()
                + "\r\nContent-Length: " + 49 * MIB + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        try {
            socket.getOutputStream().write(new byte[sent]);
        } catch (SocketException refused) {
            // Before all of it was sent.
        }
        return socket;
    }
}

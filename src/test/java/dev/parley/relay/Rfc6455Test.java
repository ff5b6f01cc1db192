package dev.parley.relay;

import static dev.parley.testsupport.Bytes.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/**
 * RFC 6455 from the client's bytes to the server's close code, at both doors that speak it. Every case has a socket of its
 * own, and all of them go at once: who broke the protocol is given two seconds to read why.
 */
@QuarkusTest
class Rfc6455Test {

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;

    @TestHTTPResource("/")
    URI base;

    private Person alice;

    enum Door {
        CHAT,
        SOCKET_IO
    }

    @BeforeEach
    void register() {
        alice = Scenes.someone(base);
    }

    /** One person for all cases: each registration costs a password hash. */
    private static final class Scenes {
        private static Person person;

        static synchronized Person someone(URI base) {
            if (person == null || person.base.getPort() != base.getPort()) {
                person = Person.register(base, "Alice");
            }
            return person;
        }
    }

    @Test
    void whatBreaksTheFramingIsAProtocolError() {
        Map<String, byte[]> cases = new LinkedHashMap<>();
        for (int opcode : new int[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 }) {
            cases.put("reserved opcode " + opcode, frame(FIN | opcode, ""));
            cases.put("reserved opcode with payload " + opcode, frame(FIN | opcode, "{}"));
        }
        for (int bits = 1; bits < 8; bits++) {
            for (int opcode : new int[] { RawSocket.TEXT, RawSocket.CLOSE, RawSocket.PING, RawSocket.PONG }) {
                cases.put("reserved bits " + bits + " on " + opcode, frame(FIN | bits << 4 | opcode, ""));
            }
        }
        cases.put("reserved bits on a continuation", join(frame(RawSocket.TEXT, "a"), frame(FIN | 0x40, "b")));
        for (int opcode : new int[] { RawSocket.CLOSE, RawSocket.PING, RawSocket.PONG }) {
            cases.put("control frame in fragments " + opcode, frame(opcode, ""));
            cases.put("control frame of 126 bytes " + opcode, frame(FIN | opcode, "x".repeat(126)));
            cases.put("control frame of 70,000 bytes " + opcode, new byte[] { (byte) (FIN | opcode), (byte) (MASKED | 127), 0,
                    0, 0, 0, 0, 1, 0x11, 0x70, 0, 0, 0, 0 });
        }
        cases.put("continuation of nothing", frame(FIN, "a"));
        cases.put("unfinished continuation of nothing", frame(0, "a"));
        cases.put("continuation after the end", join(frame(RawSocket.TEXT, ""), frame(FIN, "3"), frame(FIN, "a")));
        cases.put("text inside a message", join(frame(RawSocket.TEXT, "a"), frame(FIN | RawSocket.TEXT, "b")));
        cases.put("unfinished text inside a message", join(frame(RawSocket.TEXT, "a"), frame(RawSocket.TEXT, "b")));
        cases.put("binary inside a message", join(frame(RawSocket.TEXT, "a"), frame(FIN | RawSocket.BINARY, "b")));
        cases.put("no mask", new byte[] { (byte) (FIN | RawSocket.TEXT), 1, '3' });
        cases.put("no mask on a ping", new byte[] { (byte) (FIN | RawSocket.PING), 0 });
        cases.put("16 bits of length for 125", new byte[] { (byte) (FIN | RawSocket.TEXT), (byte) (MASKED | 126), 0, 125 });
        cases.put("64 bits of length for 65,535", new byte[] { (byte) (FIN | RawSocket.TEXT), (byte) (MASKED | 127), 0, 0, 0,
                0, 0, 0, (byte) 255, (byte) 255 });
        cases.put("negative length", new byte[] { (byte) (FIN | RawSocket.TEXT), (byte) (MASKED | 127), (byte) 128, 0, 0, 0,
                0, 0, 0, 0 });
        cases.put("close with half a code", frame(FIN | RawSocket.CLOSE, "x"));
        for (int code : new int[] { 0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32_768, 65_535 }) {
            cases.put("close with code " + code, close(code, ""));
        }
        assertEnd(cases, 1002, Door.values());
    }

    @Test
    void textThatIsNotUtf8IsRefusedHoweverItIsCut() {
        Map<String, byte[]> cases = new LinkedHashMap<>();
        for (String bad : List.of("80", "bf", "c3", "c328", "c0af", "c1bf", "e28228", "e282", "e080af", "eda080", "edbfbf",
                "f0288cbc", "f08080af", "f4908080", "f5808080", "f888808080", "fc8080808080", "fe", "ff", "20ff")) {
            byte[] bytes = HexFormat.of().parseHex(bad);
            cases.put(bad, frame(FIN | RawSocket.TEXT, bytes));
            cases.put("in a close frame " + bad, close(1000, bad));
            ByteArrayOutputStream parts = new ByteArrayOutputStream();
            for (int i = 0; i < bytes.length; i++) {
                parts.writeBytes(frame(i == 0 ? RawSocket.TEXT : 0, new byte[] { bytes[i] }));
                parts.writeBytes(frame(FIN | RawSocket.PING, ""));
            }
            cases.put("byte by byte " + bad, join(parts.toByteArray(), frame(FIN, "")));
        }
        cases.put("after an empty frame", join(frame(RawSocket.TEXT, ""), frame(FIN, new byte[] { (byte) 0xff })));
        cases.put("before the message ends", join(frame(RawSocket.TEXT, "a"), frame(0, new byte[] { (byte) 0xff })));
        cases.put("a character begun in one message and ended in the next",
                join(frame(FIN | RawSocket.TEXT, new byte[] { (byte) 0xc3 }),
                        frame(FIN | RawSocket.TEXT, new byte[] { (byte) 0xa9 })));
        assertEnd(cases, 1007, Door.values());
    }

    @Test
    void theChatDoorUnderstandsOnlyText() {
        assertEnd(Map.of("binary", frame(FIN | RawSocket.BINARY, "{}"), "empty binary",
                frame(FIN | RawSocket.BINARY, ""), "binary in parts", frame(RawSocket.BINARY, "{")), 1003, Door.CHAT);
    }

    @Test
    void aCloseFrameIsAnsweredByItsOwnCode() {
        for (int code : new int[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999 }) {
            assertEnd(Map.of("close", close(code, "e282ac"), "close and more",
                    join(close(code, ""), frame(FIN | RawSocket.TEXT, "a"))), code, Door.values());
        }
        assertEnd(Map.of("close without a code", frame(FIN | RawSocket.CLOSE, ""),
                "close within a message", join(frame(RawSocket.TEXT, "a"), frame(FIN | RawSocket.CLOSE, ""))), 1000,
                Door.values());
    }

    @ParameterizedTest
    @EnumSource
    void messagesMayBeCutAnywhereWithPingsBetween(Door door) throws IOException {
        byte[] message = message(door).getBytes(StandardCharsets.UTF_8);
        try (RawSocket socket = open(door)) {
            socket.raw(frame(RawSocket.TEXT, ""));
            for (int i = 0; i < message.length; i++) {
                socket.raw(frame(0, new byte[] { message[i] }));
                if (i % 10 == 0) {
                    socket.raw(frame(FIN | RawSocket.PING, "ping " + i));
                }
            }
            socket.raw(frame(FIN | RawSocket.PONG, "never asked for"));
            socket.raw(frame(FIN, ""));
            List<String> pongs = new ArrayList<>();
            RawSocket.Frame frame;
            while ((frame = socket.read()).opcode() == RawSocket.PONG) {
                pongs.add(frame.text());
            }
            assertThat(pongs).hasSize((message.length + 9) / 10).startsWith("ping 0", "ping 10");
            assertThat(frame.text()).startsWith(answer(door));
        }
    }

    @ParameterizedTest
    @EnumSource
    void pingsAreAnsweredWithWhatTheyBrought(Door door) throws IOException {
        try (RawSocket socket = open(door)) {
            for (String payload : List.of("", "a", "x".repeat(125), "\u0000\u007f")) {
                socket.raw(frame(FIN | RawSocket.PING, payload));
                RawSocket.Frame pong = socket.read();
                assertThat(pong.opcode()).isEqualTo(RawSocket.PONG);
                assertThat(pong.text()).isEqualTo(payload);
            }
        }
    }

    /** Else each is an answer that nobody takes, in memory. */
    @ParameterizedTest
    @EnumSource
    void ofPingsThatComeWhileNobodyReadsOnlyTheLatestIsSureToBeAnswered(Door door) throws IOException {
        int pings = 300_000;
        ByteArrayOutputStream thousand = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            thousand.writeBytes(frame(FIN | RawSocket.PING, "x".repeat(125)));
        }
        try (RawSocket socket = open(door)) {
            socket.text(message(door));
            assertThat(socket.read().text()).startsWith(answer(door));
            for (int i = 0; i < pings / 1000; i++) {
                socket.raw(thousand.toByteArray());
            }
            socket.raw(frame(FIN | RawSocket.PING, "last"));
            int answered = 0;
            while (!socket.read().text().equals("last")) {
                answered++;
            }
            assertThat(answered).isLessThan(pings / 2);
        }
    }

    private static String answer(Door door) {
        return door == Door.CHAT ? "{\"type\":\"pong\"" : "40{\"sid\"";
    }

    private String message(Door door) {
        return door == Door.CHAT ? "{\"type\":\"ping\",\"x\":\"é€😀\"}"
                : "40{\"token\":\"" + alice.token + "\",\"x\":\"é€😀\"}";
    }

    /** What was said before anybody asked is read. */
    private RawSocket open(Door door) throws IOException {
        if (door == Door.CHAT) {
            return new RawSocket(alice, null, 65_536);
        }
        RawSocket socket = new RawSocket(base, "/socket.io/?EIO=4&transport=websocket", 65_536);
        assertThat(socket.read().text()).startsWith("0{");
        return socket;
    }

    private void assertEnd(Map<String, byte[]> cases, int code, Door... doors) {
        Map<String, CompletableFuture<Integer>> ends = new LinkedHashMap<>();
        Map<String, Integer> wrong = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Door door : doors) {
                cases.forEach((name, bytes) -> ends.put(door + " " + name,
                        CompletableFuture.supplyAsync(() -> end(door, bytes), threads)));
            }
            ends.forEach((name, end) -> {
                if (end.join() != code) {
                    wrong.put(name, end.join());
                }
            });
        }
        assertThat(ends).hasSize(cases.size() * doors.length);
        assertThat(wrong).as("ends that are not by " + code).isEmpty();
    }

    /** The close code, or -1 for an end by force. */
    private int end(Door door, byte[] bytes) {
        try (RawSocket socket = open(door)) {
            socket.raw(bytes);
            return socket.endCode();
        } catch (IOException reset) {
            return -1;
        }
    }

    private static byte[] frame(int first, String payload) {
        return frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** Masked with zeroes, so that payloads go as they are. */
    private static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (MASKED | payload.length));
        } else {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    /** @param reason in hexadecimal digits */
    private static byte[] close(int code, String reason) {
        byte[] bytes = HexFormat.of().parseHex(reason);
        return frame(FIN | RawSocket.CLOSE, ByteBuffer.allocate(2 + bytes.length).putShort((short) code).put(bytes).array());
    }
}

package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import dev.parley.testsupport.Socket;

class FrameLimitIT {

    private static final int MIB = 1 << 20;

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("frames").heap("256m").start();
    }

    @AfterAll
    static void stop() {
        parley.close();
    }

    @Test
    void aFrameOverTheLimitIsRefusedAtItsHeader() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        try (RawSocket socket = new RawSocket(alice, null, 65_536)) {
            socket.header(RawSocket.TEXT, true, 17 * MIB);
            RawSocket.Frame close = socket.closeFrame();
            assertThat(close.code()).isEqualTo(1009);
            assertThat(close.reason()).contains("/api/chat/rooms/");
        }
    }

    @Test
    void aMessageOfManyFramesOverTheLimitIsRefusedToo() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        long before = parley.rss();
        try (RawSocket socket = new RawSocket(alice, null, 65_536)) {
            byte[] part = "x".repeat(MIB).getBytes(StandardCharsets.US_ASCII);
            socket.send(RawSocket.TEXT, false, part);
            for (int i = 0; i < 17; i++) {
                socket.send(RawSocket.CONTINUATION, false, part);
            }
            RawSocket.Frame close = socket.closeFrame();
            assertThat(close.code()).isEqualTo(1009);
            assertThat(close.reason()).contains("/api/chat/rooms/");
        }
        assertThat(parley.rss() - before).isLessThan(150L * MIB);
        assertStillServes(alice);
    }

    @Test
    void aFrameOfAlmostTheLimitIsAnsweredAndManyAreNotPiledUp() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        long room = alice.group("Large");
        String filler = "x".repeat(12 * MIB);
        try (RawSocket socket = new RawSocket(alice, room, 1 << 20)) {
            for (int i = 0; i < 12; i++) {
                socket.text("{\"type\":\"send_message\",\"data\":{\"room_id\":" + room + ",\"content\":\"small\",\"other\":\""
                        + filler + "\",\"local_temp_id\":\"l" + i + "\"}}");
            }
            List<String> labels = new ArrayList<>();
            while (labels.size() < 12) {
                String frame = socket.read().text();
                if (frame.contains("new_message")) {
                    labels.add(frame);
                }
            }
            assertThat(labels).hasSize(12);
        }
        assertStillServes(alice);
    }

    @Test
    void aFrameWithReservedBitsOrAnUnknownOpcodeIsAProtocolError() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        for (int opcode : new int[] { 0x40 | RawSocket.TEXT, 5 }) {
            try (RawSocket socket = new RawSocket(alice, null, 65_536)) {
                socket.send(opcode, true, new byte[] { '{', '}' });
                assertThat(socket.closeFrame().code()).isEqualTo(1002);
            }
        }
    }

    @Test
    void textThatIsNotUtf8IsRefusedAndNotRepaired() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        try (RawSocket socket = new RawSocket(alice, null, 65_536)) {
            socket.send(RawSocket.TEXT, true, new byte[] { '{', '"', (byte) 0xC3, 0x28, '"', '}' });
            assertThat(socket.closeFrame().code()).isEqualTo(1007);
        }
    }

    @Test
    void whoAnswersACloseFrameHearsNothingMore() throws IOException {
        Person alice = Person.register(parley.base(), "Alice");
        try (RawSocket socket = new RawSocket(alice, null, 65_536)) {
            socket.send(5, true, new byte[0]);
            socket.send(RawSocket.CLOSE, true, socket.closeFrame().payload());
            assertThatThrownBy(socket::read).isInstanceOf(EOFException.class);
        }
    }

    private static void assertStillServes(Person person) {
        long room = person.group("Still here");
        try (Socket socket = person.socket(room)) {
            socket.send("send_message", Map.of("room_id", room, "content", "hello"));
            assertThat(socket.await("new_message").at("/data/seq").asLong()).isEqualTo(1);
        }
    }
}

package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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
        parley = ParleyProcess.fresh("frames").heap("256m").with("PARLEY_SOCKETS_PATIENCE", "120s").start();
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
    void moreLargeFramesAtOnceThanThereIsMemoryForAreObeyedOneAfterTheOther() throws IOException {
        byte[] filler = "A".repeat(40 * MIB).getBytes(StandardCharsets.US_ASCII);
        List<CompletableFuture<Void>> answered = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                Person sender = Person.register(parley.base(), "Sender");
                long room = sender.group("Large");
                for (int j = 0; j < 3; j++) {
                    String label = "l" + j;
                    answered.add(CompletableFuture.runAsync(() -> sendLarge(sender, room, filler, label), threads));
                }
                answered.add(CompletableFuture.runAsync(() -> sendLarge(sender, room, filler), threads));
            }
            answered.forEach(CompletableFuture::join);
        }
        assertThat(Files.readString(parley.log())).doesNotContain("OutOfMemory").doesNotContain("OutOfDirectMemory");
        await().untilAsserted(
                () -> assertThat(parley.metric("parley_large_frames_bytes")).as("all of it is given back").isZero());
    }

    private static void sendLarge(Person sender, long room, byte[] filler, String label) {
        try (RawSocket socket = new RawSocket(sender, room, 1 << 20)) {
            send(socket, "{\"type\":\"send_message\",\"data\":{\"room_id\":" + room
                    + ",\"content\":\"small\",\"local_temp_id\":\"" + label + "\",\"other\":\"", filler, 14 * MIB, "\"}}");
            String frame;
            do {
                frame = socket.read().text();
            } while (!frame.contains("new_message") || !frame.contains(label));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** At the other door, whose messages may be larger. */
    private static void sendLarge(Person sender, long room, byte[] filler) {
        try (RawSocket socket = new RawSocket(sender.base,
                "/socket.io/?EIO=4&transport=websocket&token=" + sender.token, 1 << 20)) {
            socket.read();
            socket.text("40");
            // Before it is let in, nobody may send so much.
            assertThat(socket.read().text()).startsWith("40");
            send(socket, "421[\"send_message\",{\"conversation_id\":" + room + ",\"file_name\":\"zeros.bin\",\"file_data\":\"",
                    filler, filler.length, "\"}]");
            String packet;
            do {
                packet = socket.read().text();
            } while (!packet.startsWith("43"));
            assertThat(packet).startsWith("431[{\"success\":true");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void send(RawSocket socket, String start, byte[] filler, int length, String end) throws IOException {
        socket.header(RawSocket.TEXT, true, start.length() + length + end.length());
        socket.raw(start.getBytes(StandardCharsets.US_ASCII));
        socket.raw(filler, length);
        socket.raw(end.getBytes(StandardCharsets.US_ASCII));
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

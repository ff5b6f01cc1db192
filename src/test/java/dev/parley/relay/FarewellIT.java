package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import dev.parley.testsupport.Socket;

/** How the service takes its leave of sockets. */
class FarewellIT {

    /** As a phone that sleeps. */
    @Test
    void socketsThatDoNotAnswerTheGoodbyeAreEndedWithoutATrace() throws Exception {
        try (ParleyProcess parley = ParleyProcess.fresh("mute").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            try (RawSocket mute = new RawSocket(alice, null, 64 * 1024);
                    RawSocket other = new RawSocket(alice, null, 64 * 1024)) {
                assertThat(parley.stop()).isZero();
                assertThat(mute.closeFrame().code()).isEqualTo(1012);
                assertThat(other.closeFrame().code()).isEqualTo(1012);
            }
            assertThat(Files.readString(parley.log())).doesNotContain("Uncaught exception").doesNotContain("ChatSocket");
        }
    }

    @Test
    void stoppingClosesSocketsWithARestartCodeAndKeepsAllThatWasAcknowledged() throws Exception {
        try (ParleyProcess parley = ParleyProcess.fresh("farewell").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            Person bob = Person.register(parley.base(), "Bob");
            long room = alice.group("Farewell", bob);
            Set<String> acknowledged = ConcurrentHashMap.newKeySet();
            AtomicBoolean stop = new AtomicBoolean();
            List<Socket> idle = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                idle.add(bob.socket());
            }
            Socket sender = alice.socket(room);
            sender.listen(frame -> {
                if (frame.get("type").asText().equals("new_message")) {
                    acknowledged.add(frame.at("/data/content").asText());
                }
            });
            Thread thread = Thread.ofPlatform().start(() -> {
                for (int i = 0; !stop.get() && sender.isOpen(); i++) {
                    sender.send("send_message", Map.of("room_id", room, "content", "m" + i));
                    while (acknowledged.size() < i - 50 && sender.isOpen()) {
                        Thread.onSpinWait();
                    }
                }
            });
            while (acknowledged.size() < 500) {
                Thread.onSpinWait();
            }
            long start = System.nanoTime();
            parley.process().destroy();
            for (Socket socket : idle) {
                assertThat(socket.closeCode()).isEqualTo(1012);
            }
            long told = (System.nanoTime() - start) / 1_000_000;
            assertThat(sender.closeCode()).isEqualTo(1012);
            int code = parley.awaitEnd();
            stop.set(true);
            thread.join(10_000);
            long ended = (System.nanoTime() - start) / 1_000_000;
            assertThat(told).as("ms until all are told").isLessThan(2_000);
            assertThat(ended).as("ms until it has ended").isLessThan(5_000);
            assertThat(code).isZero();
            parley.start();
            Set<String> stored = new HashSet<>();
            JsonNode page;
            long after = 0;
            do {
                page = alice.get("/api/chat/rooms/" + room + "/messages?limit=200&after=" + after).expect(200);
                page.get("messages").forEach(message -> stored.add(message.get("content").asText()));
                after += 200;
            } while (page.get("has_more").asBoolean());
            assertThat(stored).containsAll(acknowledged);
        }
    }
}

package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import dev.parley.testsupport.Socket;

/** How the service takes its leave of sockets and of whoever asks. */
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
        try (ParleyProcess parley = ParleyProcess.fresh("farewell").options("-Dparley.drain=10m").start()) {
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
            await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.size() >= 500);
            parley.process().destroy();
            for (Socket socket : idle) {
                assertThat(socket.closeCode()).isEqualTo(1012);
            }
            assertThat(sender.closeCode()).isEqualTo(1012);
            assertThat(parley.awaitEnd()).as("it ends, without having waited for all of parley.drain").isZero();
            stop.set(true);
            assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
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

    /** Each with a line that stays, on which the next request follows as soon as the last was answered. */
    @Test
    void whatBusyClientsAskAtTheEndIsAnsweredOrNotTaken() throws Exception {
        try (ParleyProcess parley = ParleyProcess.fresh("busy").start()) {
            Person alice = Person.register(parley.base(), "Alice");
            long room = alice.group("Busy");
            AtomicInteger answered = new AtomicInteger();
            List<Future<UncheckedIOException>> ends = new ArrayList<>();
            try (ExecutorService posters = Executors.newFixedThreadPool(8)) {
                for (int i = 0; i < 8; i++) {
                    ends.add(posters.submit(() -> postUntilNobodyListens(alice, room, answered)));
                }
                await().atMost(Duration.ofMinutes(1)).until(() -> answered.get() >= 500);
                assertThat(parley.stop()).isZero();
            }
            for (Future<UncheckedIOException> end : ends) {
                assertThat(end.get()).as("why a request was not answered").hasCauseInstanceOf(ConnectException.class);
            }
            assertThat(Files.readString(parley.log())).doesNotContain(" WARN ").doesNotContain(" ERROR ");
        }
    }

    private static UncheckedIOException postUntilNobodyListens(Person who, long room, AtomicInteger answered) {
        while (true) {
            try {
                assertThat(who.post("/api/chat/rooms/" + room + "/messages", Map.of("content", "m")).status())
                        .isIn(201, 503);
                answered.incrementAndGet();
            } catch (UncheckedIOException end) {
                return end;
            }
        }
    }
}

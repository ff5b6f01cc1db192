package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.EngineWire;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.LowLimits;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.RawSocket;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

/** What a user may do, and how long a peer may be silent, with {@link LowLimits}. */
@QuarkusTest
@TestProfile(LowLimits.class)
class LimitsTest {

    @TestHTTPResource("/")
    URI base;

    @Test
    void aUserWithTooManySocketsIsRefusedUntilOneCloses() throws IOException {
        Person alice = Person.register(base, "Alice");
        List<RawSocket> open = new ArrayList<>();
        try {
            for (int i = 0; i < LowLimits.SOCKETS; i++) {
                open.add(new RawSocket(alice, null, 65_536));
            }
            await().untilAsserted(() -> {
                Wire refused = handshake(alice);
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.head()).containsIgnoringCase("Retry-After: ");
            });
            EngineWire session = EngineWire.open(base);
            session.post("40{\"token\":\"" + alice.token + "\"}");
            assertThat(session.poll().getFirst()).startsWith("44{").contains("too_many_requests");
            open.removeLast().close();
            await().untilAsserted(() -> assertThat(handshake(alice).status())
                    .isEqualTo(101));
        } finally {
            open.forEach(RawSocket::close);
        }
    }

    @Test
    void sessionsThatSayWhoTheyAreAllAtOnceAreCountedAllTheSame() {
        Person alice = Person.register(base, "Alice");
        List<EngineWire> sessions = new ArrayList<>();
        for (int i = 0; i < 2 * LowLimits.SOCKETS; i++) {
            sessions.add(EngineWire.open(base));
        }
        List<CompletableFuture<String>> answers;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = sessions.stream().map(session -> CompletableFuture.supplyAsync(() -> {
                session.post("40{\"token\":\"" + alice.token + "\"}");
                return session.poll().getFirst();
            }, threads)).toList();
        }
        assertThat(answers).extracting(CompletableFuture::join).filteredOn(answer -> answer.startsWith("40{"))
                .hasSizeBetween(1, LowLimits.SOCKETS);
        assertThat(answers).extracting(CompletableFuture::join).filteredOn(answer -> !answer.startsWith("40{"))
                .isNotEmpty().allMatch(answer -> answer.startsWith("44{") && answer.contains("too_many_requests"));
        sessions.forEach(session -> session.post("1"));
    }

    private Wire handshake(Person who) {
        return Wire.handshake(base, "/api/chat/ws?token=" + who.token, Map.of());
    }

    @Test
    void aPeerThatNeverAnswersAPingIsClosedAndOneThatDoesIsNot() throws IOException {
        Person alice = Person.register(base, "Alice");
        Person bob = Person.register(base, "Bob");
        alice.room(bob);
        try (Socket answers = bob.socket(); RawSocket dead = new RawSocket(alice, null, 65_536)) {
            await().until(() -> answers.await("presence").at("/data/is_online").asBoolean());
            assertThat(dead.endCode()).isZero();
            JsonNode gone = answers.await("presence");
            assertThat(gone.at("/data/is_online").asBoolean()).isFalse();
            assertThat(answers.isOpen()).isTrue();
        }
    }

    @Test
    void tooManyMessagesAreRefusedByRestAndBySocketWithTheTimeToWait() {
        Person alice = Person.register(base, "Alice");
        long room = alice.group("Many");
        for (int i = 0; i < LowLimits.MESSAGES; i++) {
            alice.post(room, "message " + i);
        }
        Answer refused = alice.post("/api/chat/rooms/" + room + "/messages", Map.of("content", "one more"));
        refused.expect(429);
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
        try (Socket socket = alice.socket(room)) {
            socket.send("send_message", Map.of("room_id", room, "content", "another", "local_temp_id", "mine"));
            JsonNode error = socket.await("error");
            assertThat(error.get("code").asText()).isEqualTo("too_many_requests");
            assertThat(error.get("local_temp_id").asText()).isEqualTo("mine");
            assertThat(error.get("retry_after").asInt()).isPositive();
        }
        assertThat(alice.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asInt())
                .isEqualTo(LowLimits.MESSAGES);
    }

    @Test
    void tooManyFramesAreRefusedByTheirLabelsAndTheSocketStaysOpen() {
        Person alice = Person.register(base, "Alice");
        try (Socket socket = alice.socket()) {
            for (int i = 0; i < 2 * LowLimits.FRAMES; i++) {
                socket.send("ping", Map.of("local_temp_id", "label " + i));
            }
            JsonNode error = socket.await(frame -> frame.path("code").asText().equals("too_many_requests"),
                    Duration.ofSeconds(10));
            assertThat(error.path("local_temp_id").asText()).startsWith("label ");
            assertThat(error.get("retry_after").asInt()).isPositive();
            await().until(() -> {
                socket.send("ping", Map.of());
                return socket.await(frame -> frame.path("local_temp_id").isMissingNode(), Duration.ofSeconds(10))
                        .path("type").asText().equals("pong");
            });
        }
    }

    @Test
    void anUploadWhoseMessageIsOneTooManyIsFinishedLater() {
        Person alice = Person.register(base, "Alice");
        long room = alice.group("Many");
        String where = alice.call("POST", "/api/uploads", null, Map.of("Tus-Resumable", "1.0.0", "Upload-Length", "5",
                "Upload-Metadata", "room_id " + Base64.getEncoder().encodeToString(Long.toString(room).getBytes(
                        StandardCharsets.US_ASCII))))
                .headers().firstValue("location").orElseThrow();
        String path = URI.create(where).getPath();
        for (int i = 0; i < LowLimits.MESSAGES; i++) {
            alice.post(room, "message " + i);
        }
        alice.send("PATCH", path, BodyPublishers.ofString("Hello"), "application/offset+octet-stream", "Tus-Resumable",
                "1.0.0", "Upload-Offset", "0").expect(429);
        Answer later = await().until(() -> alice.get(path), answer -> answer.status() != 429);
        assertThat(later.expect(200).get("state").asText()).isEqualTo("finished");
        assertThat(alice.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asInt())
                .isEqualTo(LowLimits.MESSAGES + 1);
    }

    @Test
    void tooManyChangesOfMessagesAreRefusedWithTheTimeToWait() {
        Person alice = Person.register(base, "Alice");
        long room = alice.group("Changing");
        Deque<Long> ids = new ArrayDeque<>();
        for (int i = 0; i < 6; i++) {
            ids.add(alice.post(room, "message " + i).get("id").asLong());
        }
        String first = "/api/chat/messages/" + ids.getFirst();
        assertRefusedInTheEnd(LowLimits.MESSAGES, List.of(() -> alice.post(first + "/like", null),
                () -> alice.delete(first + "/like"), () -> alice.post(first + "/pin", null), () -> alice.delete(first + "/pin"),
                () -> alice.call("PUT", first, Map.of("content", "edited"), Map.of()), () -> {
                    Answer answer = alice.delete("/api/chat/messages/" + ids.getLast());
                    if (answer.status() == 200) {
                        ids.removeLast();
                    }
                    return answer;
                }));
        alice.post("/api/chat/rooms/" + room + "/read", null).expect(200);
    }

    @Test
    void tooManyNewAndChangedRoomsAreRefusedWithTheTimeToWait() {
        Person alice = Person.register(base, "Alice");
        Person bob = Person.register(base, "Bob");
        long room = alice.group("First", bob);
        alice.room(bob);
        assertRefusedInTheEnd(LowLimits.ROOMS, List.of(
                () -> alice.patch("/api/chat/rooms/" + room, Map.of("name", "Renamed")),
                () -> alice.post("/api/chat/rooms", Map.of("name", "Another", "member_ids", List.of(bob.id))),
                () -> alice.post("/api/chat/rooms/" + room + "/members", Map.of("user_ids", List.of(bob.id))),
                () -> alice.delete("/api/chat/rooms/" + room + "/members/" + bob.id),
                () -> alice.patch("/api/auth/me", Map.of("name", "Alice"))));
        assertThat(alice.room(bob)).as("what is there already").isPositive();
        bob.patch("/api/chat/rooms/" + room, Map.of("name", "No admin's")).expect(403);
    }

    private static void assertRefusedInTheEnd(int most, List<Supplier<Answer>> changes) {
        for (Supplier<Answer> change : changes) {
            Answer refused = change.get();
            // One comes back every few seconds.
            for (int i = 0; refused.status() != 429 && i < 2 * most; i++) {
                refused = change.get();
            }
            refused.expect(429);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
        }
    }

    @Test
    void whoPutsManyPeopleIntoRoomsIsToldToComeBack() {
        Person alice = Person.register(base, "Alice");
        Person bob = Person.register(base, "Bob");
        String members = "/api/chat/rooms/" + alice.group("Crowd") + "/members";
        Map<String, Object> many = Map.of("user_ids", Collections.nCopies(LowLimits.MEMBERS - 1, bob.id));
        alice.post(members, many).expect(200);
        JsonNode refused = alice.post(members, many).expect(429);
        assertThat(refused.get("detail").asText()).startsWith("Too many new members");
        bob.group("Another's", alice);
    }

    @Test
    void aConnectionTooManyIsToldToComeBack() throws IOException {
        List<java.net.Socket> open = new ArrayList<>();
        String request = "GET /q/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        try {
            for (int i = 0; i < LowLimits.CONNECTIONS; i++) {
                open.add(new java.net.Socket(base.getHost(), base.getPort()));
            }
            await().untilAsserted(() -> assertThat(Wire.raw(base, request, null).head()).startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("Retry-After: "));
        } finally {
            for (java.net.Socket each : open) {
                each.close();
            }
        }
        await().untilAsserted(() -> assertThat(Wire.raw(base, request, null).status()).isEqualTo(404));
    }

    @Test
    void tooManyUploadsAreRefusedWithTheTimeToWait() {
        Person alice = Person.register(base, "Alice");
        Answer answer = null;
        for (int i = 0; i <= LowLimits.UPLOADS; i++) {
            answer = alice.send("POST", "/api/upload",
                    new Form().file("a.txt", "Hello".getBytes(StandardCharsets.UTF_8)).body(), Form.TYPE);
            if (i < LowLimits.UPLOADS) {
                answer.expect(201);
            }
        }
        answer.expect(429);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }
}

package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Sql;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class IdempotencyTest {

    @TestHTTPResource("/")
    URI base;

    @Inject
    DataSource database;

    private Person alice;
    private Person bob;
    private long room;

    @BeforeEach
    void twoPeople() {
        alice = Person.register(base, "Alice");
        bob = Person.register(base, "Bob");
        room = alice.room(bob);
    }

    @Test
    void manyRetriesAtOnceOverRestAndSocketsMakeOneMessage() throws Exception {
        String key = UUID.randomUUID().toString();
        CountDownLatch start = new CountDownLatch(1);
        List<Callable<Long>> retries = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            boolean rest = i % 2 == 0;
            String label = "retry " + i;
            retries.add(() -> {
                if (rest) {
                    start.await();
                    Answer answer = post(alice, key, "once");
                    assertThat(answer.status()).isIn(200, 201);
                    return answer.body().get("id").asLong();
                }
                try (Socket socket = alice.socket(alice.group("Elsewhere"))) {
                    start.await();
                    socket.send("send_message",
                            Map.of("room_id", room, "content", "once", "idempotency_key", key, "local_temp_id", label));
                    JsonNode data = socket.await("new_message").get("data");
                    assertThat(data.get("local_temp_id").asText()).isEqualTo(label);
                    return data.get("id").asLong();
                }
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> answers = retries.stream().map(threads::submit).toList();
            start.countDown();
            List<Long> ids = new ArrayList<>();
            for (Future<Long> answer : answers) {
                ids.add(answer.get());
            }
            assertThat(ids).hasSize(32).containsOnly(ids.get(0));
        }
        assertThat(total()).isEqualTo(1);
    }

    @Test
    void theFirstAnswersCreatedAndARetryItsPresentState() {
        Answer first = post(alice, "k", "before");
        assertThat(first.status()).isEqualTo(201);
        long id = first.body().get("id").asLong();
        alice.put("/api/chat/messages/" + id, Map.of("content", "after")).expect(200);
        assertThat(post(alice, "k", "before").expect(200).get("content").asText()).isEqualTo("after");
        alice.delete("/api/chat/messages/" + id).expect(200);
        JsonNode gone = post(alice, "k", "before").expect(200);
        assertThat(gone.get("id").asLong()).isEqualTo(id);
        assertThat(gone.get("is_deleted").asBoolean()).isTrue();
        assertThat(gone.get("content").asText()).isEmpty();
        assertThat(total()).isEqualTo(1);
    }

    @Test
    void aDeletedMessageForgetsWhatWasAskedAndIsNotPostedAgain() throws SQLException {
        long id = post(alice, "k", "secret").expect(201).get("id").asLong();
        alice.delete("/api/chat/messages/" + id).expect(200);

        assertThat(new Sql(database).number("select count(request_hash) from chat_messages where id = " + id)).isZero();
        assertThat(post(alice, "k", "secret").expect(200).get("id").asLong()).isEqualTo(id);
        assertThat(post(alice, "k", "another").expect(200).get("is_deleted").asBoolean()).isTrue();
        long other = alice.group("Other");
        assertThat(alice.call("POST", "/api/chat/rooms/" + other + "/messages", Map.of("content", "secret"),
                Map.of("Idempotency-Key", "k")).status()).isEqualTo(422);
        assertThat(total()).isEqualTo(1);
    }

    @Test
    void theKeyMayStandInTheBodyAndARetryIsAnsweredWithItsLabel() {
        String path = "/api/chat/rooms/" + room + "/messages";
        long first = alice.post(path, Map.of("content", "x", "idempotency_key", "k")).expect(201).get("id").asLong();
        JsonNode again = alice.post(path, Map.of("content", "x", "idempotency_key", "k", "local_temp_id", "l")).expect(200);
        assertThat(again.get("id").asLong()).isEqualTo(first);
        assertThat(again.get("local_temp_id").asText()).isEqualTo("l");
        assertThat(again.get("is_sender").asBoolean()).isTrue();
        assertThat(again.get("is_liked").asBoolean(true)).isFalse();
        assertThat(total()).isEqualTo(1);
    }

    @Test
    void aKeyWithAnotherPayloadIsRefused() {
        post(alice, "k", "one").expect(201);
        assertThat(post(alice, "k", "two").expect(422).get("code").asText()).isEqualTo("key_reused");
        long other = alice.group("Other");
        assertThat(alice.call("POST", "/api/chat/rooms/" + other + "/messages", Map.of("content", "one"),
                Map.of("Idempotency-Key", "k")).status()).isEqualTo(422);
        try (Socket socket = alice.socket(room)) {
            socket.send("send_message",
                    Map.of("room_id", room, "content", "two", "idempotency_key", "k", "local_temp_id", "l"));
            JsonNode error = socket.await("error");
            assertThat(error.get("code").asText()).isEqualTo("key_reused");
            assertThat(error.get("local_temp_id").asText()).isEqualTo("l");
        }
        assertThat(total()).isEqualTo(1);
    }

    @Test
    void aKeyWithAnotherReplyIsRefused() {
        String path = "/api/chat/rooms/" + room + "/messages";
        long target = bob.post(room, "target").get("id").asLong();
        post(alice, "k", "one").expect(201);
        assertThat(alice.post(path, Map.of("content", "one", "idempotency_key", "k", "reply_to", target)).expect(422)
                .get("code").asText()).isEqualTo("key_reused");
        assertThat(total()).isEqualTo(2);
    }

    @Test
    void aKeyWithAnotherTypeIsRefused() {
        assertThat(photo().status()).isEqualTo(201);
        assertThat(photo().status()).isEqualTo(200);
        assertThat(photo("message_type", "file").expect(422).get("code").asText()).isEqualTo("key_reused");
        assertThat(total()).isEqualTo(1);
    }

    private Answer photo(String... field) {
        Form form = new Form().file(SampleFiles.get("photo.png"));
        return alice.post(room, field.length == 0 ? form : form.field(field[0], field[1]), "Idempotency-Key", "photo");
    }

    @Test
    void keysOfDifferentPeopleDoNotCollide() {
        post(alice, "k", "mine").expect(201);
        post(bob, "k", "his").expect(201);
        assertThat(total()).isEqualTo(2);
    }

    @Test
    void aLabelUsedTwiceMakesTwoMessages() {
        try (Socket socket = alice.socket(room)) {
            for (int i = 0; i < 2; i++) {
                socket.send("send_message", Map.of("room_id", room, "content", "x", "local_temp_id", "same"));
            }
            JsonNode first = socket.await("new_message").get("data");
            JsonNode second = socket.await("new_message").get("data");
            assertThat(first.get("local_temp_id")).isEqualTo(second.get("local_temp_id"));
            assertThat(second.get("id")).isNotEqualTo(first.get("id"));
        }
    }

    /** One socket sends faster than the writer commits, so that retries share a batch with their first. */
    @Test
    void retriesWithinOneBatchAreSettledToo() {
        try (Socket socket = alice.socket(room)) {
            for (int i = 0; i < 100; i++) {
                socket.send("send_message", Map.of("room_id", room, "content", "x" + i / 2, "idempotency_key", "k" + i / 2,
                        "local_temp_id", "l" + i));
            }
            List<Long> ids = new ArrayList<>();
            List<String> labels = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                JsonNode data = socket.await("new_message").get("data");
                ids.add(data.get("id").asLong());
                labels.add(data.get("local_temp_id").asText());
            }
            assertThat(ids.stream().distinct()).hasSize(50);
            assertThat(labels).doesNotHaveDuplicates();
        }
        assertThat(total()).isEqualTo(50);
    }

    private Answer post(Person who, String key, String content) {
        return who.call("POST", "/api/chat/rooms/" + room + "/messages", Map.of("content", content),
                Map.of("Idempotency-Key", key));
    }

    private long total() {
        return alice.get("/api/chat/rooms/" + room + "/messages").expect(200).get("total").asLong();
    }
}

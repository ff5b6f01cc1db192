package dev.parley.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** One person's dear reads wait for each other, and for nobody else's. */
@QuarkusTest
class ReadsInTurnTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @TestHTTPResource("/")
    URI base;
    @Inject
    ReadsInTurn reads;
    private Person alice;
    private Person bob;
    private List<String> dear;

    @BeforeEach
    void twoPeopleInARoom() {
        alice = Person.register(base, "Alice");
        bob = Person.register(base, "Bob");
        long room = alice.room(bob);
        dear = List.of("/api/chat/rooms", "/api/chat/rooms/" + room + "/messages", "/api/chat/rooms/" + room + "/changes",
                "/api/chat/conversations", "/api/chat/conversations/" + room + "/messages", "/api/chat/search-users?email=a",
                "/api/chat/online-users");
    }

    @Test
    void whoAsksForMuchAtOnceWaitsAndNobodyElseDoes() throws InterruptedException {
        reads.turns.begin(user(bob), LONG);
        reads.turns.begin(user(bob), LONG);
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (String path : dear) {
            asked.add(CompletableFuture.supplyAsync(() -> bob.get(path), Thread::startVirtualThread));
            await().until(() -> reads.turns.waiting() == asked.size());
            alice.get(path).expect(200);
        }
        bob.get("/api/auth/me").expect(200);
        assertThat(asked).noneMatch(CompletableFuture::isDone);
        reads.turns.end(user(bob));
        asked.forEach(answer -> answer.join().expect(200));
        reads.turns.end(user(bob));
    }

    @Test
    void whatIsRefusedOrWrongEndsItsTurnToo() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            bob.get("/api/chat/rooms/987654321/messages").expect(404);
            bob.get("/api/chat/search-users?limit=none").expect(400);
        }
        assertThat(reads.turns.begin(user(bob), Duration.ofSeconds(10))).isTrue();
        assertThat(reads.turns.begin(user(bob), Duration.ofSeconds(10))).isTrue();
        reads.turns.end(user(bob));
        reads.turns.end(user(bob));
    }

    @Test
    void whoeverHasTooManyWaitingIsRefused() throws InterruptedException {
        reads.turns.begin(user(bob), LONG);
        reads.turns.begin(user(bob), LONG);
        List<Thread> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            many.add(Thread.startVirtualThread(() -> {
                try {
                    reads.turns.begin(user(bob), LONG);
                } catch (InterruptedException over) {
                    // It has no turn.
                }
            }));
        }
        await().until(() -> many.stream().anyMatch(thread -> !thread.isAlive()));
        assertThat(bob.get(dear.getFirst()).expect(429).get("code").asText()).isEqualTo("too_many_requests");
        alice.get(dear.getFirst()).expect(200);
        many.forEach(Thread::interrupt);
        await().until(() -> reads.turns.waiting() == 0);
        reads.turns.end(user(bob));
        reads.turns.end(user(bob));
    }

    private static String user(Person person) {
        return Long.toString(person.id);
    }
}

package dev.parley.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Cluster;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;

/**
 * Three instances under load while one of them, or what they share, goes away. {@code -Dparley.durability.rounds=20} does
 * it more often than once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstancesUnderLoadIT {

    private static final int ROUNDS = Integer.getInteger("parley.durability.rounds", 1);
    private static final int ROOMS = 2;
    private static final Duration LONG = Duration.ofSeconds(60);
    /** What is promised for the database's absence, and a second for a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(6);

    private final Cluster cluster = Cluster.start("under-load", 3,
            Map.of("QUARKUS_SHUTDOWN_DELAY", "1s", "PARLEY_DRAIN", "2s"));
    private final List<Person> posters = new ArrayList<>();
    private final List<Person> readers = new ArrayList<>();

    @BeforeAll
    void settle() {
        for (int i = 0; i < 3; i++) {
            posters.add(Person.register(cluster.base(i), "Poster " + i));
        }
        for (int i = 1; i < 3; i++) {
            readers.add(Person.register(cluster.base(i), "Reader " + i));
        }
    }

    /** A failed test leaves an instance behind that is not there. */
    @BeforeEach
    void everybodyIsThere() {
        for (int i = 0; i < 3; i++) {
            if (!cluster.instance(i).process().isAlive()) {
                cluster.instance(i).start();
            }
        }
    }

    private List<Long> freshRooms() {
        return IntStream.range(0, ROOMS).mapToObj(i -> posters.get(0).group("Room " + i, posters.get(1), posters.get(2),
                readers.get(0), readers.get(1))).toList();
    }

    @AfterAll
    void end() {
        cluster.close();
    }

    @Test
    void nothingIsLostWhenAnInstanceIsKilledAndItsPeopleGoElsewhere() {
        for (int round = 0; round < ROUNDS; round++) {
            withstand(who -> at(0, who), load -> {
                Person gone = posters.get(2);
                try (Socket witness = posters.get(0).socket()) {
                    await().atMost(LONG).until(() -> isOnline(gone));
                    cluster.instance(2).kill9();
                    long before = load.acknowledged.get();
                    await().atMost(LONG).until(() -> load.acknowledged.get() > before + 100);
                    load.rest();
                    witness.await(frame -> frame.get("type").asText().equals("presence")
                            && frame.at("/data/user_id").asLong() == gone.id
                            && !frame.at("/data/is_online").asBoolean(), Duration.ofSeconds(30));
                    assertThat(isOnline(gone)).isFalse();
                }
            });
            everybodyIsThere();
        }
    }

    @Test
    void anInstanceThatIsStoppedSendsItsPeopleElsewhereAndEndsWithZero() {
        for (int round = 0; round < ROUNDS; round++) {
            withstand(who -> at(1, who), load -> {
                ParleyProcess leaving = cluster.instance(0);
                leaving.process().destroy();
                await().atMost(LONG).until(() -> status(leaving) == 503);
                assertThat(load.listeners.stream().filter(listener -> listener.person.base.equals(leaving.base())))
                        .isNotEmpty().allSatisfy(listener -> assertThat(listener.socket.closeCode()).isEqualTo(1012));
                assertThat(leaving.awaitEnd()).isZero();
                long before = load.acknowledged.get();
                await().atMost(LONG).until(() -> load.acknowledged.get() > before + 100);
            });
            everybodyIsThere();
        }
    }

    @Test
    void nothingIsLostWhenTheDatabaseIsRestarted() {
        long aside = posters.get(0).group("Aside", posters.get(1), posters.get(2));
        for (int round = 0; round < ROUNDS; round++) {
            Duration[] recovery = new Duration[1];
            Duration slowest = withstand(who -> who, load -> {
                cluster.restartDatabase();
                long ready = System.nanoTime();
                for (Person poster : posters) {
                    await().atMost(LONG).until(() -> poster.post("/api/chat/rooms/" + aside + "/messages",
                            Map.of("content", "again")).status() == 201);
                }
                recovery[0] = Duration.ofNanos(System.nanoTime() - ready);
                long before = load.acknowledged.get();
                await().atMost(LONG).until(() -> load.acknowledged.get() > before + 100);
            });
            System.out.println("The database was restarted: nobody waited for longer than " + slowest.toMillis()
                    + " ms, and all wrote again after " + recovery[0].toMillis() + " ms");
            assertThat(slowest).isLessThan(SOON);
            assertThat(recovery[0]).isLessThan(SOON);
        }
    }

    @Test
    void withoutTheStorePeopleTalkAndFilesAreRefused() {
        long room = posters.get(0).group("Files", posters.get(1), posters.get(2));
        JsonNode before = posters.get(0).post(room, note()).expect(201);
        var stored = cluster.stored();
        try (Socket reader = posters.get(2).socket(room)) {
            cluster.store().kill();
            assertThat(posters.get(1).post(room, note()).expect(503).get("code").asText()).isEqualTo("store_unavailable");
            for (Person each : posters) {
                each.post(room, "by " + each.name);
                assertThat(reader.await("new_message").at("/data/content").asText()).isEqualTo("by " + each.name);
            }
            cluster.store().restart();
            for (Person each : posters) {
                await().atMost(LONG).until(() -> each.get("/api/files/" + before.at("/files_data/0/id").asText())
                        .status() == 200);
            }
            await().atMost(LONG).untilAsserted(() -> assertThat(cluster.stored()).isEqualTo(stored));
            posters.get(1).post(room, note()).expect(201);
            assertThat(reader.await("new_message").at("/data/has_media").asBoolean()).isTrue();
        }
    }

    private Duration withstand(UnaryOperator<Person> afterwards, Trial.Disaster disaster) {
        return new Trial(new Ledger(), posters, readers, freshRooms(), afterwards, () -> cluster.instance(1).tail())
                .withstand(disaster);
    }

    private Person at(int instance, Person who) {
        return who.at(cluster.base(instance));
    }

    /** As another instance sees it. */
    private boolean isOnline(Person who) {
        for (JsonNode user : posters.get(0).get("/api/chat/online-users").expect(200).get("users")) {
            if (user.get("id").asLong() == who.id) {
                return true;
            }
        }
        return false;
    }

    private int status(ParleyProcess instance) {
        return posters.get(0).at(instance.base()).get("/q/health/ready").status();
    }

    private static Form note() {
        return new Form().file("note.txt", "Words".getBytes());
    }
}

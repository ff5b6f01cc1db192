package dev.parley.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.durability.HistoryChecker.Verdict;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;

/**
 * What was acknowledged is stored, and what was stored reaches whoever comes back. {@code -Dparley.durability.rounds=50}
 * kills more often than once for each kind of death.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DurabilityIT {

    private static final int ROUNDS = Integer.getInteger("parley.durability.rounds", 1);
    private static final int ROOMS = 3;

    private final ParleyProcess parley = ParleyProcess.fresh("durability");
    private final Ledger ledger = new Ledger();
    private final List<Person> posters = new ArrayList<>();
    private final List<Person> readers = new ArrayList<>();
    private final List<Long> rooms = new ArrayList<>();

    @BeforeAll
    void start() {
        parley.start();
        settle(parley, posters, readers, rooms);
    }

    @AfterAll
    void end() {
        parley.close();
    }

    @Test
    void nothingIsLostWhenTheServerIsKilled() {
        for (int round = 0; round < ROUNDS; round++) {
            withstand(load -> {
                parley.kill9();
                load.close();
                parley.start();
            });
        }
    }

    @Test
    void nothingIsLostWhenTheDatabaseIsKilledAndTheServerEndsWithIt() {
        for (int round = 0; round < ROUNDS; round++) {
            withstand(load -> {
                parley.kill9Database();
                assertThat(parley.awaitEnd()).isPositive();
                load.close();
                parley.start();
            });
        }
    }

    @Test
    void nothingIsLostWhenTheDatabaseRecoversUnderALiveServer() {
        for (int round = 0; round < ROUNDS; round++) {
            withstand(load -> {
                // One killed session makes PostgreSQL end all of them and replay its log.
                parley.databaseProcesses().stream().filter(DurabilityIT::isSession).findAny().orElseThrow().destroyForcibly();
                long before = load.acknowledged.get();
                await().atMost(Duration.ofSeconds(20)).until(() -> load.acknowledged.get() > before + 100);
                load.close();
                assertThat(parley.process().isAlive()).isTrue();
            });
        }
    }

    @Test
    void aDatabaseThatAcknowledgesBeforeItStoresIsFoundOut() {
        try (ParleyProcess careless = ParleyProcess.fresh("careless").with("PARLEY_EMBEDDED_SYNCHRONOUS_COMMIT", "off")) {
            careless.start();
            List<Person> some = new ArrayList<>();
            List<Person> others = new ArrayList<>();
            long lost = 0;
            for (int attempt = 0; attempt < 6 && lost == 0; attempt++) {
                List<Long> fresh = new ArrayList<>();
                settle(careless, some, others, fresh);
                Ledger told = new Ledger();
                try (Load load = new Load(told, fresh, some, others)) {
                    await().atMost(Duration.ofSeconds(30)).until(() -> load.acknowledged.get() > 100);
                    careless.kill9Database();
                    careless.awaitEnd();
                }
                careless.start();
                for (long room : fresh) {
                    CatchUp afterwards = new CatchUp(some.getFirst(), room);
                    lost += HistoryChecker.check(told, room, afterwards.history(), afterwards.total()).lost().size();
                }
            }
            System.out.println("A database that does not sync lost " + lost + " acknowledged messages");
            assertThat(lost).isPositive();
        }
    }

    private interface Disaster {
        void strike(Load load);
    }

    /** Loads, strikes, and compares what everybody was told with what is there. */
    private void withstand(Disaster disaster) {
        List<CatchUp> views = rooms.stream().map(room -> new CatchUp(readers.getFirst(), room)).toList();
        Load load = new Load(ledger, rooms, posters, readers);
        List<long[]> starts = load.listeners.stream()
                .map(listener -> new long[] { listener.room, listener.firstVersion, listener.firstSeq }).toList();
        int enough = 100 + ThreadLocalRandom.current().nextInt(200);
        await().atMost(Duration.ofSeconds(30)).until(() -> load.acknowledged.get() > enough);
        disaster.strike(load);
        assertThat(load.faults).isEmpty();
        assertThat(load.listeners).allSatisfy(listener -> assertThat(listener.disorder()).isEmpty());
        for (int i = 0; i < ROOMS; i++) {
            long room = rooms.get(i);
            List<Row> history = faithful(views.get(i), room);
            long[] start = starts.stream().filter(each -> each[0] == room).findFirst().orElseThrow();
            views.get(i).check(start[1], start[2], history);
            for (Listener listener : load.listeners) {
                if (listener.room == room) {
                    new CatchUp(listener.person, room).check(listener.version(), listener.seq(), history);
                }
            }
            checkReceipts(room, views.get(i).check(0, 0, history));
        }
        load.unanswered.forEach(open -> assertThat(load.post(open.person(), open.room(), open.label())).isNotNull());
        for (int i = 0; i < ROOMS; i++) {
            long room = rooms.get(i);
            List<Row> history = faithful(views.get(i), room);
            long sent = ledger.stories().stream().filter(story -> story.room == room).count();
            assertThat(history).as("every message once, after repeating those without an answer").hasSize((int) sent);
        }
    }

    private List<Row> faithful(CatchUp view, long room) {
        List<Row> history = view.history();
        Verdict verdict = HistoryChecker.check(ledger, room, history, view.total());
        assertThat(verdict.isClean()).as("room %d of %d messages: %s\n%s", room, history.size(), verdict, parley.tail())
                .isTrue();
        return history;
    }

    private void checkReceipts(long room, List<JsonNode> frames) {
        for (Person reader : readers) {
            long told = ledger.lastRead(room, reader.id);
            assertThat(frames).as("the receipt of %s", reader.name)
                    .anyMatch(frame -> frame.get("type").asText().equals("message_read")
                            && frame.at("/data/user_id").asLong() == reader.id
                            && frame.at("/data/last_read_seq").asLong() >= told);
        }
    }

    private static void settle(ParleyProcess parley, List<Person> posters, List<Person> readers, List<Long> rooms) {
        if (posters.isEmpty()) {
            posters.addAll(List.of(Person.register(parley.base(), "Ada"), Person.register(parley.base(), "Ben")));
            readers.addAll(List.of(Person.register(parley.base(), "Cleo"), Person.register(parley.base(), "Dov")));
        }
        for (int i = 0; i < ROOMS; i++) {
            rooms.add(posters.get(0).group("Room " + i, posters.get(1), readers.get(0), readers.get(1)));
        }
    }

    private static boolean isSession(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).contains("parley postgres");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

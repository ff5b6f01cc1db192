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

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

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

    @DisabledIfSystemProperty(named = "native", matches = ".*", disabledReason = "the native program outlives its database")
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
                assertThat(parley.process().isAlive()).isTrue();
            });
        }
    }

    @DisabledIfSystemProperty(named = "native", matches = ".*", disabledReason = "the native program outlives its database")
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

    private void withstand(Trial.Disaster disaster) {
        new Trial(ledger, posters, readers, rooms, same -> same, parley::tail).withstand(disaster);
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

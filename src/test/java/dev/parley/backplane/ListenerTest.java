package dev.parley.backplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Logs;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class ListenerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String FAULT = "a fault of a test";

    @Inject
    DataSource database;
    @Inject
    Notices notices;
    @Inject
    ScheduledExecutorService executor;

    private static class Deaf implements Recipient {

        @Override
        public void received(List<Notice> received) {
        }

        @Override
        public void listening() {
        }
    }

    @Test
    void whatOneCannotDoAtASignOfLifeTheOthersStillDoAndTheLogSaysWhy() throws InterruptedException {
        AtomicInteger beats = new AtomicInteger();
        Recipient failing = new Deaf() {
            @Override
            public void beat() {
                throw new IllegalStateException(FAULT);
            }
        };
        Recipient other = new Deaf() {
            @Override
            public void beat() {
                beats.incrementAndGet();
            }
        };
        try (Logs logs = Logs.from(Level.INFO)) {
            Listener listener = listener(failing, other);
            listener.start(new StartupEvent());
            try {
                await().atMost(PATIENCE).until(() -> beats.get() > 1);
            } finally {
                listener.stop(new ShutdownEvent());
            }
            assertThat(logs.faults()).anyMatch(line -> line.contains(FAULT));
        }
    }

    @Test
    void aFaultOfOursIsNotLaidAtTheDatabasesDoorHoweverOftenItComes() throws InterruptedException {
        AtomicInteger faults = new AtomicInteger(3);
        Recipient failing = new Deaf() {
            @Override
            public void listening() {
                if (faults.getAndDecrement() > 0) {
                    throw new IllegalStateException(FAULT);
                }
            }
        };
        try (Logs logs = Logs.from(Level.INFO)) {
            Listener listener = listener(failing);
            listener.start(new StartupEvent());
            try {
                await().atMost(PATIENCE).until(() -> faults.get() < 0);
            } finally {
                listener.stop(new ShutdownEvent());
            }
            assertThat(logs.faults()).filteredOn(line -> line.contains(FAULT)).hasSize(3);
            assertThat(logs.lines()).noneMatch(line -> line.contains(" is away"));
        }
    }

    private Listener listener(Recipient... recipients) {
        return new Listener(database, new Registry(database, new Instance(), Duration.ofMillis(400)), notices,
                List.of(recipients), executor);
    }
}

package dev.parley.backplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Level;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.core.Notification;

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

    /** Delivering may take as long as a lost one is waited for, and what is waited for comes next. */
    @Test
    void whileNoticesComeNoneIsTakenForLost() throws InterruptedException {
        UUID other = UUID.randomUUID();
        AtomicInteger connections = new AtomicInteger();
        AtomicInteger delivered = new AtomicInteger();
        Recipient busy = new Deaf() {
            @Override
            public void received(List<Notice> received) {
                delivered.addAndGet((int) received.stream().filter(notice -> notice.from().equals(other)).count());
            }

            @Override
            public boolean isWaitingInVain() {
                return delivered.get() == 1;
            }
        };
        String text = notices.write(new Notice(other, null, null, null, List.of(1L), null, null));
        Queue<PGNotification> coming = new ConcurrentLinkedQueue<>(
                Collections.nCopies(2, new Notification(Notices.CHANNEL, 1, text)));
        DataSource oneByOne = proxy(DataSource.class, database, "getConnection", connection -> {
            connections.incrementAndGet();
            return proxy(Connection.class, connection, "unwrap",
                    channel -> proxy(PGConnection.class, channel, "getNotifications",
                            none -> coming.isEmpty() ? none : new PGNotification[] { coming.poll() }));
        });
        Listener listener = listener(oneByOne, busy);
        listener.start(new StartupEvent());
        try {
            await().atMost(PATIENCE).until(() -> delivered.get() == 2);
        } finally {
            listener.stop(new ShutdownEvent());
        }
        assertThat(connections).hasValue(1);
    }

    private static <T> T proxy(Class<T> type, Object real, String method, UnaryOperator<Object> change) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, called, arguments) -> {
            Object result = called.invoke(real, arguments);
            return called.getName().equals(method) ? change.apply(result) : result;
        }));
    }

    private Listener listener(Recipient... recipients) {
        return listener(database, recipients);
    }

    private Listener listener(DataSource connections, Recipient... recipients) {
        return new Listener(connections, new Registry(database, new Instance(), Duration.ofMillis(400)), notices,
                List.of(recipients), executor);
    }
}

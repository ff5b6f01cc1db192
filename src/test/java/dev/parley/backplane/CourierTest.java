package dev.parley.backplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class CourierTest {

    private static final int PATIENCE = 30_000;

    @Inject
    DataSource database;
    @Inject
    Notices notices;
    @Inject
    ScheduledExecutorService executor;
    private final Instance self = new Instance();
    private Registry other;

    @Test
    void whatTheDatabaseDidNotTakeIsToldLater() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        try (Connection others = listening()) {
            Courier courier = courier(() -> {
                if (failures.getAndDecrement() > 0) {
                    throw new SQLException("of a test");
                }
                return database.getConnection();
            });
            courier.presence(1, true);
            courier.profile(2);
            List<Notice> told = told(others, 2);
            assertThat(told.get(0).came()).containsExactly(1L);
            assertThat(told.get(1).users()).containsExactly(2L);
        }
    }

    @Test
    void whoWentIsNotToldBeforeTheyCameHoweverSlowTheDatabaseIs() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger askings = new AtomicInteger();
        try (Connection others = listening()) {
            Courier courier = courier(() -> {
                askings.incrementAndGet();
                asked.countDown();
                answer.await();
                return database.getConnection();
            });
            courier.presence(1, true);
            asked.await();
            courier.presence(1, false);
            // After all that was to be done by then.
            executor.schedule(() -> {
            }, 200, TimeUnit.MILLISECONDS).get();
            assertThat(askings).as("those who would overtake it").hasValue(1);
            answer.countDown();
            List<Notice> told = told(others, 2);
            assertThat(told.get(0).came()).containsExactly(1L);
            assertThat(told.get(1).went()).containsExactly(1L);
        }
    }

    @Test
    void whatCouldNotBeToldDoesNotComeBackOverALaterWord() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        AtomicReference<Courier> courier = new AtomicReference<>();
        try (Connection others = listening()) {
            courier.set(courier(() -> {
                if (failures.getAndDecrement() > 0) {
                    courier.get().presence(1, false);
                    throw new SQLException("of a test");
                }
                return database.getConnection();
            }));
            courier.get().presence(1, true);
            assertThat(told(others, 1)).singleElement().extracting(Notice::went).asInstanceOf(LIST).containsExactly(1L);
        }
    }

    private Courier courier(Callable<Connection> connections) {
        DataSource pool = (DataSource) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { DataSource.class },
                (proxy, method, arguments) -> connections.call());
        return new Courier(pool, self, notices, executor);
    }

    @BeforeEach
    void anotherInstance() throws SQLException {
        other = new Registry(database, new Instance(), Duration.ofMinutes(1));
        other.beat();
    }

    @AfterEach
    void itLeaves() throws SQLException {
        other.leave();
    }

    private Connection listening() throws SQLException {
        Connection connection = database.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("listen " + Notices.CHANNEL);
        }
        return connection;
    }

    private List<Notice> told(Connection connection, int count) throws SQLException {
        List<Notice> told = new ArrayList<>();
        PGConnection channel = connection.unwrap(PGConnection.class);
        try {
            while (told.size() < count) {
                PGNotification[] came = channel.getNotifications(PATIENCE);
                assertThat(came).isNotEmpty();
                for (PGNotification each : came) {
                    Notice notice = notices.read(each.getParameter());
                    if (notice.from().equals(self.id())) {
                        told.add(notice);
                    }
                }
            }
        } finally {
            try (Statement statement = connection.createStatement()) {
                statement.execute("unlisten *");
            }
        }
        return told;
    }
}

package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Sql;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class WriterConnectionTest {

    @Inject
    DataSource database;
    @ConfigProperty(name = "quarkus.datasource.jdbc.max-size")
    int poolSize;

    /** As when a database restarts again and again, or somebody ends its connections. */
    @Test
    void thoseThatDieBeforeTheyAreSetUpTakeNoPlaceInThePool() {
        AtomicInteger dead = new AtomicInteger();
        WriterConnection connections = new WriterConnection(handingOut(() -> {
            Connection connection = database.getConnection();
            if (dead.get() < poolSize) {
                new Sql(database).change("select pg_terminate_backend(" + Backend.of(connection).pid() + ", 10000)");
                dead.incrementAndGet();
            }
            return connection;
        }));
        try {
            await().atMost(Duration.ofMinutes(1)).until(() -> connections.get(new ArrayDeque<>()) != null);
            assertThat(dead).hasValue(poolSize);
        } finally {
            connections.drop();
        }
    }

    @FunctionalInterface
    private interface Source {
        Connection next() throws SQLException;
    }

    private static DataSource handingOut(Source connections) {
        return (DataSource) Proxy.newProxyInstance(DataSource.class.getClassLoader(), new Class<?>[] { DataSource.class },
                (proxy, method, arguments) -> connections.next());
    }
}

package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.backplane.Instance;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Sql;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class ElsewhereTest {

    private static final int TIMES = 300;

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    @Inject
    Instance self;
    private final UUID other = UUID.randomUUID();
    private long ada;

    @BeforeEach
    void somebodyOnAnotherInstance() throws SQLException {
        ada = Person.register(base, "Ada").id;
        Sql sql = new Sql(database);
        sql.change("insert into service_instances values ('" + other + "', now(), now() + interval '5 minutes')");
        sql.change("insert into instance_users values ('" + other + "', " + ada + ")");
    }

    @AfterEach
    void itLeaves() throws SQLException {
        new Sql(database).change("delete from service_instances where id = '" + other + "'");
    }

    /** Else they would be told to be offline, and nothing would correct it. */
    @Test
    void whoIsOnlineElsewhereIsSoAllTheTimeThatItIsReadAgain() throws Exception {
        Elsewhere elsewhere = new Elsewhere(database, self);
        elsewhere.reload();
        AtomicBoolean over = new AtomicBoolean();
        AtomicBoolean missing = new AtomicBoolean();
        Thread watcher = Thread.ofPlatform().start(() -> {
            while (!over.get() && !missing.get()) {
                missing.set(!elsewhere.has(ada));
            }
        });
        for (int i = 0; i < TIMES && !missing.get(); i++) {
            elsewhere.reload();
        }
        over.set(true);
        watcher.join();
        assertThat(missing).isFalse();
        itLeaves();
        elsewhere.reload();
        assertThat(elsewhere.has(ada)).isFalse();
    }
}

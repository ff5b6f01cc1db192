package dev.parley.backplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class RegistryTest {

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;

    /** Their sockets may not have answered its goodbye yet. */
    @Test
    void whoIsStillOnAnInstanceThatStopsWasLastSeenThen() throws SQLException {
        Person ann = Person.register(base, "Ann");
        Instance stopping = new Instance();
        Registry registry = new Registry(database, stopping, Duration.ofSeconds(20));
        registry.beat();
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("insert into instance_users values ('" + stopping.id() + "', " + ann.id + ")");

            registry.leave();

            ResultSet seen = statement.executeQuery("select last_seen > now() - interval '1 minute' from user_presence"
                    + " where user_id = " + ann.id);
            assertThat(seen.next() && seen.getBoolean(1)).isTrue();
            assertThat(statement.executeQuery("select from service_instances where id = '" + stopping.id() + "'").next())
                    .isFalse();
        }
    }
}

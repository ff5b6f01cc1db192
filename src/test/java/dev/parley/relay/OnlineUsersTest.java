package dev.parley.relay;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class OnlineUsersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;

    /** Or other instances would go on to say that they are here. */
    @Test
    void whoWentWhileTheDatabaseTookNothingIsForgottenWhenItDoes() throws SQLException {
        Person ann = Person.register(base, "Ann");
        String row = "select from instance_users where user_id = " + ann.id;
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            Socket socket = ann.socket();
            Awaitility.await().atMost(PATIENCE).until(() -> found(statement, row));
            statement.execute("""
                    create sequence refusals;
                    create function refuse() returns trigger language plpgsql as $$
                        begin perform nextval('refusals'); raise exception 'of a test'; end $$;
                    create trigger refuse before delete on instance_users execute function refuse()""");
            socket.close();
            try {
                Awaitility.await().atMost(PATIENCE).until(() -> found(statement, "select from refusals where is_called"));
            } finally {
                statement.execute("drop trigger refuse on instance_users; drop function refuse(); drop sequence refusals");
            }
            Awaitility.await().atMost(PATIENCE).until(() -> !found(statement, row));
        }
    }

    private static boolean found(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return rows.next();
        }
    }
}

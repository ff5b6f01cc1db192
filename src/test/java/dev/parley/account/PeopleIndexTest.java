package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.logging.Level;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Logs;
import io.quarkus.test.junit.QuarkusTest;

/** The schema is made by whoever may do no more than that, and on a server that lacks what is not part of PostgreSQL itself. */
@QuarkusTest
class PeopleIndexTest {

    private static final String OWNER = "owner_of_one_database";

    @ConfigProperty(name = "quarkus.datasource.jdbc.url")
    String url;
    @ConfigProperty(name = "quarkus.datasource.username")
    String user;
    @ConfigProperty(name = "quarkus.datasource.password")
    String password;

    @BeforeEach
    void aDatabaseOfSomebodyWhoHasNoOther() throws SQLException {
        // Of a run that was ended, too.
        asItWas();
        execute("create role " + OWNER + " login password 'secret'", "create database " + OWNER + " owner " + OWNER);
    }

    @AfterEach
    void asItWas() throws SQLException {
        execute("drop database if exists " + OWNER + " with (force)", "drop role if exists " + OWNER);
    }

    @Test
    void whoOwnsTheDatabaseGetsTheIndex() throws SQLException {
        assertThat(isIndexedWhenMigrated()).isTrue();
    }

    @Test
    void whoMayMakeNoExtensionGoesWithout() throws SQLException {
        execute("revoke create on database " + OWNER + " from " + OWNER);
        assertThat(isIndexedWhenMigrated()).isFalse();
    }

    @Test
    void aServerThatHasNoExtensionsGoesWithout() throws SQLException {
        execute("alter database " + OWNER + " set extension_control_path = '/nowhere'");
        assertThat(isIndexedWhenMigrated()).isFalse();
    }

    @Test
    void whereVeryManyAreNobodyIsKeptFromRegisteringMeanwhile() throws SQLException {
        assertThat(migrations().target("9").load().migrate().success).isTrue();
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into users (email, name) select n || '@crowd.example', 'x' from generate_series(0, 50000) n");
        }
        assertThat(isIndexedWhenMigrated()).isFalse();
    }

    private boolean isIndexedWhenMigrated() throws SQLException {
        Flyway flyway = migrations().load();
        try (Logs logs = Logs.from(Level.WARNING)) {
            assertThat(flyway.migrate().success).isTrue();
            assertThat(flyway.info().pending()).isEmpty();
            boolean indexed = isIndexed();
            assertThat(logs.lines().stream().anyMatch(line -> line.contains("users_by_part was not made"))).isEqualTo(!indexed);
            return indexed;
        }
    }

    private boolean isIndexed() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select to_regclass('users_by_part') is not null")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private FluentConfiguration migrations() {
        return Flyway.configure().dataSource(own(), OWNER, "secret").locations("filesystem:src/main/resources/db/migration");
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(own(), OWNER, "secret");
    }

    private String own() {
        return url.replaceFirst("/[^/]*$", "/" + OWNER);
    }

    /** By a connection that waits for as long as a checkpoint takes. */
    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}

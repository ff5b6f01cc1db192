package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.quarkus.test.junit.QuarkusTest;

/** A change of the schema beside instances that still run. */
@QuarkusTest
class MigrationPatienceTest {

    private static final String SCHEMA = "migrations_of_a_test";

    @ConfigProperty(name = "quarkus.datasource.jdbc.url")
    String url;
    @ConfigProperty(name = "quarkus.datasource.username")
    String user;
    @ConfigProperty(name = "quarkus.datasource.password")
    String password;
    @TempDir
    Path migrations;

    @BeforeEach
    void aTable() throws Exception {
        execute(List.of("drop schema if exists " + SCHEMA + " cascade", "create schema " + SCHEMA));
        Files.writeString(migrations.resolve("V1__make.sql"), "create table things (id bigint)");
        flyway(1).migrate();
    }

    @AfterEach
    void asItWas() throws SQLException {
        execute(List.of("drop schema " + SCHEMA + " cascade"));
    }

    /** Behind whom all would wait that the instances ask. */
    @Test
    void aTableThatADumpHoldsIsNotWaitedForAndNothingIsChanged() throws Exception {
        Files.writeString(migrations.resolve("V2__change.sql"), "alter table things add name text");
        try (Connection dump = DriverManager.getConnection(url, user, password); Statement statement = dump.createStatement()) {
            dump.setAutoCommit(false);
            statement.execute("lock table " + SCHEMA + ".things in access share mode");
            assertThatThrownBy(() -> flyway(60).migrate()).isInstanceOf(FlywayException.class).rootCause()
                    .isInstanceOfSatisfying(SQLException.class,
                            held -> assertThat(held.getSQLState()).isEqualTo(StartFailure.LOCK_NOT_AVAILABLE));
            dump.rollback();
        }
        assertThat(flyway(60).migrate().migrationsExecuted).isEqualTo(1);
    }

    @Test
    void aMigrationTakesLongerThanAnyRequestMay() throws Exception {
        Files.writeString(migrations.resolve("V2__take_long.sql"), "select pg_sleep(2)");
        assertThat(flyway(1).migrate().migrationsExecuted).isEqualTo(1);
    }

    /** @param timeout of the socket, in seconds */
    private Flyway flyway(int timeout) {
        var configuration = Flyway.configure()
                .dataSource(url + (url.contains("?") ? "&" : "?") + "socketTimeout=" + timeout, user, password)
                .locations("filesystem:" + migrations).schemas(SCHEMA).defaultSchema(SCHEMA);
        new Migrations().customize(configuration);
        return configuration.load();
    }

    private void execute(List<String> statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}

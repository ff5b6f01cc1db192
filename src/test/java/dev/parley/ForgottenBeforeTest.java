package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;

/** What was deleted by a version that kept more of it is forgotten by the next. */
@QuarkusTest
class ForgottenBeforeTest {

    private static final String SCHEMA = "forgotten_before";

    @ConfigProperty(name = "quarkus.datasource.jdbc.url")
    String url;
    @ConfigProperty(name = "quarkus.datasource.username")
    String user;
    @ConfigProperty(name = "quarkus.datasource.password")
    String password;

    @BeforeEach
    void none() throws SQLException {
        execute("drop schema if exists " + SCHEMA + " cascade");
    }

    @AfterEach
    void asItWas() throws SQLException {
        none();
    }

    @Test
    void namesPicturesAndHashesOfWhatIsDeletedGoAndGroupsThatNobodyIsInForget() throws SQLException {
        assertThat(migrations().target("12").load().migrate().success).isTrue();
        execute("insert into users (email, name) values ('ann@example.org', 'Ann')",
                """
                        insert into chat_rooms (room_type, created_by, retention_days)
                            select 'group', 1, days from (values (null), (null), (30), (1)) as r (days)""",
                "insert into chat_participants (room_id, user_id, is_active) values (1, 1, true), (2, 1, false), (3, 1, false)",
                """
                        insert into chat_messages (id, room_id, seq, version, created_version, sender_id, message_type, created_at,
                                                   deleted_at, request_hash)
                            select n, 1, n, n, n, 1, 'text', now(), gone, 'hash'
                              from (values (1, null::timestamptz), (2, now())) as m (n, gone)""",
                """
                        insert into media_attachments (id, owner_id, state, kind, mime_type, size, original_name, placeholder, sha256)
                            select gen_random_uuid(), 1, state, 'image', 'image/png', 1, 'me.png', 'blur', 'sum'
                              from unnest(array['ready', 'deleted']) as state""");

        assertThat(migrations().load().migrate().success).isTrue();

        assertThat(text("select string_agg(coalesce(retention_days, 0)::text, ' ' order by id) from chat_rooms"))
                .isEqualTo("0 1 1 1");
        assertThat(text("select string_agg((request_hash is null)::text, ' ' order by id) from chat_messages"))
                .isEqualTo("false true");
        assertThat(text("""
                select string_agg(state || ':' || original_name || ':' || coalesce(placeholder, ''), ' ' order by state)
                  from media_attachments""")).isEqualTo("deleted:: ready:me.png:blur");
    }

    private FluentConfiguration migrations() {
        return Flyway.configure().dataSource(url, user, password).locations("classpath:db/migration").schemas(SCHEMA)
                .defaultSchema(SCHEMA);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(url, user, password);
        connection.setSchema(SCHEMA);
        return connection;
    }
}

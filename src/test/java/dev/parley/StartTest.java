package dev.parley;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class StartTest {

    private static final Pattern HELP = Pattern.compile("^# HELP (parley_\\w+) ?(.*)$", Pattern.MULTILINE);

    @Inject
    DataSource database;

    @ConfigProperty(name = "quarkus.datasource.jdbc.url")
    String url;

    @ConfigProperty(name = "parley.data-dir")
    Path directory;

    @Test
    void isReadyOnceItsDatabaseAnswers() {
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/q/health/live").then().statusCode(200);
    }

    @Test
    void everyMeasurementOfOursSaysWhatItIsAndSoDoesTheReadme() throws IOException {
        List<String> rows = HELP.matcher(given().accept("text/plain").get("/q/metrics").asString()).results()
                .filter(help -> !help.group(1).endsWith("_max"))
                .map(help -> "| `" + help.group(1) + "` | " + help.group(2) + " |").toList();
        assertThat(rows).isNotEmpty().noneMatch(row -> row.endsWith("|  |"));
        assertThat(Files.readString(Path.of("README.md"))).contains(rows);
    }

    @ParameterizedTest
    @CsvSource({ "fsync, on", "synchronous_commit, on", "full_page_writes, on", "listen_addresses, 127.0.0.1",
            "unix_socket_directories, ''", "tcp_keepalives_idle, 10", "tcp_keepalives_interval, 5", "tcp_keepalives_count, 3" })
    void theEmbeddedDatabaseKeepsWhatItAcknowledgedListensToThisMachineOnlyAndNoticesLostHosts(String setting, String value)
            throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show " + setting)) {
            row.next();
            assertThat(row.getString(1)).isEqualTo(value);
        }
    }

    @Test
    void otherUsersOfTheMachineNeedAPasswordForTheDatabase() {
        assertThatThrownBy(() -> DriverManager.getConnection(url, "parley", "guess").close())
                .isInstanceOf(SQLException.class).hasMessageContaining("password authentication failed");
    }

    @Test
    void refusesASecondProcessOnOneDataDirectory() {
        assertThatThrownBy(() -> EmbeddedDatabase.start(directory, "on").close()).isInstanceOf(CannotStart.class)
                .hasMessageContaining("another Parley is running");
    }
}

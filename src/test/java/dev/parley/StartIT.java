package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;

/** The packaged program with nothing configured: how it starts, stops, dies and says why it does not start. */
@DisabledIfSystemProperty(named = "native", matches = ".*", disabledReason = "the native program has no database of its own")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StartIT {

    private final ParleyProcess parley = ParleyProcess.fresh("start");

    @AfterAll
    void cleanUp() {
        parley.close();
    }

    /** Most tests go on from where another one left it. */
    private void running() {
        if (!isAlive()) {
            parley.start();
        }
    }

    private boolean isAlive() {
        return !parley.databaseProcesses().isEmpty() && parley.process().isAlive();
    }

    @Test
    void startsFasterOnceItsDatabaseIsThereAndPutsNothingOutsideOfItsDataDirectory() throws IOException {
        try (ParleyProcess newcomer = ParleyProcess.neverInstalled("start-first")) {
            Path temporary = Files.createDirectories(newcomer.data().resolveSibling("tmp"));
            newcomer.with("TMPDIR", temporary.toString()).options("-Djava.io.tmpdir=" + temporary);
            Duration first = timeToStart(newcomer);
            Person.register(newcomer.base(), "Ada");
            assertThat(newcomer.stop()).isZero();
            Duration second = timeToStart(newcomer);
            System.out.println("Ready after " + first + " the first time, " + second + " afterwards");
            assertThat(second).isLessThan(first);
            newcomer.stop();
            assertThat(newcomer.log()).content()
                    .contains("the embedded one in " + newcomer.data().toAbsolutePath() + " is used");
            assertThat(temporary).isEmptyDirectory();
            assertThat(names(newcomer.data().getParent())).containsExactly("data", "parley.log", "tmp");
            assertThat(names(newcomer.data())).contains("parley.lock", "postgres", "postgres-binaries", "postgres.log",
                    "postgres.password");
            assertThat(
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(newcomer.data().resolve("postgres.password"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void keepsItsRowsAndStopsItsDatabaseLast() throws IOException {
        running();
        Person ada = Person.register(parley.base(), "Ada");
        List<ProcessHandle> database = parley.databaseProcesses();
        assertThat(parley.stop()).isZero();
        assertThat(database).noneMatch(ProcessHandle::isAlive);
        assertThat(Files.readString(parley.data().resolve("postgres.log"))).endsWith("database system is shut down\n");
        parley.start();
        assertThat(ada.get("/api/auth/me").expect(200).get("name").asText()).isEqualTo("Ada");
    }

    @Test
    void replacesTheDatabaseThatAKilledProcessLeftBehind() {
        running();
        Person ada = Person.register(parley.base(), "Ada");
        ProcessHandle orphan = parley.databaseProcesses().getFirst();
        parley.kill9();
        assertThat(orphan.isAlive()).isTrue();
        parley.start();
        assertThat(parley.databaseProcesses().getFirst().pid()).isNotEqualTo(orphan.pid());
        assertThat(ada.get("/api/auth/me").status()).isEqualTo(200);
    }

    @Test
    void replacesItAlsoWhereItsDirectoryHasAnotherNameNow() throws IOException {
        running();
        Person ada = Person.register(parley.base(), "Ada");
        ProcessHandle orphan = parley.databaseProcesses().getFirst();
        parley.kill9();
        Path link = Files.createSymbolicLink(parley.data().resolveSibling("link"), parley.data());
        startOn(link, ada, process -> {
            assertThat(orphan.isAlive()).isFalse();
            process.kill9();
        });
        Files.delete(link);
        Path moved = Files.move(parley.data(), parley.data().resolveSibling("moved"));
        startOn(moved, ada, ParleyProcess::stop);
        Files.move(moved, parley.data());
    }

    private static void startOn(Path data, Person ada, Consumer<ParleyProcess> end) {
        try (ParleyProcess other = ParleyProcess.neverInstalled("start-other").with("PARLEY_DATA_DIR", data.toString())) {
            other.start();
            assertThat(ada.at(other.base()).get("/api/auth/me").status()).isEqualTo(200);
            end.accept(other);
        }
    }

    @Test
    void isNotFooledByAPidThatBelongsToAnotherProcessNow() throws IOException {
        running();
        parley.stop();
        Path pidFile = parley.data().resolve("postgres").resolve("postmaster.pid");
        long mine = ProcessHandle.current().pid();
        Files.write(pidFile, List.of(Long.toString(mine), parley.data().resolve("postgres").toString(), "1700000000", "5432",
                "", "127.0.0.1", "  123456         7", "ready   "));
        parley.start();
        assertThat(parley.databaseProcesses()).isNotEmpty();
    }

    @Test
    void endsWhenItsDatabaseDies() {
        running();
        parley.kill9Database();
        assertThat(parley.awaitEnd()).isEqualTo(1);
        assertThat(parley.log()).content().contains("Parley stops: its embedded database has ended unexpectedly");
    }

    @Test
    void refusesADataDirectoryThatIsInUse() throws IOException {
        running();
        try (ParleyProcess second = ParleyProcess.neverInstalled("start-second").with("PARLEY_DATA_DIR",
                parley.data().toString())) {
            second.launch();
            assertThat(second.awaitEnd()).isEqualTo(1);
            assertThat(Files.readAllLines(second.log())).singleElement().asString()
                    .startsWith("Parley cannot start: another Parley is running on the data directory " + parley.data());
        }
        assertThat(isAlive()).isTrue();
    }

    /** The last, since it cannot start any more then. */
    @Test
    @Order(Integer.MAX_VALUE)
    void refusesASchemaNewerThanItself() throws IOException, SQLException {
        running();
        try (Connection connection = parley.connect(); Statement statement = connection.createStatement()) {
            statement.execute("insert into flyway_schema_history values"
                    + " (999, '999', 'from the future', 'SQL', 'V999__from_the_future.sql', 1, 'x', now(), 1, true)");
        }
        parley.stop();
        Files.delete(parley.log());
        parley.launch();
        assertThat(parley.awaitEnd()).isEqualTo(1);
        assertThat(Files.readAllLines(parley.log()))
                .contains("Parley cannot start: the database's schema is newer than this program: run a newer Parley")
                .noneMatch(line -> line.startsWith("\tat "));
        assertThat(parley.databaseProcesses()).isEmpty();
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        running();
        try (ParleyProcess second = ParleyProcess.fresh("start-port").with("PORT", Integer.toString(parley.base().getPort()))) {
            second.launch();
            assertThat(second.awaitEnd()).isEqualTo(1);
            assertThat(second.tail()).contains("Parley cannot start: its port is in use, set PORT to another one")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void saysThatAConfiguredDatabaseCannotBeReached() {
        try (ParleyProcess elsewhere = ParleyProcess.neverInstalled("start-elsewhere")
                .with("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/nowhere")) {
            elsewhere.launch();
            assertThat(elsewhere.awaitEnd()).isEqualTo(1);
            assertThat(elsewhere.tail()).contains("Parley cannot start: the database cannot be reached")
                    .doesNotContain("\tat ");
            assertThat(elsewhere.data().resolve("postgres")).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            PARLEY_DRAIN,            abc,              `parley.drain cannot be "abc": it must be a time such as 5s, 10m or 12h`
            PARLEY_FILES_IMAGE,      1GB,              `parley.files.image cannot be "1GB": it must be a size such as 500K, 10M or 2G`
            PARLEY_UPLOADS_DIRECT,   true,             parley.uploads.direct=true needs parley.store=s3
            PARLEY_AUTH_URL_KEY,     abc,              parley.auth.url-key must be at least 32 bytes in base64
            PORT,                    80000,            PORT cannot be 80000: port must be <= 65535
            QUARKUS_DATASOURCE_JDBC_MAX_SIZE, 1,       `quarkus.datasource.jdbc.max-size must be at least 8, not 1: two connections are always taken, one to listen and one to write, and four by sweeps at times`
            QUARKUS_DATASOURCE_JDBC_MAX_SIZE, 7,       `quarkus.datasource.jdbc.max-size must be at least 8, not 7: two connections are always taken, one to listen and one to write, and four by sweeps at times`
            QUARKUS_DATASOURCE_JDBC_URL, postgres://a:secret@127.0.0.1/x, quarkus.datasource.jdbc.url must begin with jdbc:postgresql://
            QUARKUS_DATASOURCE_JDBC_URL, jdbc:postgresql://nowhere.invalid/x, `the database cannot be reached: The connection attempt failed. There is no host nowhere.invalid`
            QUARKUS_DATASOURCE_USERNAME, ann,          `quarkus.datasource.username is set, but quarkus.datasource.jdbc.url is not: name a database, or leave out both to use the embedded one`
            PARLEY_STORE,            s4,               `parley.store cannot be "s4": allowed values: s3,directory`
            PARLEY_STORE,            s3,               parley.store=s3 needs parley.s3.bucket
            PARLEY_INSTANCES_LEASE,  soon,             parley.instances.lease cannot be "soon"
            PARLEY_RETENTION_DAYS,   0,                `parley.retention.days must be greater than or equal to 1`
            PARLEY_AUTH_BCRYPT_COST, 99,               `parley.auth.bcrypt-cost must be less than or equal to 31`
            PARLEY_AUTH_REGISTRATIONS, 0,              `parley.auth.registrations must be greater than or equal to 1`
            PARLEY_SCAN_ADDRESS,     nowhere,          `parley.scan.address must be host:port or unix:/path, not "nowhere"`
            PARLEY_BASE_URL,         chat.example.org, `parley.base-url must be an address such as https://chat.example.org, not "chat.example.org"`
            """)
    void saysWhichSettingIsWrongAndLeavesNoDatabaseBehind(String variable, String value, String sentence) throws IOException {
        try (ParleyProcess wrong = ParleyProcess.fresh("start-wrong").with(variable, value)) {
            wrong.launch();
            assertThat(wrong.awaitEnd()).isEqualTo(1);
            // Some settings are looked at when the database is there already, of which it was said where it is.
            assertThat(Files.readAllLines(wrong.log())).filteredOn(line -> !line.contains("the embedded one in"))
                    .containsExactly("Parley cannot start: " + sentence);
            assertThat(wrong.databaseProcesses()).isEmpty();
        }
    }

    @Test
    void saysThatABucketNeedsARegion() throws IOException {
        try (ParleyProcess wrong = ParleyProcess.fresh("start-region").with("PARLEY_STORE", "s3")
                .with("PARLEY_S3_BUCKET", "files").with("QUARKUS_S3_ENDPOINT_OVERRIDE", "http://127.0.0.1:1")
                // Or it would ask the cloud it may run in.
                .with("AWS_EC2_METADATA_DISABLED", "true")) {
            wrong.launch();
            assertThat(wrong.awaitEnd()).isEqualTo(1);
            assertThat(Files.readAllLines(wrong.log())).containsExactly("Parley cannot start: parley.store=s3 needs"
                    + " quarkus.s3.aws.region (for most servers but Amazon's any, such as us-east-1)");
        }
    }

    /** As an administrator makes it where Parley's own user may not. */
    @Test
    void saysNothingOfAnExtensionThatWasThereBefore() throws IOException, SQLException {
        try (ParleyProcess parley = ParleyProcess.neverInstalled("start-extension");
                EmbeddedDatabase database = EmbeddedDatabase.start(parley.data().resolveSibling("database"), "on")) {
            Map<String, String> settings = database.datasource();
            try (Connection connection = DriverManager.getConnection(database.jdbcUrl(),
                    settings.get("quarkus.datasource.username"), settings.get("quarkus.datasource.password"));
                    Statement statement = connection.createStatement()) {
                statement.execute("create extension pg_trgm");
            }
            settings.forEach((setting, value) -> parley.with(setting.toUpperCase().replace('.', '_'), value));
            parley.start().stop();
            assertThat(parley.log()).content().doesNotContain("pg_trgm", "users_by_part");
        }
    }

    private static Duration timeToStart(ParleyProcess program) {
        long begin = System.nanoTime();
        program.start();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
        }
    }
}

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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;

/** The packaged program with nothing configured: how it starts, stops, dies and says why it does not start. */
@DisabledIfSystemProperty(named = "native", matches = ".*", disabledReason = "the native program has no database of its own")
class StartIT {

    private ParleyProcess parley;

    @BeforeEach
    void prepare(TestInfo test) {
        parley = ParleyProcess.fresh("start-" + test.getTestMethod().orElseThrow().getName());
    }

    @AfterEach
    void cleanUp() {
        parley.close();
    }

    @Test
    void startsFasterOnceItsDatabaseIsThere() throws IOException {
        parley = ParleyProcess.neverInstalled("start-first").untrained();
        Duration first = timeToStart();
        Duration best = first;
        for (int i = 0; i < 2; i++) {
            assertThat(parley.stop()).isZero();
            Duration taken = timeToStart();
            best = taken.compareTo(best) < 0 ? taken : best;
        }
        System.out.println("Ready after " + first + " the first time, " + best + " afterwards");
        assertThat(best).isLessThan(first);
    }

    @Test
    void keepsItsRowsAndStopsItsDatabaseLast() throws IOException {
        parley.start();
        Person ada = Person.register(parley.base(), "Ada");
        List<ProcessHandle> database = parley.databaseProcesses();
        assertThat(database).isNotEmpty();
        assertThat(parley.stop()).isZero();
        assertThat(database).noneMatch(ProcessHandle::isAlive);
        assertThat(Files.readString(parley.data().resolve("postgres.log"))).endsWith("database system is shut down\n");
        parley.start();
        assertThat(ada.get("/api/auth/me").expect(200).get("name").asText()).isEqualTo("Ada");
    }

    @Test
    void replacesTheDatabaseThatAKilledProcessLeftBehind() {
        parley.start();
        Person ada = Person.register(parley.base(), "Ada");
        ProcessHandle orphan = parley.databaseProcesses().getFirst();
        parley.kill9();
        assertThat(orphan.isAlive()).isTrue();
        parley.start();
        assertThat(parley.databaseProcesses().getFirst().pid()).isNotEqualTo(orphan.pid());
        assertThat(ada.get("/api/auth/me").status()).isEqualTo(200);
    }

    @Test
    void isNotFooledByAPidThatBelongsToAnotherProcessNow() throws IOException {
        parley.start();
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
        parley.start();
        parley.kill9Database();
        assertThat(parley.awaitEnd()).isEqualTo(1);
        assertThat(parley.log()).content().contains("Parley stops: its embedded database has ended unexpectedly");
    }

    @Test
    void refusesADataDirectoryThatIsInUse() throws IOException {
        parley.start();
        try (ParleyProcess second = ParleyProcess.fresh("start-second").with("PARLEY_DATA_DIR", parley.data().toString())) {
            second.launch();
            assertThat(second.awaitEnd()).isEqualTo(1);
            assertThat(Files.readAllLines(second.log())).singleElement().asString()
                    .startsWith("Parley cannot start: another Parley is running on the data directory " + parley.data());
        }
        assertThat(parley.databaseProcesses()).isNotEmpty();
    }

    @Test
    void refusesASchemaNewerThanItself() throws IOException, SQLException {
        parley.start();
        try (Connection connection = database(); Statement statement = connection.createStatement()) {
            statement.execute("insert into flyway_schema_history values"
                    + " (99, '999', 'from the future', 'SQL', 'V999__from_the_future.sql', 1, 'x', now(), 1, true)");
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
        parley.start();
        try (ParleyProcess second = ParleyProcess.fresh("start-port").with("PORT", Integer.toString(parley.base().getPort()))) {
            second.launch();
            assertThat(second.awaitEnd()).isEqualTo(1);
            assertThat(second.tail()).contains("Parley cannot start: its port is in use, set PORT to another one")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void saysThatAConfiguredDatabaseCannotBeReached() {
        parley.with("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/nowhere");
        parley.launch();
        assertThat(parley.awaitEnd()).isEqualTo(1);
        assertThat(parley.tail()).contains("Parley cannot start: the database cannot be reached").doesNotContain("\tat ");
        assertThat(parley.data().resolve("postgres")).doesNotExist();
    }

    @Test
    void putsNothingOutsideOfItsDataDirectory() throws IOException {
        Path temporary = Files.createDirectories(parley.data().resolveSibling("tmp"));
        parley.with("TMPDIR", temporary.toString()).options("-Djava.io.tmpdir=" + temporary).start();
        Person.register(parley.base(), "Ada");
        parley.stop();
        assertThat(temporary).isEmptyDirectory();
        assertThat(names(parley.data().getParent())).containsExactly("data", "parley.log", "tmp");
        assertThat(names(parley.data())).contains("parley.lock", "postgres", "postgres-binaries", "postgres.log",
                "postgres.password");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parley.data().resolve("postgres.password"))))
                .isEqualTo("rw-------");
    }

    private Duration timeToStart() {
        long begin = System.nanoTime();
        parley.start();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Whether more processes want to run than there are processors, now that ours have nothing to do. */
    private Connection database() throws IOException, SQLException {
        String port = Files.readAllLines(parley.data().resolve("postgres").resolve("postmaster.pid")).get(3);
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "parley",
                Files.readString(parley.data().resolve("postgres.password")));
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
        }
    }
}

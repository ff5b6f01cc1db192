package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.parley.EmbeddedDatabase;

/** Several processes of the packaged program on one PostgreSQL and one bucket. */
public final class Cluster implements AutoCloseable {

    /** Shorter than the default, so that nobody waits for long until somebody is taken for dead. */
    private static final String LEASE = "8s";
    private static final String BUCKET = "cluster";

    private final Path directory;
    private final EmbeddedDatabase database;
    private final S3Server bucket;
    private final List<ParleyProcess> instances = new ArrayList<>();

    private Cluster(Path directory, EmbeddedDatabase database, S3Server bucket) {
        this.directory = directory;
        this.database = database;
        this.bucket = bucket;
    }

    /**
     * In {@code target/parley/<name>}; returns when all are ready.
     *
     * @param settings environment variables of all of them
     */
    public static Cluster start(String name, int size, Map<String, String> settings) {
        Path directory = Path.of("target", "parley", name).toAbsolutePath();
        try {
            Database.deleteTree(directory);
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        S3Server bucket = S3Server.start(directory.resolve("s3"));
        bucket.createBucket(BUCKET);
        Cluster made = new Cluster(directory, EmbeddedDatabase.start(directory, "on"), bucket);
        for (int i = 1; i <= size; i++) {
            ParleyProcess instance = ParleyProcess.neverInstalled(name + "-" + i);
            made.database.datasource()
                    .forEach((key, value) -> instance.with(key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
            made.bucket.settings(BUCKET).forEach((key, value) -> instance
                    .with(key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'), value));
            // Room for three pools and a look into the database, within the connections that the embedded one takes.
            instance.with("PARLEY_STORE", "s3").with("QUARKUS_DATASOURCE_JDBC_MAX_SIZE", "12")
                    .with("PARLEY_INSTANCES_LEASE", LEASE).with("PARLEY_FILES_SWEEP_EVERY", "1s").options("-Xmx256m");
            settings.forEach(instance::with);
            made.instances.add(instance);
        }
        try {
            made.instances.forEach(ParleyProcess::launch);
            made.instances.forEach(ParleyProcess::awaitReady);
            return made;
        } catch (RuntimeException | AssertionError failure) {
            // Else those that did start would go on beside all other tests.
            made.close();
            throw failure;
        }
    }

    public ParleyProcess instance(int number) {
        return instances.get(number);
    }

    public URI base(int number) {
        return instance(number).base();
    }

    /** A look into the database. */
    public Connection connect() throws SQLException {
        Map<String, String> settings = database.datasource();
        return DriverManager.getConnection(settings.get("quarkus.datasource.jdbc.url"),
                settings.get("quarkus.datasource.username"), settings.get("quarkus.datasource.password"));
    }

    /** The S3 server, to be killed and started again. */
    public S3Server store() {
        return bucket;
    }

    /** Keys of the files that are stored. */
    public Set<String> stored() {
        return bucket.keys(BUCKET);
    }

    /** Stops PostgreSQL as its administrator would, and starts it again at the same address. */
    public void restartDatabase() {
        pgCtl("restart");
    }

    /** By PostgreSQL's own program, found where the server runs from. */
    private void pgCtl(String action) {
        Path data = directory.resolve("postgres");
        try {
            long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
            Path program = Path.of("/proc", Long.toString(pid), "exe").toRealPath().resolveSibling("pg_ctl");
            List<String> command = new ArrayList<>();
            if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                command.addAll(List.of("unshare", "-U"));
            }
            command.addAll(List.of(program.toString(), "-D", data.toString(), "-m", "fast", "-w", action));
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("postgres.log").toFile())).start();
            if (process.waitFor() != 0) {
                throw new AssertionError("pg_ctl " + action + " ended with " + process.exitValue());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        instances.forEach(ParleyProcess::close);
        bucket.close();
        // It may be another process by now than the one that was started first.
        pgCtl("stop");
        database.close();
    }
}

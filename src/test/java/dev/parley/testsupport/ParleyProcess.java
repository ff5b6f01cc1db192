package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.parley.EmbeddedDatabase;

/**
 * The packaged program as a process of its own, with its own data directory and port, to be measured, stopped, killed and
 * started again. The native binary, when {@code -Dnative} is given, gets a database from here, since it has none.
 */
public final class ParleyProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Below the system's own for connections: such a port may be taken before it is listened to, or between two starts. */
    private static final int MOST_PORT = 32_768;
    private static final int LEAST_PORT = 20_000;
    /** A JWT's head and the beginning of its claims (RFC 7519). */
    private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]+\\.eyJ");
    private static final boolean NATIVE = System.getProperty("native") != null;

    /** Where the next one finds what takes a second to unpack. */
    private static final Path PROGRAMS = Database.ofThisProcess("parley/postgres-binaries").toAbsolutePath();

    static final Path PROGRAM = NATIVE ? Path.of(System.getProperty("native.image.path"))
            : Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();

    private final Path directory;
    private final int port = freePort();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> options = new ArrayList<>();
    private boolean trained = !NATIVE;
    private @Nullable Process process;
    private @Nullable EmbeddedDatabase database;

    private ParleyProcess(Path directory) {
        this.directory = directory;
    }

    /**
     * A program without anybody's data in {@code target/parley/<name>}, whose database is set up; with PostgreSQL's programs,
     * if an earlier one unpacked them.
     */
    public static ParleyProcess fresh(String name) {
        ParleyProcess made = neverInstalled(name);
        try {
            Prepared.database(Files.createDirectories(made.data()));
            if (Files.exists(PROGRAMS)) {
                Files.move(PROGRAMS, made.programs());
            }
            return made;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A program that has never run, with nothing in {@code target/parley/<name>}. */
    public static ParleyProcess neverInstalled(String name) {
        try {
            Path directory = PROGRAMS.resolveSibling(name);
            Database.deleteTree(directory);
            Files.createDirectories(directory);
            return new ParleyProcess(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Path programs() {
        return data().resolve("postgres-binaries");
    }

    /** An environment variable, thus any setting: {@code with("PARLEY_AUTH_REGISTRATIONS", "1000")}. */
    public ParleyProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /**
     * A heap of this size, such as {@code 256m}. On the JVM all of it is resident from the start, so that what grows later
     * is beside it.
     */
    public ParleyProcess heap(String size) {
        return NATIVE ? options("-Xmx" + size) : options("-Xmx" + size, "-Xms" + size, "-XX:+AlwaysPreTouch");
    }

    /** A start as it is without what a training run learned, which saves the tests most of the work of starting. */
    public ParleyProcess untrained() {
        trained = false;
        return this;
    }

    /** Options of the program or its virtual machine. */
    public ParleyProcess options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** Starts it, on the same data and port as before if there was a before, and returns when it is ready. */
    public ParleyProcess start() {
        launch();
        awaitReady();
        return this;
    }

    /** Starts it and does not wait. */
    public Process launch() {
        List<String> command = new ArrayList<>();
        if (NATIVE) {
            command.add(PROGRAM.toString());
        } else {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        }
        if (trained) {
            command.addAll(Dockerfile.trainingOptions());
            // Without what the virtual machine has to say of options that differ from the training run's.
            command.addAll(List.of("-XX:AOTCache=" + Prepared.cache(), "-Xlog:disable"));
        }
        command.addAll(options);
        if (!NATIVE) {
            command.addAll(List.of("-jar", PROGRAM.toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).directory(directory.toFile());
        if (NATIVE && !environment.containsKey("QUARKUS_DATASOURCE_JDBC_URL")) {
            runningDatabase().datasource()
                    .forEach((key, value) -> builder.environment().put(key.toUpperCase().replace('.', '_'), value));
        }
        builder.environment().putAll(Map.of("PORT", Integer.toString(port), "PARLEY_DATA_DIR", data().toString()));
        // Unless a test asks for them: elsewhere each picture would be three objects and one frame more.
        builder.environment().put("PARLEY_PREVIEWS_ENABLED", "false");
        // Most tests make two or three people, each of which costs a hash.
        builder.environment().put("PARLEY_AUTH_BCRYPT_COST", "4");
        builder.environment().putAll(environment);
        try {
            process = builder.start();
            return process;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private EmbeddedDatabase runningDatabase() {
        EmbeddedDatabase running = database;
        if (running != null && databaseProcesses().isEmpty()) {
            running.close();
            running = null;
        }
        if (running == null) {
            running = EmbeddedDatabase.start(data(), environment.getOrDefault("PARLEY_EMBEDDED_SYNCHRONOUS_COMMIT", "on"));
            database = running;
        }
        return running;
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public Path data() {
        return directory.resolve("data");
    }

    /** Everything that the program printed, in all its runs. */
    public Path log() {
        return directory.resolve("parley.log");
    }

    public Process process() {
        return Objects.requireNonNull(process, "it was never started");
    }

    /** What /q/metrics says of a name with its labels; 0 when it says nothing yet. */
    public double metric(String name) {
        try {
            HttpRequest request = HttpRequest.newBuilder(base().resolve("/q/metrics")).timeout(Duration.ofSeconds(5)).build();
            return Person.HTTP.send(request, BodyHandlers.ofString()).body().lines().filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1))).findFirst().orElse(0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Bytes that are resident now (Linux). */
    public long rss() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process().pid()), "status"))) {
            String line = lines.filter(candidate -> candidate.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends it as a power cut would, from its point of view; its database lives on. */
    public void kill9() {
        end(process().destroyForcibly());
    }

    /** Asks it to stop, as a service manager does, and returns its exit code. */
    public int stop() {
        process().destroy();
        return end(process());
    }

    /** Waits for it to end by itself and returns its exit code. */
    public int awaitEnd() {
        return end(process());
    }

    /** A look into its database, which lives on when the program is killed. */
    public Connection connect() {
        try {
            // The fourth line is the port (PostgreSQL, miscinit.c).
            String port = Files.readAllLines(data().resolve("postgres").resolve("postmaster.pid")).get(3).strip();
            return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "parley",
                    Files.readString(data().resolve("postgres.password")));
        } catch (IOException | SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The embedded database's processes, the one that started the others first; none when it does not run. */
    public List<ProcessHandle> databaseProcesses() {
        Path pidFile = data().resolve("postgres").resolve("postmaster.pid");
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
            ProcessHandle postmaster = ProcessHandle.of(pid).orElse(null);
            String cluster = data().resolve("postgres").toString();
            if (postmaster == null
                    || !List.of(postmaster.info().arguments().orElse(new String[0])).contains(cluster)) {
                return List.of();
            }
            return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    /** Kills all of the database's processes at once, as near to a power cut as one machine can show itself. */
    public void kill9Database() {
        databaseProcesses().forEach(ProcessHandle::destroyForcibly);
    }

    /** Leaves no process behind, whatever happened before; fails when its log tells somebody's token. */
    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            process.destroy();
            try {
                if (!process.waitFor(15, TimeUnit.SECONDS)) {
                    kill9();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                kill9();
            }
        }
        if (database == null) {
            kill9Database();
        } else {
            database.close();
        }
        try {
            if (Files.exists(programs()) && !Files.exists(PROGRAMS)) {
                Files.move(programs(), PROGRAMS);
            }
            if (Files.exists(log()) && TOKEN.matcher(Files.readString(log(), StandardCharsets.ISO_8859_1)).find()) {
                throw new AssertionError("There is a token in " + log());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** After {@link #launch()}. */
    public void awaitReady() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        HttpRequest ready = HttpRequest.newBuilder(base().resolve("/q/health/ready")).timeout(Duration.ofSeconds(5)).build();
        while (process().isAlive() && System.nanoTime() < end) {
            try {
                if (Person.HTTP.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // Nobody listens so far.
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                break;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new AssertionError("It did not become ready:\n" + tail());
    }

    /** The end of the log, for the message of a failed test. */
    public String tail() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    private int end(Process ending) {
        try {
            if (!ending.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("It does not end:\n" + tail());
            }
            return ending.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** One that nobody listened on a moment ago, and that the system gives nobody who connects somewhere. */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LEAST_PORT, MOST_PORT);
            try (ServerSocket probe = new ServerSocket(port)) {
                return probe.getLocalPort();
            } catch (BindException taken) {
                // Another, then.
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}

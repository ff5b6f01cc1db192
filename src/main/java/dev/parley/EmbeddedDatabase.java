package dev.parley;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A PostgreSQL server of Parley's own, for whoever has configured none: its programs, rows, password and log live in one
 * directory and survive restarts, and it listens on a loopback port that the system chose. The directory belongs to one
 * process at a time.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final String USER = "parley";
    private static final long LOG_LIMIT = 10 << 20;
    private static final int CONNECTIONS = 50;
    /** For whoever looks into it beside the service, and the server's own reserve. */
    private static final int SPARE_CONNECTIONS = 10;

    private final FileChannel lock;
    private final Postmaster postmaster;
    private final Process server;
    private final int port;
    private final String password;
    private volatile boolean closing;

    private EmbeddedDatabase(Path directory, FileChannel lock, String synchronousCommit, int pool)
            throws IOException, InterruptedException {
        this.lock = lock;
        PostgresBinaries binaries = PostgresBinaries.in(directory.resolve("postgres-binaries"));
        binaries.requireRunnable();
        Path passwordFile = directory.resolve("postgres.password");
        this.password = password(passwordFile);
        Path cluster = directory.resolve("postgres");
        if (!Files.exists(cluster)) {
            create(cluster, binaries, passwordFile);
        }
        Path log = directory.resolve("postgres.log");
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
            Files.move(log, directory.resolve("postgres.log.old"), StandardCopyOption.REPLACE_EXISTING);
        }
        this.postmaster = new Postmaster(binaries, cluster, log);
        postmaster.stopPredecessor();
        this.port = freePort();
        this.server = postmaster.start(port, settings(synchronousCommit, pool));
    }

    /**
     * Returns when the database takes connections.
     *
     * @param directory made when it is missing
     * @param synchronousCommit {@code on}; anything else gives up the promise that what was acknowledged is stored
     * @throws CannotStart when another process uses the directory or the server cannot run
     */
    public static EmbeddedDatabase start(Path directory, String synchronousCommit) {
        return start(directory, synchronousCommit, 0);
    }

    /** @param pool how many connections its service may open */
    static EmbeddedDatabase start(Path directory, String synchronousCommit, int pool) {
        Path home = directory.toAbsolutePath().normalize();
        FileChannel lock = lock(home);
        try {
            return new EmbeddedDatabase(home, lock, synchronousCommit, pool);
        } catch (IOException | RuntimeException | InterruptedException failure) {
            closeQuietly(lock);
            throw failure instanceof CannotStart known ? known
                    : new CannotStart("the embedded database in " + home + " did not start: " + failure);
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** The settings that point a Quarkus application at this database. */
    public Map<String, String> datasource() {
        return Map.of("quarkus.datasource.jdbc.url", jdbcUrl(), "quarkus.datasource.username", USER,
                "quarkus.datasource.password", password);
    }

    /** Runs the action when the server ends although nobody closed it. */
    public void onDeath(Runnable action) {
        server.onExit().thenRun(() -> {
            if (!closing) {
                action.run();
            }
        });
    }

    /** From now on an end of the server is no surprise: a service manager may stop both processes at once. */
    public void expectEnd() {
        closing = true;
    }

    /** Stops the server with all its rows written, which takes some hundred milliseconds. */
    @Override
    public void close() {
        closing = true;
        try {
            if (server.isAlive()) {
                postmaster.stop(server.toHandle());
            }
        } catch (IOException failure) {
            server.destroyForcibly();
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
        } finally {
            closeQuietly(lock);
        }
    }

    private static FileChannel lock(Path home) {
        try {
            Files.createDirectories(home);
            FileChannel channel = FileChannel.open(home.resolve("parley.lock"), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return channel;
            }
            channel.close();
        } catch (OverlappingFileLockException heldHere) {
            // The same answer as for another process.
        } catch (IOException failure) {
            throw new CannotStart("the data directory " + home + " cannot be used: " + failure);
        }
        throw new CannotStart("another Parley is running on the data directory " + home
                + ": stop it, or set PARLEY_DATA_DIR to another directory");
    }

    /** Loopback is open to every user of the machine, so the server asks for a password. */
    private static String password(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] secret = new byte[24];
            new SecureRandom().nextBytes(secret);
            FileAttribute<Set<PosixFilePermission>> ownerOnly = PosixFilePermissions
                    .asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            Path fresh = file.resolveSibling("postgres.password.new");
            Files.deleteIfExists(fresh);
            Files.writeString(Files.createFile(fresh, ownerOnly), HexFormat.of().formatHex(secret));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file);
    }

    /** Made beside its place and moved there, so that a cluster is there entirely or not at all. */
    private static void create(Path cluster, PostgresBinaries binaries, Path passwordFile)
            throws IOException, InterruptedException {
        Path fresh = cluster.resolveSibling("postgres.new");
        PostgresBinaries.deleteTree(fresh);
        Process initdb = binaries.command("initdb",
                List.of("-D", fresh.toString(), "-U", USER, "-A", "scram-sha-256", "--pwfile", passwordFile.toString(),
                        "-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"))
                .redirectErrorStream(true).start();
        String output = new String(initdb.getInputStream().readAllBytes());
        if (initdb.waitFor() != 0) {
            throw new CannotStart("the embedded database could not be created: " + reason(output)
                    + kept(output, cluster.resolveSibling("initdb.log")));
        }
        Files.move(fresh, cluster, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Of all that initdb says, the line that tells why; "FATAL: could not extend file …: No space left on device". */
    static String reason(String output) {
        List<String> lines = List.of(output.strip().split("\\R"));
        String line = lines.stream().filter(said -> said.contains("FATAL:") || said.contains("PANIC:")
                || said.contains("error:")).findFirst().orElseGet(lines::getLast);
        return line.replaceFirst(".*?(FATAL|PANIC|error):\\s*", "");
    }

    /** Where the rest is to be read. */
    private static String kept(String output, Path file) {
        try {
            Files.writeString(file, output);
            return " (" + file + " has the rest)";
        } catch (IOException full) {
            return "";
        }
    }

    static Map<String, String> settings(String synchronousCommit, int pool) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("unix_socket_directories", "");
        settings.put("max_connections", Integer.toString(Math.max(CONNECTIONS, pool + SPARE_CONNECTIONS)));
        settings.put("shared_buffers", "128MB");
        // Of a disk that seeks as it reads: with 4, the default, all rooms there are may be read to list a thousand.
        settings.put("random_page_cost", "1.1");
        settings.put("fsync", "on");
        settings.put("full_page_writes", "on");
        settings.put("synchronous_commit", synchronousCommit);
        settings.put("log_checkpoints", "off");
        settings.put("log_timezone", "UTC");
        return settings;
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException nothingLeftToDo) {
            // The process's end releases the lock as well.
        }
    }
}

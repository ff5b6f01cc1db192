package dev.parley;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** One run of the database server over one cluster directory: starting it, stopping it, and finding one left behind. */
final class Postmaster {

    /** Replaying the log after a crash takes its time; a server that is alive and not ready is given this much. */
    private static final Duration RECOVERY = Duration.ofMinutes(5);
    /** What a predecessor's last processes and sockets may need to go away. */
    private static final Duration TURNOVER = Duration.ofSeconds(10);

    private final PostgresBinaries binaries;
    private final Path cluster;
    private final Path log;

    Postmaster(PostgresBinaries binaries, Path cluster, Path log) {
        this.binaries = binaries;
        this.cluster = cluster;
        this.log = log;
    }

    /** Starts the server on a loopback port and returns when it takes connections. */
    Process start(int port, Map<String, String> settings) throws IOException, InterruptedException {
        Instant patience = Instant.now().plus(TURNOVER);
        while (true) {
            long logged = Files.exists(log) ? Files.size(log) : 0;
            Process process = launch(port, settings);
            await(RECOVERY, () -> !process.isAlive() || isReady(process.pid()));
            if (process.isAlive()) {
                return process;
            }
            String reason = reason(logged);
            // Backends of a killed server hold its shared memory until they notice, some milliseconds later.
            if (!reason.contains("shared memory block") || Instant.now().isAfter(patience)) {
                throw new CannotStart("the embedded database did not start: " + reason + " (see " + log + ")");
            }
            Thread.sleep(50);
        }
    }

    private Process launch(int port, Map<String, String> settings) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-D", cluster.toString(), "-p", Integer.toString(port)));
        settings.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
        ProcessBuilder builder = binaries.command("postgres", arguments);
        if (PostgresBinaries.succeeds("setsid", "true")) {
            // A session of its own: a terminal's Ctrl-C reaches Parley only, which stops the database last.
            builder.command().addFirst("setsid");
        }
        return builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    }

    /** Stops the server: its sessions are ended and a checkpoint is written; when that takes too long, without one. */
    void stop(ProcessHandle server) throws IOException, InterruptedException {
        signal("INT", server);
        if (!await(Duration.ofSeconds(8), () -> hasEnded(server))) {
            signal("QUIT", server);
            if (!await(Duration.ofSeconds(2), () -> hasEnded(server))) {
                server.destroyForcibly();
            }
        }
    }

    /**
     * Stops the server that a killed Parley left on this cluster. A pid file whose number now belongs to some other
     * process is given a number that no process has: PostgreSQL then sees that it is stale, and still makes its own check
     * that no backend of that time is alive, which deleting the file would take from it.
     */
    void stopPredecessor() throws IOException, InterruptedException {
        List<String> lines = pidFile();
        if (lines.isEmpty()) {
            return;
        }
        ProcessHandle server = ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).orElse(null);
        if (server == null) {
            return;
        }
        String directory = lines.size() > 1 ? lines.get(1) : "";
        if (isHere(directory) && List.of(server.info().arguments().orElse(new String[0])).contains(directory)) {
            stop(server);
        } else {
            List<String> stale = new ArrayList<>(lines);
            stale.set(0, Integer.toString(Integer.MAX_VALUE));
            Files.write(cluster.resolve("postmaster.pid"), stale);
        }
    }

    /**
     * Whether this cluster was, or still is, what a server of it was started on: under another name, or moved since. The
     * server of which this is a copy is somebody else's.
     */
    private boolean isHere(String directory) throws IOException {
        Path named = Path.of(directory);
        return Files.notExists(named) || Files.exists(named) && Files.isSameFile(named, cluster);
    }

    /** Sent by PostgreSQL's own program, since Java has no SIGINT and a small image no {@code kill}. */
    private void signal(String name, ProcessHandle server) throws IOException, InterruptedException {
        binaries.command("pg_ctl", List.of("kill", name, Long.toString(server.pid()))).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    /** Its command line is gone as well when it has ended and nobody has asked for its exit code. */
    private static boolean hasEnded(ProcessHandle server) {
        return !server.isAlive() || server.info().arguments().isEmpty();
    }

    private boolean isReady(long pid) {
        List<String> lines = pidFile();
        return lines.size() >= 8 && lines.getFirst().strip().equals(Long.toString(pid))
                && lines.get(7).startsWith("ready");
    }

    /** Lines: pid, directory, start time, port, socket directory, address, shared memory key, state. */
    private List<String> pidFile() {
        try {
            return Files.readAllLines(cluster.resolve("postmaster.pid"));
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            throw new CannotStart("the embedded database's pid file cannot be read: " + unreadable.getMessage());
        }
    }

    private String reason(long from) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(from);
            byte[] tail = new byte[(int) Math.min(file.length() - from, 1 << 16)];
            file.readFully(tail);
            List<String> lines = new String(tail, StandardCharsets.UTF_8).lines().toList();
            String last = lines.isEmpty() ? "it said nothing" : lines.getLast();
            return lines.stream().filter(line -> line.contains("FATAL:")).reduce((a, b) -> b).orElse(last);
        }
    }

    private static boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(10);
        }
        return true;
    }
}

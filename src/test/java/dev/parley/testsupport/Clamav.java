package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

import org.awaitility.Awaitility;

/**
 * A real clamd with signatures of its own, so that no database need be fetched: the EICAR test string anywhere in a file,
 * and ClamAV's own test program, which it must find in archives too. It takes at most {@link #LIMIT} bytes.
 */
public final class Clamav implements AutoCloseable {

    /** The EICAR test string, in pieces so that nobody's scanner takes this file for it. */
    public static final byte[] EICAR = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")
            .getBytes(StandardCharsets.US_ASCII);
    public static final int LIMIT = 1024 * 1024;

    private static final Path SAMPLES = Path.of("/usr/share/clamav-testfiles");

    private final Path directory;
    private final int port;
    private Process process;

    private Clamav(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** Starts it, or skips the running test where it is not installed. */
    public static Clamav start(Path directory) {
        Tools.require("clamd", "apt-get install clamav-daemon");
        try {
            Path home = Files.createDirectories(directory.toAbsolutePath());
            Path signatures = Files.createDirectories(home.resolve("signatures"));
            HexFormat hex = HexFormat.of();
            Files.writeString(signatures.resolve("test.ndb"), "Eicar-Test-Signature:0:*:" + hex.formatHex(EICAR) + "\n");
            byte[] program = sample("clam.exe");
            Files.writeString(signatures.resolve("test.hsb"),
                    hex.formatHex(sha256(program)) + ":" + program.length + ":Clam-Test-Program\n");
            int port = freePort();
            Files.writeString(home.resolve("clamd.conf"), """
                    Foreground yes
                    DatabaseDirectory %s
                    LocalSocket %s
                    TCPSocket %d
                    TCPAddr 127.0.0.1
                    StreamMaxLength %d
                    TemporaryDirectory %s
                    """.formatted(signatures, socket(home), port, LIMIT, home));
            Clamav clamav = new Clamav(home, port, run(home));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> clamav.process.destroyForcibly()));
            clamav.awaitAnswer();
            return clamav;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of Debian's clamav-testfiles; the test is skipped where they are missing. */
    public static byte[] sample(String name) throws IOException {
        if (!Files.isRegularFile(SAMPLES.resolve(name))) {
            Tools.missing(SAMPLES.toString(), "apt-get install clamav-testfiles");
        }
        return Files.readAllBytes(SAMPLES.resolve(name));
    }

    /** Where one that was started in this directory listens. */
    public static Path socket(Path directory) {
        return directory.toAbsolutePath().resolve("clamd.sock");
    }

    public String tcp() {
        return "127.0.0.1:" + port;
    }

    public String unix() {
        return "unix:" + socket(directory);
    }

    /** It takes connections and does not answer any more. */
    public void freeze() {
        Tools.run(directory, "kill", "-STOP", Long.toString(process.pid()));
    }

    public void thaw() {
        Tools.run(directory, "kill", "-CONT", Long.toString(process.pid()));
    }

    public void kill() {
        process.destroyForcibly().onExit().join();
        try {
            Files.deleteIfExists(socket(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** After {@link #kill}, at the same addresses. */
    public void restart() {
        try {
            process = run(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitAnswer();
    }

    @Override
    public void close() {
        kill();
    }

    private static Process run(Path directory) throws IOException {
        return new ProcessBuilder("clamd", "-c", directory.resolve("clamd.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("clamd.log").toFile()))
                .start();
    }

    private void awaitAnswer() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50))
                .failFast("clamd has ended, see its clamd.log", () -> !process.isAlive())
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                        return channel.connect(UnixDomainSocketAddress.of(socket(directory)));
                    }
                });
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

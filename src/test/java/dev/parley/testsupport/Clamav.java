package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

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
    private final ServerProcess process;

    private Clamav(Path directory, int port) {
        this.directory = directory;
        this.port = port;
        this.process = ServerProcess.start(directory.resolve("clamd.log"),
                List.of("clamd", "-c", directory.resolve("clamd.conf").toString()), () -> answers(directory));
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
            int port = ParleyProcess.freePort();
            Files.writeString(home.resolve("clamd.conf"), """
                    Foreground yes
                    DatabaseDirectory %s
                    LocalSocket %s
                    TCPSocket %d
                    TCPAddr 127.0.0.1
                    StreamMaxLength %d
                    TemporaryDirectory %s
                    """.formatted(signatures, socket(home), port, LIMIT, home));
            return new Clamav(home, port);
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
        process.signal("STOP");
    }

    public void thaw() {
        process.signal("CONT");
    }

    public void kill() {
        process.kill();
        try {
            Files.deleteIfExists(socket(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** After {@link #kill}, at the same addresses. */
    public void restart() {
        process.restart();
    }

    @Override
    public void close() {
        kill();
    }

    private static boolean answers(Path directory) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket(directory)));
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

package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;

import org.jspecify.annotations.Nullable;

/**
 * An upload that has arrived as a whole. Closing it deletes the file, unless a store has moved it away.
 *
 * @param file temporary, on the disk of the data directory
 * @param size in bytes, at least 1
 * @param sha256 of all its bytes
 * @param head its first bytes, {@link Spool#HEAD} at most
 * @param object the key under which the store has these very bytes, and nobody else can change them; null where it has not
 */
public record Spooled(Path file, long size, byte[] sha256, byte[] head, @Nullable String object) implements AutoCloseable {

    Spooled(Path file, long size, byte[] sha256, byte[] head) {
        this(file, size, sha256, head, null);
    }

    /** A file as it lies there. @param known its hash, where it need not be read for that */
    static Spooled of(Path file, byte @Nullable [] known) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(Spool.HEAD);
            return new Spooled(file, Files.size(file), known != null ? known : sha256(head, in), head);
        }
    }

    private static byte[] sha256(byte[] head, InputStream rest) throws IOException {
        MessageDigest digest = Spool.sha256();
        digest.update(head);
        byte[] buffer = new byte[Spool.BUFFER];
        for (int got = rest.read(buffer); got >= 0; got = rest.read(buffer)) {
            digest.update(buffer, 0, got);
        }
        return digest.digest();
    }

    /** The file, for editing: whatever else goes by another name of it keeps the bytes as they came. */
    Path own() throws IOException {
        if ((int) Files.getAttribute(file, "unix:nlink") > 1) {
            Path copy = file.resolveSibling(file.getFileName() + "-own");
            try {
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException full) {
                try {
                    Files.deleteIfExists(copy);
                } catch (IOException stays) {
                    full.addSuppressed(stays);
                }
                throw full;
            }
        }
        return file;
    }

    Spooled stored(String key) {
        return new Spooled(file, size, sha256, head, key);
    }

    /** The same file after it was edited where it lies. */
    Spooled edited() throws IOException {
        return of(file, null);
    }

    @Override
    public void close() {
        Spool.forget(file);
    }
}

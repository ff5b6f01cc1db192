package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;

/**
 * An upload that has arrived as a whole. Closing it deletes the file, unless a store has moved it away.
 *
 * @param file temporary, on the disk of the data directory
 * @param size in bytes, at least 1
 * @param sha256 of all its bytes
 * @param head its first bytes, {@link Spool#HEAD} at most
 */
public record Spooled(Path file, long size, byte[] sha256, byte[] head) implements AutoCloseable {

    /** The file, for editing: whatever else goes by another name of it keeps the bytes as they came. */
    Path own() throws IOException {
        if ((int) Files.getAttribute(file, "unix:nlink") > 1) {
            Path copy = file.resolveSibling(file.getFileName() + "-own");
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }

    /** The same file after it was edited where it lies. */
    Spooled edited() throws IOException {
        MessageDigest digest = Spool.sha256();
        byte[] buffer = new byte[Spool.BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(Spool.HEAD);
            long length = start.length;
            digest.update(start);
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                digest.update(buffer, 0, got);
                length += got;
            }
            return new Spooled(file, length, digest.digest(), start);
        }
    }

    @Override
    public void close() {
        Spool.forget(file);
    }
}

package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.jspecify.annotations.Nullable;

/**
 * An upload that has arrived as a whole. Closing it deletes the file, unless a store has moved it away.
 *
 * @param file temporary, on the disk of the data directory
 * @param size in bytes, at least 1
 * @param head its first bytes, {@link Spool#HEAD} at most
 * @param object the key under which the store has these very bytes, and nobody else can change them; null where it has not
 */
public record Spooled(Path file, long size, byte[] head, @Nullable String object) implements AutoCloseable {

    Spooled(Path file, long size, byte[] head) {
        this(file, size, head, null);
    }

    /** A file as it lies there. */
    static Spooled of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new Spooled(file, Files.size(file), in.readNBytes(Spool.HEAD));
        }
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
        return new Spooled(file, size, head, key);
    }

    /** The same file after it was edited where it lies. */
    Spooled edited() throws IOException {
        return of(file);
    }

    @Override
    public void close() {
        // Mostly a store has moved it away, and to be told so by an exception costs more than to look.
        if (Files.exists(file)) {
            Spool.forget(file);
        }
    }
}

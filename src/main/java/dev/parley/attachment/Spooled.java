package dev.parley.attachment;

import java.nio.file.Path;

/**
 * An upload that has arrived as a whole. Closing it deletes the file, unless a store has moved it away.
 *
 * @param file temporary, on the disk of the data directory
 * @param size in bytes, at least 1
 * @param sha256 of all its bytes
 * @param head its first bytes, {@link Spool#HEAD} at most
 */
public record Spooled(Path file, long size, byte[] sha256, byte[] head) implements AutoCloseable {

    @Override
    public void close() {
        Spool.forget(file);
    }
}

package dev.parley.attachment;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * Where the bytes of files live. Narrow on purpose: everything known about a file besides its bytes is a row in the
 * database. Every method may block for as long as a disk or a network takes.
 * <p>
 * All methods throw {@link Refusal} with {@link Code#STORE_UNAVAILABLE} when the store does not answer or answers with
 * an error; the reason goes to the log and is the refusal's cause, never the client's to read.
 */
public interface ObjectStore {

    /** A key that nobody can guess and that owes nothing to what a client sent. */
    static String newKey() {
        return UUID.randomUUID().toString();
    }

    /**
     * Stores a finished file under a key: afterwards the object is there as a whole and survives a power cut, or it is
     * not there at all. The store may move the file away.
     *
     * @param file complete, no longer written to; the caller deletes what is left of it
     * @param contentType as recognised from the bytes
     * @throws Refusal {@link Code#STORAGE_FULL} when there is no room for it
     */
    void put(String key, Path file, String contentType);

    /** The same for a file that the store may have already, under another key. */
    default void put(String key, Spooled file, String contentType) {
        put(key, file.file(), contentType);
    }

    /**
     * Opens a range of an object. The stream must be closed; closing it early does not read the rest.
     *
     * @param offset first byte, within the object
     * @param length number of bytes, the range must end within the object
     * @throws Refusal {@link Code#FILE_NOT_FOUND} when there is no such object
     */
    InputStream read(String key, long offset, long length);

    /** Removes an object; one that is not there is no error. */
    void delete(String key);

    /** Whether files can be stored right now; answers within some seconds and never throws. */
    boolean reachable();

    /** Whether all instances have the same, so that one that is taken out for its sake leaves none that would do better. */
    boolean isShared();

    /** How far its clock is ahead of this machine's, to a second or so; empty when it has none or does not tell. */
    default Optional<Duration> clockAhead() {
        return Optional.empty();
    }

    /** What it holds, for finding what was left behind. */
    Inventory inventory();

    /** The object as a file of this machine, for the operating system to send; empty when there is none. */
    default Optional<Path> file(String key) {
        return Optional.empty();
    }
}

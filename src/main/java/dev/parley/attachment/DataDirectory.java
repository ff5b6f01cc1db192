package dev.parley.attachment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What of {@code parley.data-dir} belongs to files: {@code files/} holds the objects of the directory store,
 * {@code tmp/uploads/} the uploads that are still arriving, {@code tmp/previews/} what previews are made from. Whoever works
 * here holds a lock on {@code tmp/in-use}, so
 * that one who starts does not take what another is receiving for what a crash has left.
 */
@Singleton
public class DataDirectory {

    private static final Logger LOG = Logger.getLogger(DataDirectory.class);
    private static final Duration LONGER_THAN_ANY_UPLOAD = Duration.ofDays(1);
    private static final FileAttribute<?>[] OWNER_ONLY = FileSystems.getDefault().supportedFileAttributeViews()
            .contains("posix")
                    ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")) }
                    : new FileAttribute<?>[0];

    private final Path root;
    private @Nullable FileChannel inUse;
    private @Nullable FileLock shared;

    public DataDirectory(@ConfigProperty(name = "parley.data-dir", defaultValue = "data") Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path files() {
        return made(root.resolve("files"));
    }

    Path uploads() {
        return made(root.resolve("tmp/uploads"));
    }

    /** Where previews are made, a directory for each job. */
    public Path previews() {
        return made(root.resolve("tmp/previews"));
    }

    /** Every directory of files that nothing should be left in for long. */
    public List<Path> temporary() {
        return List.of(uploads(), made(root.resolve("tmp/bodies")));
    }

    /**
     * Deletes what a crash has left in a directory of temporary files; for starting, before anything arrives. Where
     * another program works on the same data, only what is older than any upload lasts.
     */
    public synchronized void sweep(Path directory) {
        try {
            FileLock alone = alone();
            try {
                delete(directory, alone != null ? Instant.MAX : Instant.now().minus(LONGER_THAN_ANY_UPLOAD));
            } finally {
                if (alone != null) {
                    alone.release();
                }
                share();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @PreDestroy
    synchronized void leave() throws IOException {
        if (inUse != null) {
            inUse.close();
        }
    }

    private @Nullable FileLock alone() throws IOException {
        if (inUse == null) {
            inUse = FileChannel.open(made(root.resolve("tmp")).resolve("in-use"), StandardOpenOption.CREATE,
                    StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        if (shared != null) {
            shared.release();
        }
        try {
            return inUse.tryLock();
        } catch (OverlappingFileLockException another) {
            return null;
        } catch (IOException noLocks) {
            LOG.debugf("No locks on %s: %s", root, noLocks);
            return null;
        }
    }

    private void share() throws IOException {
        try {
            shared = inUse == null ? null : inUse.lock(0, Long.MAX_VALUE, true);
        } catch (OverlappingFileLockException another) {
            shared = null;
        } catch (IOException noLocks) {
            shared = null;
        }
    }

    private static void delete(Path directory, Instant olderThan) throws IOException {
        try (Stream<Path> leftovers = Files.list(directory)) {
            for (Path leftover : leftovers.toList()) {
                if (Files.getLastModifiedTime(leftover).toInstant().isBefore(olderThan)) {
                    deleteTree(leftover);
                }
            }
        }
    }

    /** Deletes a file, or a directory with everything in it. */
    public static void deleteTree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** For this user alone; one that exists may be open to others on purpose. */
    private static Path made(Path directory) {
        try {
            return Files.createDirectories(directory, OWNER_ONLY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

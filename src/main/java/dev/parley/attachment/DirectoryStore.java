package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * Objects as files: {@code files/ab/abcdef…}, spread over 256 directories by the first two characters of their random
 * keys. A key appears by one rename of a file that is already on the disk, so a crash leaves a whole object or none.
 */
final class DirectoryStore implements ObjectStore {

    private final Path root;
    private final Path incoming;

    DirectoryStore(Path root) {
        this.root = root;
        this.incoming = incoming(root);
        try {
            Files.createDirectories(incoming);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void put(String key, Path file, String contentType) {
        Path target = path(key);
        try {
            if (!Files.isDirectory(target.getParent())) {
                Files.createDirectories(target.getParent());
                force(root);
            }
            try {
                moveIn(file, target);
            } catch (AtomicMoveNotSupportedException otherDisk) {
                copyIn(file, target);
            }
        } catch (IOException e) {
            throw Trouble.with(root, e);
        }
    }

    @Override
    public InputStream read(String key, long offset, long length) {
        try {
            return new FileRange(path(key), offset, length);
        } catch (NoSuchFileException e) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        } catch (IOException e) {
            throw Trouble.with(root, e);
        }
    }

    @Override
    public void delete(String key) {
        try {
            Files.deleteIfExists(path(key));
        } catch (IOException e) {
            throw Trouble.with(root, e);
        }
    }

    @Override
    public boolean reachable() {
        return Files.isDirectory(root) && Files.isWritable(root) && Files.isWritable(incoming);
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Inventory inventory() {
        return new DirectoryInventory(root, incoming, DirectoryPartials.root(root));
    }

    @Override
    public Optional<Path> file(String key) {
        return Optional.of(path(key)).filter(Files::isRegularFile);
    }

    /** Where a file of another disk is copied to before it becomes an object. */
    static Path incoming(Path root) {
        return root.resolve("incoming");
    }

    private Path path(String key) {
        return root.resolve(Keys.check(key).substring(0, 2)).resolve(key);
    }

    private static void moveIn(Path file, Path target) throws IOException {
        force(file);
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        force(target.getParent());
    }

    private void copyIn(Path file, Path target) throws IOException {
        Path copy = incoming.resolve(UUID.randomUUID().toString());
        try {
            Files.copy(file, copy);
            moveIn(copy, target);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** Without this a rename may reach the disk before the bytes do, or not at all (fsync(2)). */
    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

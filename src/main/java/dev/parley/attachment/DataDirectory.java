package dev.parley.attachment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What of {@code parley.data-dir} belongs to files: {@code files/} holds the objects of the directory store,
 * {@code tmp/uploads/} the uploads that are still arriving.
 */
@Singleton
public class DataDirectory {

    private final Path root;

    public DataDirectory(@ConfigProperty(name = "parley.data-dir", defaultValue = "data") Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path files() {
        return made(root.resolve("files"));
    }

    Path uploads() {
        return made(root.resolve("tmp/uploads"));
    }

    /** Deletes what a crash has left in a directory of temporary files. */
    static void sweep(Path directory) {
        try (Stream<Path> leftovers = Files.list(directory)) {
            for (Path leftover : leftovers.filter(Files::isRegularFile).toList()) {
                Files.deleteIfExists(leftover);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path made(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

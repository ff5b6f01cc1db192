package dev.parley.attachment.preview;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

import dev.parley.attachment.DataDirectory;

/** A directory for one job, gone when it is closed. */
record Workspace(Path directory) implements AutoCloseable {

    static Workspace in(Path root) throws IOException {
        return new Workspace(Files.createDirectory(root.resolve(UUID.randomUUID().toString())));
    }

    Path resolve(String name) {
        return directory.resolve(name);
    }

    @Override
    public void close() throws IOException {
        DataDirectory.deleteTree(directory);
    }
}

package dev.parley.attachment;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;

/** Files of any size whose bytes are known without keeping them. */
final class RandomFiles {

    private RandomFiles() {
    }

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static Path file(Path directory, int size) throws IOException {
        Path file = directory.resolve(UUID.randomUUID() + ".part");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(bytes(size));
        }
        return file;
    }
}

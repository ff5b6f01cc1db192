package dev.parley.attachment.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import jakarta.inject.Singleton;

import dev.parley.attachment.DataDirectory;

/** Uploads that were arriving at this instance and never ended. */
@Singleton
class TemporaryFiles implements Leftovers {

    private final DataDirectory data;

    TemporaryFiles(DataDirectory data) {
        this.data = data;
    }

    @Override
    public String kind() {
        return "temporary_file";
    }

    @Override
    public long find(Instant before, Consumer<List<Leftover>> found) {
        long looked = 0;
        for (Path directory : data.temporary()) {
            List<Leftover> old = new ArrayList<>();
            for (Path file : files(directory)) {
                looked++;
                try {
                    BasicFileAttributes known = Files.readAttributes(file, BasicFileAttributes.class);
                    if (known.lastModifiedTime().toInstant().isBefore(before)) {
                        old.add(new Leftover(file.getFileName().toString(), file.toString(), known.size(),
                                known.lastModifiedTime().toInstant()));
                    }
                } catch (NoSuchFileException goneMeanwhile) {
                    continue;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            found.accept(old);
        }
        return looked;
    }

    @Override
    public void remove(Leftover leftover) {
        try {
            Files.deleteIfExists(Path.of(leftover.id()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

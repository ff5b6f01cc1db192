package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;

/** What starts of the packaged program have in common: made once a build, by whichever test process comes first. */
public final class Prepared {

    private static final Path CACHE = Path.of("target", "parley", "parley.aot").toAbsolutePath();
    private static final Path DATABASE = Path.of("target", "parley", "prepared").toAbsolutePath();

    private Prepared() {
    }

    private interface Making {
        void run() throws IOException;
    }

    /** What the training run of the image writes. */
    public static Path cache() {
        once(CACHE, () -> Tools.run(Path.of("").toAbsolutePath(), Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "docker/Train.java",
                        ParleyProcess.PROGRAM.getParent().toString(), CACHE.toString()),
                Dockerfile.trainingOptions().stream()).toArray(String[]::new)));
        return CACHE;
    }

    /** Puts a database with all its tables and nobody's rows into a data directory. */
    static void database(Path data) {
        once(DATABASE, () -> {
            Path made;
            try (ParleyProcess first = ParleyProcess.neverInstalled("preparing")) {
                first.start().stop();
                made = first.data();
            }
            Path fresh = Files.createDirectories(DATABASE.resolveSibling("prepared.new"));
            for (String part : List.of("postgres", "postgres.password")) {
                Files.move(made.resolve(part), fresh.resolve(part));
            }
            Files.move(fresh, DATABASE, StandardCopyOption.ATOMIC_MOVE);
        });
        Tools.run(data, "cp", "-a", DATABASE + "/.", ".");
    }

    private static synchronized void once(Path made, Making making) {
        try (FileChannel lock = FileChannel.open(
                Files.createDirectories(made.getParent()).resolve(made.getFileName() + ".lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            lock.lock();
            FileTime built = Files.getLastModifiedTime(ParleyProcess.PROGRAM);
            if (!Files.exists(made) || Files.getLastModifiedTime(made).compareTo(built) < 0) {
                Database.deleteTree(made);
                making.run();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package dev.parley.attachment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * Uploads as growing files beside the objects, in {@code files/partial/}: on the disk, or the network file system, where
 * they will stay. An offset is told only after {@code fsync}, so that not even a power cut takes back what was acknowledged.
 */
final class DirectoryPartials implements PartialStore {

    private static final Logger LOG = Logger.getLogger(DirectoryPartials.class);

    private final Path root;

    /** @throws dev.parley.problem.Refusal of an upload, with the first of which this is made */
    DirectoryPartials(Path files) {
        this.root = root(files);
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw Trouble.with(files, e);
        }
    }

    /** Where uploads grow: each has the name of its key, and what becomes of it that with an ending. */
    static Path root(Path files) {
        return files.resolve("partial");
    }

    @Override
    public Held begin(String key, @Nullable Long length) {
        try {
            Files.createFile(path(key));
            try (FileChannel directory = FileChannel.open(root, StandardOpenOption.READ)) {
                directory.force(true);
            }
            return Held.nothing(key);
        } catch (IOException e) {
            throw Trouble.with(root, e);
        }
    }

    @Override
    public Sink open(Held held) {
        try {
            FileChannel file = FileChannel.open(path(held.key()), StandardOpenOption.WRITE);
            long there = file.size();
            if (there < held.size()) {
                file.close();
                throw lost(held, there);
            }
            file.truncate(held.size()).position(held.size());
            return new Growing(file, held);
        } catch (IOException e) {
            throw Trouble.with(root, e);
        }
    }

    @Override
    public Spooled assemble(Held held) {
        Path partial = path(held.key());
        Path whole = whole(held.key());
        try {
            Files.deleteIfExists(whole);
            try {
                // The store may move this name away, and the upload is still there if the database does not hear of it.
                Files.createLink(whole, partial);
            } catch (UnsupportedOperationException | FileSystemException noLinks) {
                Files.copy(partial, whole);
            }
            long there = Files.size(whole);
            if (there != held.size()) {
                throw lost(held, there);
            }
            return Spooled.of(whole);
        } catch (IOException e) {
            throw Trouble.with(root, e);
        }
    }

    @Override
    public void discard(Held held) {
        try {
            Path whole = whole(held.key());
            Files.deleteIfExists(whole.resolveSibling(whole.getFileName() + "-own"));
            Files.deleteIfExists(whole);
            Files.deleteIfExists(path(held.key()));
        } catch (IOException e) {
            throw Trouble.with(root, e);
        }
    }

    private Path path(String key) {
        return root.resolve(Keys.check(key));
    }

    private Path whole(String key) {
        return root.resolve(Keys.check(key) + "-whole");
    }

    private Refusal lost(Held held, long there) {
        LOG.errorf("An upload has lost bytes: %d of %d are in %s", there, held.size(), path(held.key()));
        return new Refusal(Code.STORE_UNAVAILABLE);
    }

    private final class Growing implements Sink {

        private final FileChannel file;
        private Held held;

        Growing(FileChannel file, Held held) {
            this.file = file;
            this.held = held;
        }

        @Override
        public void write(ByteBuffer bytes) {
            try {
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            } catch (IOException e) {
                throw Trouble.with(root, e);
            }
        }

        @Override
        public Held checkpoint() {
            return settle(false);
        }

        @Override
        public Held settle(boolean whole) {
            try {
                file.force(false);
                held = new Held(held.key(), file.position(), null, List.of());
                return held;
            } catch (IOException e) {
                throw Trouble.with(root, e);
            }
        }

        @Override
        public void remembered() {
            // What was there before is the beginning of what is there now.
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw Trouble.with(root, e);
            }
        }
    }
}

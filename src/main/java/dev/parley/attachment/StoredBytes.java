package dev.parley.attachment;

import java.io.InputStream;
import java.nio.file.Path;

/** The body of a download: a range of a file of this machine, or a stream from afar. */
sealed interface StoredBytes {

    record OfFile(Path file, long offset, long length) implements StoredBytes {
    }

    record OfStream(InputStream stream) implements StoredBytes {
    }

    static StoredBytes open(ObjectStore store, String key, long offset, long length) {
        return store.file(key)
                .<StoredBytes> map(file -> new OfFile(file, offset, length))
                .orElseGet(() -> new OfStream(store.read(key, offset, length)));
    }
}

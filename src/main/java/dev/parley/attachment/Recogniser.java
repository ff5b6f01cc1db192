package dev.parley.attachment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import dev.parley.attachment.media.Bytes;
import dev.parley.attachment.media.Formats;

/**
 * Tells what a file is from its bytes alone; names and claimed types are never asked. Reads headers, never pixels or
 * sound: a few MiB at the very most, but for text, which is checked to its end. Garbage is {@link FileType#UNKNOWN}.
 */
public final class Recogniser {

    private Recogniser() {
    }

    /** @throws IOException when the disk fails, never because of what the file holds */
    public static Recognised of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return of(channel);
        }
    }

    /**
     * @param file open for reading; its position is neither used nor moved
     * @throws IOException when the disk fails, never because of what the file holds
     */
    public static Recognised of(FileChannel file) throws IOException {
        return Formats.recognise(Bytes.of(file));
    }

    /**
     * What the first bytes already decide, so that an upload can be stopped at the limit of its kind before all of it
     * has come. A file so decided turns out to be of that kind or, being damaged or a pretence, a plain
     * {@link Kind#FILE}.
     *
     * @param head the file's first bytes; 64 are enough to decide what can be decided
     * @param length how many of them are filled
     * @return empty while undecided: text, and what may hold voice or video alike (MP4, WebM)
     */
    public static Optional<Kind> early(byte[] head, int length) {
        return Formats.early(Bytes.of(head, length));
    }
}

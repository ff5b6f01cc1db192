package dev.parley.attachment.privacy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * A file gone through once from its start, in which what is kept moves up to where something was dropped. Places are those
 * of the file as it came; only what was not gone through yet may be looked at.
 */
final class Compaction {

    private static final int BUFFER = 64 * 1024;

    private final FileChannel file;
    private final Window in;
    private final byte[] waiting = new byte[BUFFER];
    private int filled;
    private long written;
    private long read;
    private boolean changed;

    Compaction(FileChannel file) throws IOException {
        this.file = file;
        this.in = new Window(file, BUFFER);
    }

    Window in() {
        return in;
    }

    /** What was gone through until now. */
    long at() {
        return read;
    }

    /** How long the file has become until here. */
    long length() {
        return written + filled;
    }

    void keep(long until) throws IOException {
        long end = Math.min(until, in.size());
        if (length() == read) {
            flush();
            written = Math.max(read, end);
            read = written;
        }
        while (read < end) {
            if (filled == BUFFER) {
                flush();
            }
            int got = in.read(read, waiting, filled, (int) Math.min(end - read, BUFFER - filled));
            filled += got;
            read += got;
        }
    }

    void drop(long until) {
        long end = Math.min(until, in.size());
        if (end > read) {
            read = end;
            changed = true;
        }
    }

    /**
     * Drops as far as there and puts this in its place: nothing, when it would be longer than all that was dropped so far.
     */
    void replace(long until, byte[] with) throws IOException {
        if (until - read == with.length && Arrays.equals(in.copy(read, with.length), with)) {
            keep(until);
            return;
        }
        drop(until);
        if (read - length() >= with.length) {
            for (byte one : with) {
                if (filled == BUFFER) {
                    flush();
                }
                waiting[filled++] = one;
            }
            changed = true;
        }
    }

    /** Overwrites what was kept. @param place counted in the file as it has become */
    void amend(long place, byte[] with) throws IOException {
        flush();
        byte[] now = new byte[with.length];
        file.read(ByteBuffer.wrap(now), place);
        if (!Arrays.equals(now, with)) {
            write(ByteBuffer.wrap(with), place);
            changed = true;
        }
    }

    /** Drops the rest; says whether the file is another than before. */
    boolean end() throws IOException {
        drop(in.size());
        flush();
        if (changed) {
            file.truncate(written);
        }
        return changed;
    }

    private void flush() throws IOException {
        write(ByteBuffer.wrap(waiting, 0, filled), written);
        written += filled;
        filled = 0;
    }

    private void write(ByteBuffer bytes, long place) throws IOException {
        for (long at = place; bytes.hasRemaining();) {
            at += file.write(bytes, at);
        }
    }
}

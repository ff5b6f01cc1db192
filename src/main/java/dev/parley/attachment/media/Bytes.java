package dev.parley.attachment.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A file read here and there through a small window. Every access counts against one budget, so that whatever lengths
 * and offsets a file claims, recognising it stays cheap. An access outside the file or the budget throws
 * {@link Beyond}; offsets may therefore be handed in as they were read, overflown ones too.
 */
public final class Bytes implements Octets {

    /** The file ends before, or too much was read already. An answer, not a fault: it carries no stack trace. */
    static final class Beyond extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Beyond() {
            super("beyond the file or the budget", null, false, false);
        }
    }

    private static final int WINDOW = 1024;
    private static final int CHUNK = 64 * 1024;
    static final long MOST_READ = 6L * 1024 * 1024;
    private static final long MOST_STEPS = 4_000_000;

    private final @Nullable FileChannel file;
    private final long size;
    private byte[] window;
    private long start;
    private int filled;
    private long readable = MOST_READ;
    private long steps = MOST_STEPS;
    private long fetched;

    private Bytes(@Nullable FileChannel file, long size, byte[] window, int filled) {
        this.file = file;
        this.size = size;
        this.window = window;
        this.filled = filled;
    }

    public static Bytes of(FileChannel file) throws IOException {
        return new Bytes(file, file.size(), new byte[WINDOW], 0);
    }

    /** The first {@code length} bytes of the array, as if they were the whole file. */
    public static Bytes of(byte[] file, int length) {
        return new Bytes(null, length, file, length);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int u8(long at) throws IOException {
        if (at < 0 || at >= size || --steps < 0) {
            throw new Beyond();
        }
        if (at < start || at >= start + filled) {
            move(at);
        }
        return window[(int) (at - start)] & 0xff;
    }

    private void move(long at) throws IOException {
        // A window is charged whole: a file of a byte here and a byte there costs as many reads of the disk.
        if ((readable -= WINDOW) < 0) {
            throw new Beyond();
        }
        filled = 0;
        filled = read(at, window, WINDOW);
        start = at;
        if (filled == 0) {
            throw new Beyond();
        }
    }

    /** Reads outside the budget; returns how much, less than {@code length} only at the end of the file. */
    int read(long at, byte[] into, int length) throws IOException {
        if (file == null) {
            int have = Math.clamp(size - at, 0, length);
            System.arraycopy(window, (int) at, into, 0, have);
            return have;
        }
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                break;
            }
        }
        fetched += buffer.position();
        return buffer.position();
    }

    /** How many bytes were read from the disk so far, within the budget and outside. */
    long fetched() {
        return fetched;
    }

    /**
     * Where these bytes stand for the last time, looking backwards.
     *
     * @param from the lowest place looked at
     * @param before the place they must start before
     * @return -1 when they do not stand there
     */
    long last(String bytes, long from, long before) throws IOException {
        byte[] wanted = bytes.getBytes(StandardCharsets.ISO_8859_1);
        byte[] chunk = new byte[CHUNK + wanted.length - 1];
        long to = Math.min(before, size);
        while (to > from) {
            long at = Math.max(from, to - CHUNK);
            if (at < 0 || (readable -= chunk.length) < 0) {
                throw new Beyond();
            }
            int have = read(at, chunk, (int) Math.min(to - at + wanted.length - 1, size - at));
            for (int i = have - wanted.length; i >= 0; i--) {
                if (chunk[i] == wanted[0] && Arrays.equals(chunk, i, i + wanted.length, wanted, 0, wanted.length)) {
                    return at + i;
                }
            }
            to = at;
        }
        return -1;
    }
}

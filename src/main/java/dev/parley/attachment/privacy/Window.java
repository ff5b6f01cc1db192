package dev.parley.attachment.privacy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

import dev.parley.attachment.media.IsoBox;
import dev.parley.attachment.media.Octets;

/** A file of any size, read and overwritten here and there through a small buffer. */
final class Window implements Octets {

    /** The file ends before. An answer, not a fault: it carries no stack trace. */
    static final class End extends RuntimeException {
        private static final long serialVersionUID = 1L;

        End() {
            super("beyond the end of the file", null, false, false);
        }
    }

    private final FileChannel file;
    private final long size;
    private final byte[] bytes;
    private long start;
    private int filled;
    private int dirtyFrom = Integer.MAX_VALUE;
    private int dirtyTo;
    private boolean changed;

    Window(FileChannel file, int length) throws IOException {
        this.file = file;
        this.size = file.size();
        this.bytes = new byte[length];
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int u8(long at) throws IOException {
        return bytes[offset(at)] & 0xff;
    }

    /** @param length at most some ten thousand: the caller has checked it; cut at the end of the file */
    byte[] copy(long at, int length) throws IOException {
        byte[] copy = new byte[Math.clamp(size - at, 0, length)];
        for (int done = 0; done < copy.length;) {
            done += read(at + done, copy, done, copy.length - done);
        }
        return copy;
    }

    /** Reads what the buffer holds from there on, at least one byte; returns how much. */
    int read(long at, byte[] into, int offset, int length) throws IOException {
        int from = offset(at);
        int have = Math.min(length, filled - from);
        System.arraycopy(bytes, from, into, offset, have);
        return have;
    }

    /** Where the value stands next, or the size of the file. */
    long next(int value, long from) throws IOException {
        byte wanted = (byte) value;
        for (long at = from; at < size;) {
            int first = offset(at);
            for (int i = first; i < filled; i++) {
                if (bytes[i] == wanted) {
                    return start + i;
                }
            }
            at = start + filled;
        }
        return size;
    }

    void set(long at, String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            set(offset(at + i), (byte) text.charAt(i));
        }
    }

    void set32(long at, int value) throws IOException {
        for (int i = 0; i < 4; i++) {
            set(offset(at + i), (byte) (value >> 24 - 8 * i));
        }
    }

    /** Nothing but zeros from here to there, cut at the end of the file. */
    void zero(long from, long to) throws IOException {
        long end = Math.min(to, size);
        for (long at = from; at < end;) {
            int first = offset(at);
            int last = (int) Math.min(filled, end - start);
            for (int i = first; i < last; i++) {
                set(i, (byte) 0);
            }
            at = start + last;
        }
    }

    /** Makes it a box that means nothing and holds nothing, so that nothing else has to move. */
    void free(IsoBox box) throws IOException {
        set(box.at() + 4, "free");
        zero(box.body(), box.end());
    }

    /** Nothing but zeros between two places counted from the start of a box's contents, as far as it reaches. */
    void zero(IsoBox box, long from, long to) throws IOException {
        zero(box.body() + from, Math.min(box.body() + to, box.end()));
    }

    /** When it was made and changed, of the headers of movies, tracks and media, which start alike. */
    void forgetTimes(IsoBox box) throws IOException {
        zero(box, 4, box.end() > box.body() && box.isLong(this) ? 20 : 12);
    }

    private void set(int offset, byte value) {
        if (bytes[offset] != value) {
            bytes[offset] = value;
            dirtyFrom = Math.min(dirtyFrom, offset);
            dirtyTo = offset + 1 > dirtyTo ? offset + 1 : dirtyTo;
            changed = true;
        }
    }

    private int offset(long at) throws IOException {
        if (at < start || at >= start + filled) {
            move(at);
        }
        return (int) (at - start);
    }

    private void move(long at) throws IOException {
        if (at < 0 || at >= size) {
            throw new End();
        }
        flush();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) >= 0) {
            // Until the buffer is full or the file at its end.
        }
        start = at;
        filled = (int) Math.min(buffer.position(), size - at);
        if (filled == 0) {
            throw new End();
        }
    }

    /** Writes what was overwritten; says whether anything ever was. */
    boolean flush() throws IOException {
        if (dirtyFrom < dirtyTo) {
            ByteBuffer buffer = ByteBuffer.wrap(Arrays.copyOfRange(bytes, dirtyFrom, dirtyTo));
            while (buffer.hasRemaining()) {
                file.write(buffer, start + dirtyFrom + buffer.position());
            }
        }
        dirtyFrom = Integer.MAX_VALUE;
        dirtyTo = 0;
        return changed;
    }
}

package dev.parley.attachment;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import dev.parley.connection.Pieces;

/**
 * Cuts a multipart body (RFC 2046, 5.1) into its parts as it arrives. The delimiter is looked for by its last byte first
 * (Horspool 1980), which passes over most of a file: looking at every byte costs more than all else that is done with it.
 */
final class FormReader {

    /** Set aside for every form before its first byte. */
    private static final int LITTLE = 16 * 1024;
    /** From when on a form has filled that. */
    private static final int MUCH = 128 * 1024;
    private static final byte[] BLANK_LINE = { '\r', '\n', '\r', '\n' };

    private final InputStream body;
    private final byte[] delimiter;
    private final int[] shifts = new int[256];
    private final int longestHeaders;
    private byte[] window = new byte[LITTLE];
    private int start;
    private int end;

    /** @param boundary as the request's header names it */
    FormReader(InputStream body, byte[] boundary, int longestHeaders) {
        this.body = body;
        this.longestHeaders = longestHeaders;
        // A body begins at the beginning of a line.
        byte[] before = "\r\n--".getBytes(StandardCharsets.US_ASCII);
        delimiter = Arrays.copyOf(before, before.length + boundary.length);
        System.arraycopy(boundary, 0, delimiter, before.length, boundary.length);
        Arrays.fill(shifts, delimiter.length);
        for (int i = 0; i < delimiter.length - 1; i++) {
            shifts[delimiter[i] & 0xff] = delimiter.length - 1 - i;
        }
        window[end++] = '\r';
        window[end++] = '\n';
    }

    /**
     * Goes to the first part, or from the end of one to the next.
     *
     * @return whether there is one
     * @throws IOException when the body is malformed or breaks off
     */
    boolean next() throws IOException {
        Part rest = content();
        while (rest.next() != null) {
            // What nobody wanted, or the preamble.
        }
        start += delimiter.length;
        require(2);
        boolean more = window[start] == '\r' && window[start + 1] == '\n';
        if (!more && (window[start] != '-' || window[start + 1] != '-')) {
            throw new IOException("Something follows a boundary");
        }
        start += 2;
        return more;
    }

    /** The lines before a part's content, one character for every byte. */
    String headers() throws IOException {
        int seen = 0;
        while (true) {
            int blank = blankLine(start + seen);
            // The last bytes may be the beginning of a blank line.
            if ((blank < 0 ? end - BLANK_LINE.length + 1 : blank) - start > longestHeaders) {
                throw new IOException("Too many headers");
            }
            if (blank >= 0) {
                String lines = new String(window, start, blank - start, StandardCharsets.ISO_8859_1);
                start = blank + BLANK_LINE.length;
                return lines;
            }
            seen = Math.max(0, end - start - BLANK_LINE.length + 1);
            fill();
        }
    }

    /** The bytes of a part from here to its end. */
    Part content() {
        return new Part();
    }

    private int blankLine(int from) {
        for (int at = from; at + BLANK_LINE.length <= end; at++) {
            if (Arrays.equals(window, at, at + BLANK_LINE.length, BLANK_LINE, 0, BLANK_LINE.length)) {
                return at;
            }
        }
        return -1;
    }

    private void require(int bytes) throws IOException {
        while (end - start < bytes) {
            fill();
        }
    }

    /** Adds all that has come, and at least something. */
    private void fill() throws IOException {
        byte[] room = end == window.length && end < MUCH ? new byte[MUCH] : window;
        System.arraycopy(window, start, room, 0, end - start);
        window = room;
        end -= start;
        start = 0;
        do {
            int got = body.read(window, end, window.length - end);
            if (got < 0) {
                throw new EOFException();
            }
            end += got;
        } while (end < window.length && body.available() > 0);
    }

    /** Where the delimiter begins in what is there; otherwise where it could still begin, as {@code -1 - index}. */
    private int find() {
        int last = delimiter.length - 1;
        int at = start;
        while (at + last < end) {
            byte there = window[at + last];
            int shift = shifts[there & 0xff];
            if (shift == delimiter.length && there != delimiter[last]) {
                // Nearly always: the processor goes ahead with a length that it knows, and does not wait for the byte.
                at += delimiter.length;
                continue;
            }
            if (there == delimiter[last] && Arrays.equals(window, at, at + last, delimiter, 0, last)) {
                return at;
            }
            at += shift;
        }
        return -1 - Math.min(at, end);
    }

    /** Ends before the delimiter. */
    final class Part extends Pieces {

        @Override
        protected @Nullable ByteBuffer fetch() throws IOException {
            while (true) {
                int found = find();
                int to = found >= 0 ? found : -1 - found;
                if (to > start) {
                    ByteBuffer piece = ByteBuffer.wrap(window, start, to - start);
                    start = to;
                    return piece;
                }
                if (found >= 0) {
                    return null;
                }
                fill();
            }
        }
    }
}

package dev.parley.connection;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/** Bytes that come piece by piece, to be had where they lie: read as a stream they are copied once more. */
public abstract class Pieces extends InputStream {

    /** Until so much has come, no more is set aside for it. */
    private static final int LITTLE = 4 * 1024;
    private static final int MUCH = 64 * 1024;

    /** What {@link #read} has left of the last piece. */
    private @Nullable ByteBuffer left;
    private boolean over;

    /** Any stream in pieces. */
    public static Pieces of(InputStream in) {
        return in instanceof Pieces pieces ? pieces : new Copied(in);
    }

    /**
     * Waits for the next bytes.
     *
     * @return some, which are good until the next call of any method; null at the end
     */
    public final @Nullable ByteBuffer next() throws IOException {
        ByteBuffer piece = left;
        left = null;
        if (piece != null && piece.hasRemaining()) {
            return piece;
        }
        if (!over) {
            piece = fetch();
            over = piece == null;
            return piece;
        }
        return null;
    }

    /** Waits until it is known whether anything comes. */
    public final boolean isEmpty() throws IOException {
        left = next();
        return left == null;
    }

    @Override
    public final int read() throws IOException {
        return isEmpty() || left == null ? -1 : left.get() & 0xff;
    }

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (isEmpty() || left == null) {
            return -1;
        }
        int some = Math.min(length, left.remaining());
        left.get(into, offset, some);
        return some;
    }

    @Override
    public int available() throws IOException {
        return left == null ? 0 : left.remaining();
    }

    /** Says that nobody reads on. Whoever opened a stream that is taken in pieces closes it. */
    @Override
    public void close() {
    }

    /** As {@link #next}, called once for every piece and not after the end. */
    protected abstract @Nullable ByteBuffer fetch() throws IOException;

    private static final class Copied extends Pieces {

        private final InputStream in;
        private byte[] buffer = new byte[LITTLE];
        private int filled;

        Copied(InputStream in) {
            this.in = in;
        }

        @Override
        protected @Nullable ByteBuffer fetch() throws IOException {
            if (filled == LITTLE) {
                buffer = new byte[MUCH];
            }
            filled = in.read(buffer);
            return filled < 0 ? null : ByteBuffer.wrap(buffer, 0, filled);
        }

        @Override
        public int available() throws IOException {
            return super.available() + in.available();
        }
    }
}

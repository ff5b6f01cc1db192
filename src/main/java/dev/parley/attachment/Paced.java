package dev.parley.attachment;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * A body that must keep coming: whoever sends a few bytes now and then holds a connection and a temporary file for as
 * long as they like. Only the time spent waiting for the network counts, not what is done with the bytes. A body that
 * stops altogether is ended by {@code quarkus.http.read-timeout}.
 */
public final class Paced extends FilterInputStream {

    /** Slower than any line that people upload over. */
    static final long BYTES_A_SECOND = 1024;
    static final long GRACE_SECONDS = 15;

    private final LongSupplier nanoTime;
    private long seen;
    private long waited;

    public Paced(InputStream body) {
        this(body, System::nanoTime);
    }

    Paced(InputStream body, LongSupplier nanoTime) {
        super(body);
        this.nanoTime = nanoTime;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws Refusal {@link Code#TIMED_OUT} when it comes too slowly on the whole */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        long start = nanoTime.getAsLong();
        int got = super.read(into, offset, length);
        waited += nanoTime.getAsLong() - start;
        seen += Math.max(got, 0);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(waited);
        if (got >= 0 && seconds >= GRACE_SECONDS && seen < seconds * BYTES_A_SECOND) {
            throw new Refusal(Code.TIMED_OUT);
        }
        return got;
    }
}

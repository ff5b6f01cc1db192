package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.parley.connection.Pieces;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * A body that must keep coming: whoever sends a few bytes now and then holds a connection and a temporary file for as
 * long as they like. Only the time spent waiting for the network counts, not what is done with the bytes. A body that
 * stops altogether is ended by {@code quarkus.http.read-timeout}.
 */
public final class Paced extends Pieces {

    /** Slower than any line that people upload over. */
    static final long BYTES_A_SECOND = 1024;
    static final long GRACE_SECONDS = 15;

    private final Pieces body;
    private final LongSupplier nanoTime;
    private long seen;
    private long waited;

    public Paced(InputStream body) {
        this(body, System::nanoTime);
    }

    Paced(InputStream body, LongSupplier nanoTime) {
        this.body = Pieces.of(body);
        this.nanoTime = nanoTime;
    }

    /** @throws Refusal {@link Code#TIMED_OUT} when it comes too slowly on the whole */
    @Override
    protected @Nullable ByteBuffer fetch() throws IOException {
        long start = nanoTime.getAsLong();
        ByteBuffer piece = body.next();
        waited += nanoTime.getAsLong() - start;
        seen += piece == null ? 0 : piece.remaining();
        long seconds = TimeUnit.NANOSECONDS.toSeconds(waited);
        if (piece != null && seconds >= GRACE_SECONDS && seen < seconds * BYTES_A_SECOND) {
            throw new Refusal(Code.TIMED_OUT);
        }
        return piece;
    }

    @Override
    public int available() throws IOException {
        return super.available() + body.available();
    }

    @Override
    public void close() {
        body.close();
    }
}

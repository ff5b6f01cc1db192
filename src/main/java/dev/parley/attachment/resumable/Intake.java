package dev.parley.attachment.resumable;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.PartialStore.Sink;
import dev.parley.attachment.Spool;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * One body on its way: large pieces to the store however small they come, and now and then a word to the database, so that
 * a process that is killed loses a few of them at most.
 */
final class Intake {

    private static final int PIECE = 128 * 1024;
    private static final long CHECKPOINT = 16L * 1024 * 1024;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /** Names the most bytes that the whole may have; may refuse it. */
    @FunctionalInterface
    interface Limit {

        /** @param head the first bytes of the file; null when they came in an earlier request */
        long forHead(byte @Nullable [] head);
    }

    private final Lease lease;
    private final Sink sink;
    private final @Nullable MessageDigest sha256;
    private final @Nullable MessageDigest sum;
    private final Limit limit;
    private final byte[] piece = new byte[PIECE];
    private int filled;
    private long offset;
    private long most = -1;
    private long checkpoint;
    private long flushed = System.nanoTime();

    /** @param sum of this body alone; while it is not known to be right, nothing of it counts */
    Intake(Lease lease, Sink sink, @Nullable MessageDigest sha256, @Nullable MessageDigest sum, Limit limit) {
        this.lease = lease;
        this.sink = sink;
        this.sha256 = sha256;
        this.sum = sum;
        this.limit = limit;
        this.offset = lease.upload().offset();
        this.checkpoint = offset;
    }

    /** @return why the body broke off; null when it came to its end */
    @Nullable
    RuntimeException take(InputStream body) {
        RuntimeException broken = null;
        for (boolean more = true; more;) {
            try {
                int got = body.read(piece, filled, PIECE - filled);
                more = got >= 0;
                filled += Math.max(got, 0);
            } catch (IOException gone) {
                broken = new Refusal(Code.BAD_REQUEST, "The upload broke off");
                more = false;
            } catch (Refusal tooSlow) {
                broken = tooSlow;
                more = false;
            }
            if (filled == PIECE || filled > 0 && (!more || System.nanoTime() - flushed > PATIENCE)) {
                flush();
            }
        }
        return broken;
    }

    Upload settle() {
        Upload upload = lease.upload();
        boolean whole = upload.length() != null && upload.length() == offset;
        lease.hold();
        Upload settled = lease.save(sink.settle(whole), upload.length());
        sink.remembered();
        return settled;
    }

    private void flush() {
        if (most < 0) {
            most = limit.forHead(offset == 0 ? Arrays.copyOf(piece, Math.min(filled, Spool.HEAD)) : null);
        }
        if (offset + filled > most) {
            throw lease.upload().length() != null ? surplus() : Spool.tooLarge(most);
        }
        lease.hold();
        sink.write(piece, filled);
        if (sha256 != null) {
            sha256.update(piece, 0, filled);
        }
        if (sum != null) {
            sum.update(piece, 0, filled);
        }
        offset += filled;
        filled = 0;
        flushed = System.nanoTime();
        if (sum == null && offset - checkpoint >= CHECKPOINT) {
            lease.save(sink.checkpoint(), lease.upload().length());
            sink.remembered();
            checkpoint = offset;
        }
    }

    static Refusal surplus() {
        return new Refusal(Code.REQUEST_TOO_LARGE, "The body goes beyond the Upload-Length");
    }
}

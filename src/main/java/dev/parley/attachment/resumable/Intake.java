package dev.parley.attachment.resumable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.PartialStore.Sink;
import dev.parley.attachment.Spool;
import dev.parley.connection.Pieces;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * One body on its way: to the store in the pieces in which it comes, and now and then a word to the database, so that a
 * process that is killed loses a few of them at most.
 */
final class Intake {

    private static final long CHECKPOINT = 16L * 1024 * 1024;
    /** Bytes that decide what can be decided: see Recogniser. */
    private static final int HEAD = 64;

    /** Names the most bytes that the whole may have; may refuse it. */
    @FunctionalInterface
    interface Limit {

        /** @param head the first bytes of the file; null when they came in an earlier request */
        long forHead(byte @Nullable [] head);
    }

    private final Lease lease;
    private final Sink sink;
    private final @Nullable MessageDigest sum;
    private final Limit limit;
    private final ByteBuffer head = ByteBuffer.allocate(HEAD);
    private long offset;
    private long most = -1;
    private long checkpoint;

    /** @param sum of this body alone; while it is not known to be right, nothing of it counts */
    Intake(Lease lease, Sink sink, @Nullable MessageDigest sum, Limit limit) {
        this.lease = lease;
        this.sink = sink;
        this.sum = sum;
        this.limit = limit;
        this.offset = lease.upload().offset();
        this.checkpoint = offset;
    }

    /** @return why the body broke off; null when it came to its end */
    @Nullable
    RuntimeException take(Pieces body) {
        if (offset > 0) {
            most = limit.forHead(null);
        }
        while (true) {
            ByteBuffer piece;
            try {
                piece = body.next();
            } catch (IOException gone) {
                decide();
                return new Refusal(Code.BAD_REQUEST, "The upload broke off");
            } catch (Refusal tooSlow) {
                decide();
                return tooSlow;
            }
            if (piece == null) {
                decide();
                return null;
            }
            take(piece);
        }
    }

    Upload settle() {
        Upload upload = lease.upload();
        boolean whole = upload.length() != null && upload.length() == offset;
        lease.hold();
        Upload settled = lease.save(sink.settle(whole), upload.length());
        sink.remembered();
        return settled;
    }

    private void take(ByteBuffer piece) {
        int size = piece.remaining();
        if (most < 0) {
            ByteBuffer start = piece.duplicate();
            head.put(start.limit(start.position() + Math.min(size, head.remaining())));
            if (!head.hasRemaining()) {
                decide();
            }
        }
        if (most >= 0 && offset + size > most) {
            throw lease.upload().length() != null ? surplus() : Spool.tooLarge(most);
        }
        lease.hold();
        if (sum != null) {
            sum.update(piece.duplicate());
        }
        sink.write(piece);
        offset += size;
        if (sum == null && offset - checkpoint >= CHECKPOINT) {
            lease.save(sink.checkpoint(), lease.upload().length());
            sink.remembered();
            checkpoint = offset;
        }
    }

    /** As soon as the first bytes tell, or when there are no more. */
    private void decide() {
        if (most < 0 && head.position() > 0) {
            most = limit.forHead(Arrays.copyOf(head.array(), head.position()));
            if (offset > most) {
                throw lease.upload().length() != null ? surplus() : Spool.tooLarge(most);
            }
        }
    }

    static Refusal surplus() {
        return new Refusal(Code.REQUEST_TOO_LARGE, "The body goes beyond the Upload-Length");
    }
}

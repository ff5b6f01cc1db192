package dev.parley.room;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;

/**
 * Something that takes a version of a room: a post, an edit, a receipt, a new member. The {@link Writer} applies it
 * with its room locked, in one transaction with whatever else has queued.
 *
 * @param <T> what whoever asked is told after the commit
 */
public abstract class Change<T> {

    /** How long one waits to be written, in nanoseconds. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(4);
    /** How old one may be when it is tried: whoever asked has gone when a later try is over, see {@link Answers}. */
    private static final long OLDEST = TimeUnit.SECONDS.toNanos(10);

    public final long roomId;
    public final long userId;
    final CompletableFuture<T> done = new CompletableFuture<>();
    private @Nullable T answer;
    private @Nullable RuntimeException refused;
    long queuedAt;

    protected Change(long roomId, long userId) {
        this.roomId = roomId;
        this.userId = userId;
    }

    /** Refused after it had written: its transaction must not be committed. */
    static final class HalfDone extends RuntimeException {

        private static final long serialVersionUID = 1L;

        final transient Refusal refusal;

        HalfDone(Refusal refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }

    /**
     * Whether it can be applied without anything being read first but where its room stands and who is in it. All that it
     * writes is a {@link Bulk}'s then, since no transaction has begun.
     */
    protected boolean isBlind() {
        return false;
    }

    /** Registers what should be read for the whole batch at once, after the rooms are locked. */
    protected void gather(Batch batch) {
    }

    /**
     * Applies the change; a {@link Refusal} refuses this change alone and must come before anything
     * was written or numbered. May run again when a batch is retried, so it keeps no state of an earlier run.
     */
    protected abstract T apply(RoomTurn turn) throws SQLException;

    final void run(RoomTurn turn) throws SQLException {
        answer = null;
        refused = null;
        long before = turn.version();
        try {
            answer = apply(turn);
        } catch (Refusal refusal) {
            if (turn.version() != before) {
                // Part of it is done, so that only a rollback can refuse it.
                throw new HalfDone(refusal);
            }
            refused = refusal;
        }
    }

    /** It has waited for longer than whoever asked should. */
    final boolean refuseIfTooOld() {
        return refuseIfOlderThan(PATIENCE);
    }

    /** Trying it has taken so long that whoever asked would not hear that it was done after all. */
    final boolean refuseIfTriedForTooLong() {
        return refuseIfOlderThan(OLDEST);
    }

    private boolean refuseIfOlderThan(long age) {
        if (System.nanoTime() - queuedAt <= age) {
            return false;
        }
        refuse(Outage.refusal());
        settle();
        return true;
    }

    final void refuse(RuntimeException reason) {
        answer = null;
        refused = reason;
    }

    final void settle() {
        if (refused != null) {
            done.completeExceptionally(refused);
        } else {
            done.complete(answer);
        }
    }

    static void refuse(List<Change<?>> changes, Refusal refusal) {
        for (Change<?> change : changes) {
            change.refuse(refusal);
            change.settle();
        }
    }
}

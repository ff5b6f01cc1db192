package dev.parley.relay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;

/**
 * Obeys one client's commands in the order they came. Posts and receipts are queued and awaited by nobody; what may block
 * runs on a virtual thread while later commands wait. When too many wait, no more is read from the network. Used on the
 * client's event loop alone, where nothing else is said.
 */
public final class Turns {

    private static final Logger LOG = Logger.getLogger(Turns.class);
    /** Characters: one frame with files may be obeyed while little else waits. */
    private static final long MOST_HELD = 1 << 20;

    private final Executor loop;
    private final Executor blocking;
    private final int mostWaiting;
    private final BooleanSupplier open;
    private final Consumer<Boolean> reading;
    private final Deque<Command> waiting = new ArrayDeque<>(4);
    /** Posts and receipts that the writer has not answered. */
    private final AtomicInteger inFlight = new AtomicInteger();
    /** Characters of the commands that wait or are being obeyed. */
    private long held;
    private @Nullable Command obeyed;
    private boolean busy;
    private volatile boolean paused;
    /** What waits for the writer to have answered all that is in flight. */
    private volatile @Nullable Runnable afterwards;

    /**
     * @param size characters of its frame, which it may hold on to
     * @param done called when it does no longer
     */
    private record Command(Runnable obey, int size, Runnable done) {
    }

    /** What may block. */
    public interface Blocking {
        /** @return what to do on the event loop afterwards */
        Runnable run() throws Exception;
    }

    /**
     * @param loop runs tasks one after the other, in order
     * @param blocking takes what may block
     * @param open whether somebody is still there: what is left is obeyed all the same, but nothing said to them
     * @param reading told false when no more should be read from the network, and true when it may go on
     */
    public Turns(Executor loop, Executor blocking, int mostWaiting, BooleanSupplier open, Consumer<Boolean> reading) {
        this.loop = loop;
        this.blocking = blocking;
        this.mostWaiting = mostWaiting;
        this.open = open;
        this.reading = reading;
    }

    /** Obeys a command when those before it are obeyed. */
    public void take(Runnable obey, int size) {
        take(obey, size, () -> {
        });
    }

    /** Obeys a command when those before it are obeyed, and says so. */
    public void take(Runnable obey, int size, Runnable done) {
        held += size;
        waiting.add(new Command(obey, size, done));
        next();
        if (!paused && (waiting.size() + inFlight.get() >= mostWaiting || held > MOST_HELD)) {
            paused = true;
            reading.accept(false);
            // The writer may have answered all of them just before it could see that this is paused.
            readOn();
        }
    }

    /** Runs what may block; later commands wait for it. */
    public void offload(Blocking work, Consumer<Refusal> refused) {
        busy = true;
        blocking.execute(() -> {
            Runnable after;
            try {
                after = work.run();
            } catch (Throwable e) {
                // Out of memory, say, which the next command need not be: nobody else would go on with it.
                Refusal refusal = refusal(e);
                after = () -> refused.accept(refusal);
            }
            Runnable then = after;
            loop.execute(() -> {
                free();
                try {
                    if (open.getAsBoolean()) {
                        then.run();
                    }
                } finally {
                    next();
                }
            });
        });
    }

    /**
     * Counts something that was handed to the writer until it is answered; later commands do not wait for it. On any thread.
     *
     * @param done called on any thread, as is {@code refused}
     */
    public <T> void begin(CompletableFuture<T> answer, Consumer<T> done, Consumer<Refusal> refused) {
        inFlight.incrementAndGet();
        answer.whenComplete((value, failure) -> {
            if (failure != null) {
                refused.accept(refusal(failure));
            } else {
                done.accept(value);
            }
            // A volatile read of what take writes before it looks at the count again.
            int left = inFlight.decrementAndGet();
            if (paused || left == 0 && afterwards != null) {
                loop.execute(this::answered);
            }
        });
    }

    /**
     * Goes on only when all that was posted before is answered: so a post is acknowledged by the room it was heard in, and
     * never falls between two rooms.
     */
    public void whenAnswered(Runnable then) {
        busy = true;
        afterwards = then;
        // The command is still being obeyed, so that what comes next is not for here.
        goOnWhenAnswered();
    }

    private void answered() {
        readOn();
        if (goOnWhenAnswered() && !busy) {
            free();
            next();
        }
    }

    private boolean goOnWhenAnswered() {
        Runnable then = afterwards;
        if (then == null || inFlight.get() > 0) {
            return false;
        }
        afterwards = null;
        busy = false;
        if (open.getAsBoolean()) {
            then.run();
        }
        return true;
    }

    private void next() {
        while (!busy && !waiting.isEmpty()) {
            Command command = waiting.poll();
            command.obey.run();
            if (busy) {
                obeyed = command;
            } else {
                finish(command);
            }
        }
        readOn();
    }

    /** What was offloaded is done. */
    private void free() {
        busy = false;
        Command ended = obeyed;
        obeyed = null;
        if (ended != null) {
            finish(ended);
        }
    }

    private void finish(Command command) {
        held -= command.size;
        command.done.run();
    }

    private void readOn() {
        if (paused && waiting.size() + inFlight.get() < mostWaiting / 2 + 1 && held <= MOST_HELD) {
            paused = false;
            reading.accept(true);
        }
    }

    /** What to tell the client of a failure: a fault of ours is logged. */
    public static Refusal refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refusal refusal) {
            return refusal;
        }
        if (Outage.is(cause)) {
            Outage.tell(cause);
            return Outage.refusal(cause);
        }
        LOG.error("A frame could not be obeyed", cause);
        return new Refusal(Code.INTERNAL);
    }
}

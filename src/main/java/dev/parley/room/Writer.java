package dev.parley.room;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

/**
 * The one road by which rooms change. Takes whatever has queued, without waiting for more, and commits it in one
 * transaction: alone, a message commits alone and at once; under load, hundreds share a commit. After the commit
 * everybody who asked is answered, and everybody who listens is told, in order.
 */
@Singleton
public class Writer {

    private static final Logger LOG = Logger.getLogger(Writer.class);
    private static final int QUEUE = 10_000;
    private static final int BATCH = 500;

    private final BlockingQueue<Change<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Committer committer;
    private final Thread thread = Thread.ofPlatform().name("parley-writer").daemon().unstarted(this::run);
    private volatile boolean stopping;

    Writer(Committer committer, MeterRegistry metrics) {
        this.committer = committer;
        Gauge.builder("parley.writer.queue", queue, BlockingQueue::size)
                .description("Changes that wait for the writer").register(metrics);
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    /** Finishes what was accepted; runs after the doors are closed and before the database goes. */
    void stop(@Observes @Priority(500) ShutdownEvent event) throws InterruptedException {
        stopping = true;
        committer.stopWaiting();
        queue.offer(new Wake());
        thread.join(TimeUnit.SECONDS.toMillis(10));
        committer.close();
    }

    /**
     * Queues a change. The future fails with a {@link Refusal}: what is wrong with the change,
     * {@link Code#UNAVAILABLE} when the queue is full or the database does not answer within five seconds.
     */
    public <T> CompletableFuture<T> submit(Change<T> change) {
        change.queuedAt = System.nanoTime();
        if (stopping || !queue.offer(change)) {
            change.done.completeExceptionally(Outage.refusal());
        }
        return change.done;
    }

    private void run() {
        List<Change<?>> batch = new ArrayList<>(BATCH);
        while (true) {
            batch.clear();
            try {
                Change<?> first = next();
                if (first == null) {
                    return;
                }
                batch.add(first);
                queue.drainTo(batch, BATCH - 1);
                // Whoever asked has been told by now, or is about to be, that it was not done.
                batch.removeIf(Change::refuseIfTooOld);
                if (!batch.isEmpty()) {
                    committer.write(batch, queue);
                }
            } catch (RuntimeException | Error e) {
                fail(batch, e);
            }
        }
    }

    /** Without its thread nothing would be written any more, so nothing gets out of it. */
    private static void fail(List<Change<?>> batch, Throwable failure) {
        try {
            Change.refuse(batch, new Refusal(Code.INTERNAL));
            LOG.error("The writer failed on a batch", failure);
        } catch (Error noMemory) {
            // Not even for a line.
        }
    }

    /** The next change, waiting for it; null when it is stopping and nothing is left. */
    private @Nullable Change<?> next() {
        try {
            return stopping ? queue.poll() : queue.take();
        } catch (InterruptedException e) {
            return queue.poll();
        }
    }

    /** Changes nothing; gets the thread out of its wait when it is to stop. */
    private static final class Wake extends Change<Void> {

        Wake() {
            super(0, 0);
        }

        @Override
        protected Void apply(RoomTurn turn) {
            throw new IllegalStateException("there is no room 0");
        }
    }
}

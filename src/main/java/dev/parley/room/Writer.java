package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;
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
import dev.parley.problem.Refusal;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
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
    private static final int LISTED_FAILURES = 3;

    private final BlockingQueue<Change<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final WriterConnection connections;
    private final Rosters rosters;
    private final Announcer announcer;
    private final NewRooms newRooms;
    private final Timer latency;
    private final DistributionSummary batchSizes;
    private final Thread thread = Thread.ofPlatform().name("parley-writer").daemon().unstarted(this::run);
    private volatile boolean stopping;

    Writer(WriterConnection connections, Rosters rosters, Announcer announcer, NewRooms newRooms, MeterRegistry metrics) {
        this.connections = connections;
        this.rosters = rosters;
        this.announcer = announcer;
        this.newRooms = newRooms;
        Gauge.builder("parley.writer.queue", queue, BlockingQueue::size)
                .description("Changes that wait for the writer").register(metrics);
        latency = Timer.builder("parley.writer.latency")
                .description("From a change's arrival at the writer to its commit")
                .publishPercentileHistogram().register(metrics);
        batchSizes = DistributionSummary.builder("parley.writer.batch")
                .description("Changes that shared a commit").register(metrics);
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    /** Finishes what was accepted; runs after the doors are closed and before the database goes. */
    void stop(@Observes @Priority(500) ShutdownEvent event) throws InterruptedException {
        stopping = true;
        queue.offer(new Wake());
        thread.join(TimeUnit.SECONDS.toMillis(10));
        connections.close();
    }

    /**
     * Queues a change. The future fails with a {@link Refusal}: what is wrong with the change,
     * {@link Code#UNAVAILABLE} when the queue is full or the database does not answer within five seconds.
     */
    public <T> CompletableFuture<T> submit(Change<T> change) {
        change.queuedAt = System.nanoTime();
        if (stopping || !queue.offer(change)) {
            change.done.completeExceptionally(new Refusal(Code.UNAVAILABLE, Code.UNAVAILABLE.sentence, 1));
        }
        return change.done;
    }

    private void run() {
        List<Change<?>> batch = new ArrayList<>(BATCH);
        while (true) {
            batch.clear();
            Change<?> first = next();
            if (first == null) {
                return;
            }
            batch.add(first);
            queue.drainTo(batch, BATCH - 1);
            try {
                write(batch, 0);
            } catch (RuntimeException | Error e) {
                LOG.error("The writer failed on a batch", e);
                refuse(batch, new Refusal(Code.INTERNAL));
            }
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

    private void write(List<Change<?>> changes, int failures) {
        Connection connection = connections.get(queue);
        if (connection == null) {
            refuse(changes, new Refusal(Code.UNAVAILABLE, Code.UNAVAILABLE.sentence, 1));
            return;
        }
        Batch batch = new Batch(connection, rosters);
        List<Event> events;
        try {
            events = batch.commit(changes);
        } catch (SQLException e) {
            if (connections.lost(e)) {
                recover(batch, changes, failures);
            } else {
                connections.rollback();
                retry(changes, e, failures);
            }
            return;
        } catch (RuntimeException e) {
            connections.rollback();
            split(changes, e);
            return;
        }
        finish(changes, events);
    }

    /** The connection died: when that was during COMMIT, only the rows can tell whether the batch landed. */
    private void recover(Batch batch, List<Change<?>> changes, int failures) {
        boolean asked = batch.committing();
        LOG.warnf("The database connection was lost%s", asked ? " during a commit" : "");
        Connection connection = connections.get(queue);
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        if (connection == null && asked) {
            // Nobody can be left without an answer for long, but those who listen must hear of it if it landed.
            refuse(changes, new Refusal(Code.UNAVAILABLE, Code.UNAVAILABLE.sentence, 1));
            while (connection == null && !stopping && System.nanoTime() < giveUp) {
                connection = connections.get(queue);
            }
        }
        boolean landed = false;
        if (asked && connection != null) {
            try {
                landed = batch.landed(connection);
                connection.commit();
            } catch (SQLException e) {
                connections.lost(e);
            }
        }
        if (landed) {
            finish(changes, batch.events());
        } else if (failures < LISTED_FAILURES && connection != null) {
            changes.removeIf(change -> change.done.isDone());
            if (!changes.isEmpty()) {
                write(changes, failures + 1);
            }
        } else {
            refuse(changes, new Refusal(Code.UNAVAILABLE, Code.UNAVAILABLE.sentence, 1));
        }
    }

    private void retry(List<Change<?>> changes, SQLException e, int failures) {
        String state = String.valueOf(e.getSQLState());
        // Serialization failure, deadlock, lock timeout: the same changes may pass the next time.
        boolean transientFailure = state.startsWith("40") || state.equals("55P03");
        if (transientFailure && failures < LISTED_FAILURES) {
            write(changes, failures + 1);
        } else if (state.equals("23505") && changes.size() == 1 && failures < LISTED_FAILURES) {
            // An idempotency key another instance committed meanwhile: the next run finds it.
            write(changes, failures + 1);
        } else {
            split(changes, e);
        }
    }

    /** A batch that fails on its data is split until the bad change stands alone. */
    private void split(List<Change<?>> changes, Exception reason) {
        if (changes.size() == 1 && reason instanceof Change.HalfDone halfDone) {
            refuse(changes, halfDone.refusal);
            return;
        }
        if (changes.size() == 1) {
            LOG.errorf(reason, "A change could not be written: %s", changes.get(0).getClass().getSimpleName());
            refuse(changes, new Refusal(reason instanceof SQLException sql && String.valueOf(sql.getSQLState()).startsWith("55")
                    ? Code.CONFLICT
                    : Code.INTERNAL));
            return;
        }
        int middle = changes.size() / 2;
        write(new ArrayList<>(changes.subList(0, middle)), 0);
        write(new ArrayList<>(changes.subList(middle, changes.size())), 0);
    }

    private void finish(List<Change<?>> changes, List<Event> events) {
        long now = System.nanoTime();
        batchSizes.record(changes.size());
        try {
            for (Event event : events) {
                newRooms.announce(event.roster().roomId());
            }
            announcer.committed(events);
        } catch (RuntimeException | Error e) {
            // It is stored: whoever asked must hear so, and whoever missed it catches up.
            LOG.error("A commit could not be announced", e);
        }
        for (Change<?> change : changes) {
            latency.record(now - change.queuedAt, TimeUnit.NANOSECONDS);
            change.settle();
        }
    }

    private static void refuse(List<Change<?>> changes, Refusal refusal) {
        for (Change<?> change : changes) {
            change.refuse(refusal);
            change.settle();
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

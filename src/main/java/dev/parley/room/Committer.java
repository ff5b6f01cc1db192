package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.problem.Code;
import dev.parley.problem.OneLine;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Commits the writer's batches, whatever the database does meanwhile: what may pass the next time is tried again, what
 * fails on its data is split, and a batch whose COMMIT was cut off is never written again before its fate is known.
 * For the writer's thread alone.
 */
@Singleton
class Committer {

    private static final Logger LOG = Logger.getLogger(Committer.class);
    /** unique_violation */
    private static final String UNIQUE = "23505";
    /** lock_not_available */
    private static final String LOCKED = "55P03";
    private static final int MOST_RETRIES = 3;
    private static final long LONGEST_DOUBT = TimeUnit.MINUTES.toNanos(10);

    private final WriterConnection connections;
    private final Heads heads;
    private final Rosters rosters;
    private final OwnCommits commits;
    private final Timer latency;
    private final DistributionSummary batchSizes;
    private volatile boolean hurried;
    private boolean full;

    Committer(WriterConnection connections, Heads heads, Rosters rosters, OwnCommits commits, MeterRegistry metrics) {
        this.connections = connections;
        this.heads = heads;
        this.rosters = rosters;
        this.commits = commits;
        latency = Timer.builder("parley.writer.latency")
                .description("From a change's arrival at the writer to its commit")
                .publishPercentileHistogram().register(metrics);
        batchSizes = DistributionSummary.builder("parley.writer.batch")
                .description("Changes that shared a commit").register(metrics);
    }

    /**
     * Writes changes, answers whoever asked for them and announces them.
     *
     * @param queue what waits behind them: refused when the database stays away for long
     */
    void write(List<Change<?>> changes, Queue<Change<?>> queue) {
        write(changes, queue, 0);
    }

    /** The program ends: a database that is away is not waited for any longer. */
    void stopWaiting() {
        hurried = true;
    }

    void close() {
        connections.close();
    }

    private void write(List<Change<?>> changes, Queue<Change<?>> queue, int failures) {
        Connection connection = connections.get(queue);
        if (connection == null) {
            refuse(changes, Code.UNAVAILABLE);
            return;
        }
        Batch batch = new Batch(connection, connections.backend(), heads, rosters, commits);
        try {
            batch.commit(changes);
        } catch (SQLException e) {
            if (connections.lost(e)) {
                LOG.warnf("The database connection was lost%s", batch.committing() ? " during a commit" : "");
                recover(batch, changes, queue, failures);
            } else {
                connections.rollback();
                batch.dropped();
                if (Outage.isFull(e)) {
                    refuseAsFull(changes, e);
                } else if (LOCKED.equals(e.getSQLState())) {
                    separate(changes, queue, e);
                } else if (batch.guessed()) {
                    // What was known of the rooms is old, or a key is not new.
                    if (UNIQUE.equals(e.getSQLState())) {
                        heads.doubt(changes);
                    }
                    write(changes, queue, failures);
                } else {
                    retry(changes, queue, e, failures);
                }
            }
            return;
        } catch (RuntimeException e) {
            connections.rollback();
            batch.dropped();
            split(changes, queue, e);
            return;
        } catch (Error e) {
            // Out of memory, say: what the database has of it must not be committed with the next batch.
            connections.drop();
            LOG.error("The writer failed on a batch", e);
            recover(batch, changes, queue, MOST_RETRIES);
            return;
        }
        finish(changes, batch);
    }

    private void recover(Batch batch, List<Change<?>> changes, Queue<Change<?>> queue, int failures) {
        if (batch.committing() && landed(batch, changes, queue)) {
            finish(changes, batch);
            return;
        }
        batch.dropped();
        List<Change<?>> unanswered = changes.stream().filter(change -> !change.done.isDone()).toList();
        if (failures == MOST_RETRIES) {
            refuse(unanswered, Code.UNAVAILABLE);
        } else if (!unanswered.isEmpty()) {
            write(unanswered, queue, failures + 1);
        }
    }

    /**
     * Asks the rows what became of a batch until they tell. Meanwhile nobody is left without an answer for long, but
     * those who listen must hear of it if it landed. Given up, it counts as lost, with everybody refused.
     */
    private boolean landed(Batch batch, List<Change<?>> changes, Queue<Change<?>> queue) {
        long giveUp = System.nanoTime() + LONGEST_DOUBT;
        while (true) {
            Connection connection = connections.get(queue);
            if (connection != null) {
                try {
                    return batch.landed(connection);
                } catch (SQLException e) {
                    if (!connections.lost(e)) {
                        WriterConnection.pause();
                    }
                }
            }
            refuse(changes, Code.UNAVAILABLE);
            if (hurried || System.nanoTime() > giveUp) {
                LOG.error("What became of a commit could not be found out");
                return false;
            }
        }
    }

    private void retry(List<Change<?>> changes, Queue<Change<?>> queue, SQLException e, int failures) {
        String state = String.valueOf(e.getSQLState());
        // Serialization failure, deadlock: the same changes may pass the next time.
        boolean transientFailure = state.startsWith("40");
        if (transientFailure && failures < MOST_RETRIES) {
            write(changes, queue, failures + 1);
        } else if (state.equals(UNIQUE) && changes.size() == 1 && failures < MOST_RETRIES) {
            // An idempotency key another instance committed meanwhile: the next run finds it.
            write(changes, queue, failures + 1);
        } else {
            split(changes, queue, e);
        }
    }

    /** Somebody holds rooms: changes there are refused, and those to others do not wait for it. */
    private void separate(List<Change<?>> changes, Queue<Change<?>> queue, SQLException reason) {
        Set<Long> held = held(changes, queue);
        if (held.isEmpty() && changes.size() > 1) {
            // It is something else.
            split(changes, queue, reason);
            return;
        }
        List<Change<?>> stuck = changes.stream().filter(change -> held.isEmpty() || held.contains(change.roomId)).toList();
        LOG.warnf("%d changes were refused, since their rooms stay locked: %s", stuck.size(), OneLine.of(reason.getMessage()));
        refuse(stuck, Code.UNAVAILABLE);
        List<Change<?>> free = new ArrayList<>(changes);
        free.removeAll(stuck);
        free.removeIf(Change::refuseIfTooOld);
        if (!free.isEmpty()) {
            write(free, queue);
        }
    }

    /** Those of the changes' rooms that somebody holds; all when that cannot be asked. */
    private Set<Long> held(List<Change<?>> changes, Queue<Change<?>> queue) {
        Set<Long> rooms = changes.stream().map(change -> change.roomId).collect(Collectors.toSet());
        Connection connection = connections.get(queue);
        try {
            return connection == null ? rooms : RoomRows.held(connection, rooms);
        } catch (SQLException e) {
            connections.lost(e);
            return rooms;
        }
    }

    /** A batch that fails on its data is split until the bad change stands alone. */
    private void split(List<Change<?>> changes, Queue<Change<?>> queue, Exception reason) {
        if (changes.size() == 1 && reason instanceof Change.HalfDone halfDone) {
            refuse(changes, halfDone.refusal);
            return;
        }
        if (changes.size() == 1) {
            LOG.errorf(reason, "A change could not be written: %s", changes.get(0).getClass().getSimpleName());
            refuse(changes, Code.INTERNAL);
            return;
        }
        int middle = changes.size() / 2;
        write(new ArrayList<>(changes.subList(0, middle)), queue, 0);
        write(new ArrayList<>(changes.subList(middle, changes.size())), queue, 0);
    }

    /** Split, it would fail as well. One line tells of it until something is written. */
    private void refuseAsFull(List<Change<?>> changes, SQLException reason) {
        if (!full) {
            LOG.errorf("The database's disk is full: %s", OneLine.of(reason.getMessage()));
        }
        full = true;
        refuse(changes, Outage.refusal(reason));
    }

    private void finish(List<Change<?>> changes, Batch batch) {
        full = false;
        long now = System.nanoTime();
        batchSizes.record(changes.size());
        batch.committed();
        for (Change<?> change : changes) {
            latency.record(now - change.queuedAt, TimeUnit.NANOSECONDS);
            change.settle();
        }
    }

    static void refuse(List<Change<?>> changes, Refusal refusal) {
        for (Change<?> change : changes) {
            change.refuse(refusal);
            change.settle();
        }
    }

    static void refuse(List<Change<?>> changes, Code code) {
        refuse(changes, new Refusal(code, code.sentence, code == Code.UNAVAILABLE ? 1 : 0));
    }
}

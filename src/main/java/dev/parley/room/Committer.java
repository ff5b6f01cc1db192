package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.problem.Outage;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Commits the writer's batches, whatever the database does meanwhile: a batch whose COMMIT was cut off is never written
 * again before its fate is known, and of those that the database refused {@link Retries} knows more. For the writer's
 * thread alone.
 */
@Singleton
class Committer {

    private static final Logger LOG = Logger.getLogger(Committer.class);
    private static final long LONGEST_DOUBT = TimeUnit.MINUTES.toNanos(10);

    private final WriterConnection connections;
    private final Heads heads;
    private final Rosters rosters;
    private final OwnCommits commits;
    private final Retries retries;
    private final Timer latency;
    private final DistributionSummary batchSizes;
    private volatile boolean hurried;

    Committer(WriterConnection connections, Heads heads, Rosters rosters, OwnCommits commits, Retries retries,
            MeterRegistry metrics) {
        this.connections = connections;
        this.heads = heads;
        this.rosters = rosters;
        this.commits = commits;
        this.retries = retries;
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
        Deque<Attempt> left = new ArrayDeque<>(List.of(new Attempt(changes)));
        while (!left.isEmpty()) {
            WriterConnection.refuseTheOld(queue);
            List<Attempt> next = commit(left.removeFirst(), queue);
            next.reversed().forEach(left::addFirst);
        }
    }

    /** The program ends: a database that is away is not waited for any longer. */
    void stopWaiting() {
        hurried = true;
    }

    void close() {
        connections.close();
    }

    /** @return what to write next, in this order */
    private List<Attempt> commit(Attempt asked, Queue<Change<?>> queue) {
        Connection connection = connections.get(queue);
        if (connection == null) {
            Change.refuse(asked.changes(), Outage.refusal());
            return List.of();
        }
        Attempt attempt = asked.inTime();
        if (attempt.changes().isEmpty()) {
            return List.of();
        }
        Batch batch = new Batch(connection, connections.backend(), heads, rosters, commits);
        try {
            return commit(batch, attempt, queue);
        } catch (RuntimeException | Error e) {
            // Whatever is said in its rooms later would wait for it.
            batch.doubted();
            throw e;
        }
    }

    private List<Attempt> commit(Batch batch, Attempt attempt, Queue<Change<?>> queue) {
        try {
            batch.commit(attempt.changes());
        } catch (SQLException e) {
            if (connections.lost(e)) {
                LOG.warnf("The database connection was lost%s", batch.committing() ? " during a commit" : "");
                return afterLoss(batch, attempt, queue);
            }
            connections.rollback();
            batch.dropped();
            return retries.after(e, attempt, batch.guessed(), queue);
        } catch (RuntimeException e) {
            connections.rollback();
            batch.dropped();
            return retries.split(attempt, e);
        } catch (Error e) {
            // Out of memory, say: what the database has of it must not be committed with the next batch.
            connections.drop();
            LOG.error("The writer failed on a batch", e);
            return afterLoss(batch, attempt.last(), queue);
        }
        finish(attempt.changes(), batch);
        return List.of();
    }

    private List<Attempt> afterLoss(Batch batch, Attempt attempt, Queue<Change<?>> queue) {
        if (batch.committing() && landed(batch, attempt.changes(), queue)) {
            finish(attempt.changes(), batch);
            return List.of();
        }
        batch.dropped();
        Attempt unanswered = attempt.unanswered();
        if (attempt.isLast()) {
            Change.refuse(unanswered.changes(), Outage.refusal());
            return List.of();
        }
        return unanswered.changes().isEmpty() ? List.of() : List.of(unanswered.again());
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
            Change.refuse(changes, Outage.refusal());
            WriterConnection.refuseTheOld(queue);
            if (hurried || System.nanoTime() > giveUp) {
                LOG.error("What became of a commit could not be found out");
                return false;
            }
        }
    }

    private void finish(List<Change<?>> changes, Batch batch) {
        retries.worked();
        long now = System.nanoTime();
        batchSizes.record(changes.size());
        batch.committed();
        for (Change<?> change : changes) {
            latency.record(now - change.queuedAt, TimeUnit.NANOSECONDS);
            change.settle();
        }
    }
}

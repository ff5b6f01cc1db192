package dev.parley.attachment.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

import dev.parley.problem.Outage;

/**
 * A few threads of this instance that do jobs of some kinds, one at a time each. Lanes do not wait for each other:
 * nobody's files stay withheld because previews of long videos are being made.
 */
public final class Lane {

    static final int MOST_TRIES = 3;

    private static final Logger LOG = Logger.getLogger(Lane.class);
    /** How soon a job that another instance has added, or left behind, is noticed. */
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration OUTAGE = Duration.ofSeconds(1);
    private static final long STOP_SECONDS = 8;

    /** What is done about a job. */
    public interface Work {

        /** @throws Exception counts as failed */
        Outcome of(Job job) throws Exception;

        /** Decides what follows when the job could not be done: it is not tried again. */
        void giveUp(Job job, String why);
    }

    private final FileJobs jobs;
    private final Set<JobKind> kinds;
    private final Work work;
    private final Duration patience;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;
    private volatile long pausedUntil = System.nanoTime();

    public Lane(String name, Set<JobKind> kinds, int workers, FileJobs jobs, Work work) {
        this(name, kinds, workers, jobs, work, Duration.ZERO);
    }

    /** @param patience how long it leaves jobs that are due to the lanes of others */
    public Lane(String name, Set<JobKind> kinds, int workers, FileJobs jobs, Work work, Duration patience) {
        this.jobs = jobs;
        this.kinds = kinds;
        this.work = work;
        this.patience = patience;
        for (int i = 1; i <= workers; i++) {
            // Not virtual: interrupting one of those breaks the database connection that it uses.
            threads.add(Thread.ofPlatform().name("parley-" + name + "-" + i).daemon().unstarted(this::run));
        }
    }

    public void start() {
        threads.forEach(Thread::start);
    }

    /** Breaks off what is being done and leaves it to whoever takes it next. */
    public void stop() throws InterruptedException {
        stopping = true;
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        }
    }

    private void run() {
        while (!stopping) {
            long seen = jobs.signals();
            try {
                long pause = pausedUntil - System.nanoTime();
                if (pause > 0) {
                    Thread.sleep(Duration.ofNanos(pause));
                }
                Job job = jobs.take(kinds, patience);
                if (job == null) {
                    jobs.await(seen, LOOK);
                } else {
                    settle(job, outcome(job));
                }
            } catch (InterruptedException e) {
                // Asked to stop.
            } catch (RuntimeException e) {
                pause(OUTAGE);
                if (Outage.is(e)) {
                    LOG.debug("The database is away; looking for jobs later", e);
                } else {
                    LOG.error("A job could not be settled", e);
                }
            } catch (Error e) {
                // Out of memory, say: the thread goes on, and the job is taken again when its lease is over.
                pausedUntil = System.nanoTime() + OUTAGE.toNanos();
                tell(e);
            }
        }
    }

    private static void tell(Error failure) {
        try {
            LOG.error("A job failed", failure);
        } catch (Error noMemory) {
            // Not even for a line.
        }
    }

    private Outcome outcome(Job job) {
        if (job.tries() > MOST_TRIES) {
            return new Outcome.Failed("it was broken off " + MOST_TRIES + " times");
        }
        try {
            Outcome outcome = work.of(job);
            return stopping && (outcome instanceof Outcome.Failed || outcome instanceof Outcome.Hopeless)
                    ? new Outcome.NotNow(Duration.ZERO)
                    : outcome;
        } catch (Exception e) {
            if (stopping || Outage.is(e)) {
                return new Outcome.NotNow(stopping ? Duration.ZERO : OUTAGE);
            }
            return new Outcome.Failed(e.toString());
        }
    }

    private void settle(Job job, Outcome outcome) {
        // Or the database would not be asked.
        Thread.interrupted();
        switch (outcome) {
            case Outcome.Done() -> jobs.finish(job);
            case Outcome.NotNow(Duration pause) -> {
                jobs.putBack(job, pause);
                pause(pause);
            }
            case Outcome.Failed(String why) when job.tries() < MOST_TRIES -> {
                LOG.debugf("%s of file %s failed: %s", job.kind(), job.file(), why);
                jobs.retry(job, Duration.ofSeconds(job.tries()));
            }
            case Outcome.Failed(String why) -> giveUp(job, why);
            case Outcome.Hopeless(String why) -> giveUp(job, why);
        }
    }

    private void giveUp(Job job, String why) {
        LOG.infof("%s of file %s is given up: %s", job.kind(), job.file(), why);
        work.giveUp(job, why);
        jobs.finish(job);
    }

    private void pause(Duration pause) {
        pausedUntil = System.nanoTime() + pause.toNanos();
    }
}

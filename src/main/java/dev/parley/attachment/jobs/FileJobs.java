package dev.parley.attachment.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Outage;
import dev.parley.problem.Rows;

/**
 * The queue of what is to be done about files: rows that all instances share, at most one for each file and kind. Taking
 * one is a short transaction that counts a try and sets when the job is due again unless it is finished by then; none is
 * open while the work is done. All methods throw what {@link Outage#of} makes of a database that is away.
 */
@Singleton
public class FileJobs {

    /** Longer than any job may take. */
    static final Duration LEASE = Duration.ofMinutes(3);
    private static final int MOST_SERVED = 16;

    private static final String ADD = "insert into file_jobs (attachment_id, job) values (?, ?) on conflict do nothing";
    private static final String ADD_UNLESS_MANY_WAIT = """
            insert into file_jobs (attachment_id, job) select id, ? from media_attachments file where id = ?
                and (select count(*) from (select 1 from file_jobs where job = ? limit ?) as waiting) < ?
                and (select count(*) from (select 1 from file_jobs join media_attachments other on other.id = attachment_id
                        where job = ? and other.owner_id = file.owner_id limit ?) as theirs) < ?
                on conflict do nothing""";
    private static final String ADD_FAILED_SCANS = """
            insert into file_jobs (attachment_id, job) select id, 'scan' from media_attachments
             where scan_state = 'blocked' and scan_reason = 'failed' and storage_key is not null and state <> 'deleted'
                on conflict do nothing""";
    // Looks at more than the first, so that whoever sends many files, or slow ones, does not keep others waiting.
    private static final String TAKE = """
            with due as (select attachment_id, job from file_jobs
                     where job = any(?) and due_at <= now() - ? * interval '1 millisecond' order by due_at limit 1000),
                 next as (select attachment_id, job, owner_id from due join file_jobs waiting using (attachment_id, job)
                     join media_attachments file on file.id = attachment_id
                     where waiting.due_at <= now() - ? * interval '1 millisecond'
                     order by array_position(?::bigint[], owner_id) nulls first, tries, waiting.due_at limit 1 for update of waiting skip locked)
            update file_jobs taken set tries = tries + 1, due_at = now() + ? * interval '1 millisecond' from next
             where taken.attachment_id = next.attachment_id and taken.job = next.job
            returning taken.attachment_id, taken.job, taken.tries, next.owner_id""";
    // Only as it was taken: who was too slow does not meddle with who took it over.
    private static final String THIS = " where attachment_id = ? and job = ? and tries = ?";
    private static final String FINISH = "delete from file_jobs" + THIS;
    private static final String AGAIN = "update file_jobs set tries = tries - ?, due_at = now() + ? * interval '1 millisecond'"
            + THIS;

    private final DataSource database;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private long signals;
    /** Whose jobs this instance took last, the latest behind the others. */
    private final Deque<Long> served = new ArrayDeque<>();

    FileJobs(DataSource database) {
        this.database = database;
    }

    /** Adds a job, in the caller's transaction if there is one. Call {@link #wake} when it is committed. */
    public void add(UUID file, JobKind kind) {
        Rows.change(database, ADD, file, kind.id());
    }

    /**
     * As {@link #add(UUID, JobKind)}, unless as many of its kind wait already, or a fifth of that for its owner's files: then
     * the job is never done.
     */
    public void add(UUID file, JobKind kind, int most) {
        int share = Math.max(1, most / 5);
        Rows.change(database, ADD_UNLESS_MANY_WAIT, kind.id(), file, kind.id(), most, most, kind.id(), share, share);
    }

    /** Has files scanned again that nobody could scan. */
    public void addFailedScans() {
        Rows.change(database, ADD_FAILED_SCANS);
    }

    /**
     * Takes the job that has waited longest, if any is due: first those of people whose files were not seen to lately, and
     * of those first what has not failed yet.
     *
     * @param since how long it must have been due
     */
    @Nullable
    Job take(Collection<JobKind> kinds, Duration since) {
        record Taken(Job job, long owner) {
        }
        List<Taken> taken = Rows.ask(database, TAKE, row -> new Taken(new Job(row.getObject(1, UUID.class),
                JobKind.valueOf(row.getString(2).toUpperCase(Locale.ROOT)), row.getInt(3)), row.getLong(4)),
                kinds.stream().map(JobKind::id).toArray(String[]::new), since.toMillis(), since.toMillis(), served(),
                LEASE.toMillis());
        if (taken.isEmpty()) {
            return null;
        }
        serve(taken.getFirst().owner);
        return taken.getFirst().job;
    }

    void finish(Job job) {
        Rows.change(database, FINISH, job.file(), job.kind().id(), job.tries());
    }

    /** It failed and is due again after a while. */
    void retry(Job job, Duration after) {
        Rows.change(database, AGAIN, 0, after.toMillis(), job.file(), job.kind().id(), job.tries());
    }

    /** It was not tried after all. */
    void putBack(Job job, Duration after) {
        Rows.change(database, AGAIN, 1, after.toMillis(), job.file(), job.kind().id(), job.tries());
    }

    /** Tells the workers of this instance to look; those of others look now and then. */
    public void wake() {
        lock.lock();
        try {
            signals++;
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How often {@link #wake} was called. */
    long signals() {
        lock.lock();
        try {
            return signals;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there may be work. @param seen {@link #signals} from before the last look */
    void await(long seen, Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (signals == seen && left > 0) {
                left = added.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private Long[] served() {
        synchronized (served) {
            return served.toArray(Long[]::new);
        }
    }

    private void serve(long owner) {
        synchronized (served) {
            served.remove(owner);
            served.addLast(owner);
            if (served.size() > MOST_SERVED) {
                served.removeFirst();
            }
        }
    }
}

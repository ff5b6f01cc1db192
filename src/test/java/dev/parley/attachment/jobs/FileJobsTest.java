package dev.parley.attachment.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Sql;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** The queue of jobs in the database, and a lane that works it off. */
@QuarkusTest
class FileJobsTest {

    private static final Set<JobKind> KINDS = Set.of(JobKind.PDF);

    @TestHTTPResource("/")
    URI base;

    @Inject
    FileJobs jobs;

    @Inject
    DataSource database;

    private List<UUID> files;

    @BeforeEach
    void upload() {
        files = uploaded(10);
    }

    private List<UUID> uploaded(int count) {
        Person ann = Person.register(base, "Ann");
        Form form = new Form();
        for (int i = 0; i < count; i++) {
            form.file(i + ".txt", "Hello".getBytes(StandardCharsets.US_ASCII));
        }
        List<UUID> ids = new ArrayList<>();
        ann.post(ann.group("Files"), form).expect(201).get("files_data")
                .forEach(file -> ids.add(UUID.fromString(file.get("id").asText())));
        return ids;
    }

    @AfterEach
    void forget() throws SQLException {
        new Sql(database).number("with gone as (delete from file_jobs returning 1) select count(*) from gone");
    }

    @Test
    void everyJobIsTakenOnceHoweverManyAskAtTheSameTime() throws Exception {
        files.forEach(file -> jobs.add(file, JobKind.PDF));
        files.forEach(file -> jobs.add(file, JobKind.PDF));
        Set<UUID> taken = ConcurrentHashMap.newKeySet();
        List<Callable<Integer>> takers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            takers.add(() -> {
                int mine = 0;
                for (Job job = take(KINDS); job != null; job = take(KINDS)) {
                    assertThat(taken.add(job.file())).isTrue();
                    assertThat(job.tries()).isEqualTo(1);
                    mine++;
                }
                return mine;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(takers.size())) {
            int all = 0;
            for (Future<Integer> each : threads.invokeAll(takers)) {
                all += each.get();
            }
            // Who meets only rows that others are just taking goes home early, never with somebody else's.
            for (Job job = take(KINDS); job != null; job = take(KINDS)) {
                assertThat(taken.add(job.file())).isTrue();
                all++;
            }
            assertThat(all).isEqualTo(files.size());
        }
        assertThat(taken).containsExactlyInAnyOrderElementsOf(files);
    }

    @Test
    void aJobIsDueAgainWhenItsLeaseIsOverAndWhoWasTooSlowNoLongerMatters() throws SQLException {
        jobs.add(files.get(0), JobKind.PDF);
        assertThat(jobs.take(KINDS, Duration.ofMinutes(1))).isNull();
        Job slow = take(KINDS);
        assertThat(take(KINDS)).isNull();
        assertThat(take(Set.of(JobKind.SCAN, JobKind.IMAGE))).isNull();
        expireLeases();
        Job second = take(KINDS);
        assertThat(second).isEqualTo(new Job(files.get(0), JobKind.PDF, 2));

        jobs.finish(slow);
        jobs.retry(slow, Duration.ZERO);
        assertThat(take(KINDS)).isNull();
        jobs.putBack(second, Duration.ZERO);
        assertThat(take(KINDS)).isEqualTo(second);
        jobs.retry(second, Duration.ZERO);
        Job third = take(KINDS);
        assertThat(third.tries()).isEqualTo(3);
        jobs.finish(third);
        assertThat(new Sql(database).number("select count(*) from file_jobs")).isZero();
    }

    @Test
    void whoeverSendsManyFilesKeepsNobodyElseWaiting() {
        files.forEach(file -> jobs.add(file, JobKind.PDF));
        List<UUID> others = uploaded(3);
        others.forEach(file -> jobs.add(file, JobKind.PDF));

        assertThat(take(KINDS).file()).isEqualTo(files.get(0));
        assertThat(take(KINDS).file()).isEqualTo(others.get(0));
        assertThat(take(KINDS).file()).isEqualTo(files.get(1));
        assertThat(take(KINDS).file()).isEqualTo(others.get(1));
    }

    @Test
    void whatHasFailedWaitsForWhatHasNot() throws SQLException {
        files.subList(0, 3).forEach(file -> jobs.add(file, JobKind.PDF));
        jobs.retry(take(KINDS), Duration.ofDays(-1));

        assertThat(take(KINDS).file()).isEqualTo(files.get(1));
        assertThat(take(KINDS).file()).isEqualTo(files.get(2));
        assertThat(take(KINDS)).isEqualTo(new Job(files.get(0), JobKind.PDF, 2));
    }

    @Test
    void aQueueThatIsFullTakesNoMore() throws SQLException {
        files.forEach(file -> jobs.add(file, JobKind.PDF, 20));
        assertThat(new Sql(database).number("select count(*) from file_jobs where job = 'pdf'")).as("a fifth").isEqualTo(4);
        List<UUID> others = uploaded(3);
        others.forEach(file -> jobs.add(file, JobKind.PDF, 6));
        assertThat(new Sql(database).number("select count(*) from file_jobs where job = 'pdf'")).as("hers as well")
                .isEqualTo(5);
        others.forEach(file -> jobs.add(file, JobKind.PDF, 5));
        assertThat(new Sql(database).number("select count(*) from file_jobs where job = 'pdf'")).isEqualTo(5);
        files.forEach(file -> jobs.add(file, JobKind.SCAN));
        assertThat(new Sql(database).number("select count(*) from file_jobs where job = 'scan'")).isEqualTo(files.size());
    }

    @Test
    void aLaneGivesUpAfterThreeTriesAndWhatStopsInTheMiddleIsLeftToTheNext() throws Exception {
        List<String> tried = new CopyOnWriteArrayList<>();
        List<UUID> givenUp = new CopyOnWriteArrayList<>();
        Lane lane = new Lane("test", KINDS, 2, jobs, new Lane.Work() {
            @Override
            public Outcome of(Job job) throws Exception {
                tried.add(job.file() + " " + job.tries());
                if (job.file().equals(files.get(0))) {
                    throw new IllegalStateException("cannot be done");
                }
                if (job.file().equals(files.get(1))) {
                    Thread.sleep(Duration.ofMinutes(1));
                }
                if (job.file().equals(files.get(3))) {
                    throw new OutOfMemoryError("of a test");
                }
                return new Outcome.Done();
            }

            @Override
            public void giveUp(Job job, String why) {
                givenUp.add(job.file());
            }
        });
        lane.start();
        jobs.add(files.get(3), JobKind.PDF);
        jobs.wake();
        Awaitility.await().until(() -> tried.size() == 1);
        jobs.add(files.get(0), JobKind.PDF);
        jobs.add(files.get(1), JobKind.PDF);
        jobs.add(files.get(2), JobKind.PDF);
        jobs.wake();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            jobs.wake();
            return givenUp.size() == 1 && tried.size() == 6;
        });
        assertThat(tried).contains(files.get(0) + " 1", files.get(0) + " 2", files.get(0) + " 3", files.get(2) + " 1");
        assertThat(givenUp).containsExactly(files.get(0));
        lane.stop();
        assertThat(take(KINDS)).isEqualTo(new Job(files.get(1), JobKind.PDF, 1));
        assertThat(new Sql(database).number("select count(*) from file_jobs")).as("with that whose memory was out")
                .isEqualTo(2);
    }

    private void expireLeases() throws SQLException {
        new Sql(database).number("with over as (update file_jobs set due_at = now() returning 1) select count(*) from over");
    }

    private Job take(Set<JobKind> kinds) {
        return jobs.take(kinds, Duration.ZERO);
    }
}

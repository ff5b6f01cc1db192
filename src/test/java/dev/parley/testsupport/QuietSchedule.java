package dev.parley.testsupport;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import javax.sql.DataSource;

import org.awaitility.core.ConditionTimeoutException;

import io.quarkus.scheduler.Scheduler;

/** While it is open no job of the schedule runs: what the database is asked, it is asked for the test. */
public final class QuietSchedule implements AutoCloseable {

    private final Scheduler jobs;

    private QuietSchedule(Scheduler jobs) {
        this.jobs = jobs;
    }

    /** Once those that have begun are through, each of which holds a lock meanwhile. */
    public static QuietSchedule of(Scheduler jobs, DataSource database) {
        jobs.pause();
        // One that was just started may not have its lock yet.
        try {
            await().atMost(Duration.ofMinutes(1)).during(Duration.ofMillis(200)).until(() -> locks(database) == 0);
        } catch (ConditionTimeoutException busy) {
            jobs.resume();
            throw busy;
        }
        return new QuietSchedule(jobs);
    }

    private static int locks(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select count(*) from pg_locks
                         where locktype = 'advisory' and classid::bigint = hashtext('parley')::bigint & 4294967295""")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Override
    public void close() {
        jobs.resume();
    }
}

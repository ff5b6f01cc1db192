package dev.parley.backplane;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.problem.Outage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;

/** Work of the whole service that one instance does at a time, under a lock of the database. */
@Singleton
public class OneAtATime {

    private static final String LOCK = "select pg_try_advisory_lock(hashtext('parley'), hashtext(?))";
    private static final String UNLOCK = "select pg_advisory_unlock(hashtext('parley'), hashtext(?))";

    private static final Logger LOG = Logger.getLogger(OneAtATime.class);

    private final DataSource database;
    private final MeterRegistry metrics;
    private volatile boolean stopping;

    OneAtATime(DataSource database, MeterRegistry metrics) {
        this.database = database;
        this.metrics = metrics;
    }

    /**
     * Does it, unless another instance is about it. The lock is its connection's: it ends with the process that holds it, and
     * half a minute after a host that is lost, when the database has asked for it in vain.
     *
     * @return whether it was done here
     */
    public boolean run(String work, Runnable task) {
        try (Connection connection = database.getConnection()) {
            boolean mine = ask(connection, LOCK, work);
            Counter.builder("parley.rounds").description("Rounds of work that one instance does for all, and who did them")
                    .tag("work", work).tag("by", mine ? "this" : "another").register(metrics).increment();
            if (mine) {
                try {
                    task.run();
                } finally {
                    ask(connection, UNLOCK, work);
                }
            }
            return mine;
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    /** As {@link #run}, for what comes round again: while the database is away, or this instance stops, it is left undone. */
    public void runIfPossible(String work, Runnable task) {
        try {
            run(work, task);
        } catch (RuntimeException e) {
            if (!stopping && !Outage.is(e)) {
                throw e;
            }
            LOG.debugf(e, "Later: %s", work);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    private static boolean ask(Connection connection, String sql, String work) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, work);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}

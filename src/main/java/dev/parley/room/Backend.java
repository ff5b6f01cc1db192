package dev.parley.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.concurrent.locks.LockSupport;

/**
 * The server's side of a connection.
 *
 * @param started tells it from a later process of the same number
 */
record Backend(int pid, OffsetDateTime started) {

    private static final int TRIES = 20;

    static Backend of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement
                        .executeQuery("select pid, backend_start from pg_stat_activity where pid = pg_backend_pid()")) {
            row.next();
            return new Backend(row.getInt(1), row.getObject(2, OffsetDateTime.class));
        }
    }

    /**
     * Sees to it that what was sent on a connection that broke is over, so that the rows tell what became of it: the
     * server may not have noticed yet, or still be at it.
     *
     * @param other in no transaction: what is looked at would stay the same within one
     * @throws SQLException when it goes on
     */
    void end(Connection other) throws SQLException {
        for (int tries = 0; tries < TRIES; tries++) {
            try (PreparedStatement statement = other.prepareStatement(
                    // What waits for a standby is stored, but not yet as safely as was asked for: that is waited for.
                    """
                            select case when wait_event is distinct from 'SyncRep' then pg_terminate_backend(pid) end
                              from pg_stat_activity where pid = ? and backend_start = ?""")) {
                statement.setInt(1, pid);
                statement.setObject(2, started);
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        return;
                    }
                }
            }
            LockSupport.parkNanos(100_000_000);
        }
        throw new SQLException("The commit is still going on", "25000");
    }
}

package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;

/** The writer's own connection: kept while it lives, made again when it died. Used by the writer's thread alone. */
@Singleton
class WriterConnection {

    private static final Logger LOG = Logger.getLogger(WriterConnection.class);

    /**
     * All that the writer asks for, it finds by keys, in ways that are planned once. Left to itself the server would read
     * all rooms for each message for as long as they fit into a few pages, and plan each statement anew.
     */
    private static final String BY_KEY = """
            set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;
            set plan_cache_mode = force_generic_plan""";

    private final DataSource database;
    private @Nullable Connection connection;
    private @Nullable Backend backend;

    WriterConnection(DataSource database) {
        this.database = database;
    }

    /**
     * A connection in no transaction, which commits by itself; null when the database did not answer for some seconds.
     * While it waits, changes that have waited too long in the queue are refused, so that nobody hangs.
     */
    @Nullable
    Connection get(Queue<Change<?>> waiting) {
        long giveUp = System.nanoTime() + Change.PATIENCE;
        while (connection == null) {
            try {
                connection = open();
            } catch (SQLException e) {
                LOG.debug("No database connection", e);
                refuseTheOld(waiting);
                if (System.nanoTime() > giveUp) {
                    return null;
                }
                pause();
            }
        }
        return connection;
    }

    /** Of the connection that was last made. */
    Backend backend() {
        return Objects.requireNonNull(backend);
    }

    /** Whether this failure means that the connection is gone; it is then forgotten. */
    boolean lost(SQLException failure) {
        String state = failure.getSQLState();
        // 08: connection exceptions; 57P: the server is stopping, crashed or starting; 25006: it is a standby.
        boolean gone = state == null || state.startsWith("08") || state.startsWith("57P") || state.equals("25006")
                || !alive();
        if (gone) {
            drop();
        }
        return gone;
    }

    void rollback() {
        if (connection == null) {
            return;
        }
        try {
            if (connection.unwrap(PgConnection.class).getTransactionState() != TransactionState.IDLE) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("rollback");
                }
            }
        } catch (SQLException e) {
            drop();
        }
    }

    void drop() {
        if (connection != null) {
            end(connection);
            connection = null;
        }
    }

    void close() {
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("Closing a dead connection", e);
        }
        connection = null;
    }

    private Connection open() throws SQLException {
        Connection fresh = database.getConnection();
        try (Statement statement = fresh.createStatement()) {
            // Room locks are held for a moment by any instance; longer means something is wrong.
            statement.execute("set lock_timeout = '2s'");
            statement.execute("set statement_timeout = '4s'");
            // Whoever stands still with a room locked would keep everybody else from it until it goes on.
            statement.execute("set idle_in_transaction_session_timeout = '3s'");
            CommitMark.sweep(statement);
            statement.execute(BY_KEY);
            backend = Backend.of(fresh);
            return fresh;
        } catch (SQLException | RuntimeException | Error e) {
            end(fresh);
            throw e;
        }
    }

    /** Not back into the pool: if it lives after all, it is set up for the writer alone, or half set up. */
    private static void end(Connection connection) {
        // Closed whatever happens, or its place in the pool would be taken for ever: a dead connection cannot be unwrapped.
        try (connection) {
            // The driver's: what the pool wraps it in aborts nothing.
            connection.unwrap(PgConnection.class).abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("Ending a dead connection", e);
        }
    }

    private boolean alive() {
        try {
            return connection != null && connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Those that have waited too long. */
    static void refuseTheOld(Queue<Change<?>> waiting) {
        Change<?> oldest;
        while ((oldest = waiting.peek()) != null && oldest.refuseIfTooOld()) {
            waiting.remove(oldest);
        }
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

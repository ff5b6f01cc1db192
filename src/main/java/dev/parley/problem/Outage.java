package dev.parley.problem;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import jakarta.transaction.RollbackException;

import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * Tells a database that is away or full, which a client may wait for, from a statement that is wrong, which is our fault.
 */
public final class Outage {

    /** disk_full */
    private static final String DISK_FULL = "53100";
    /** An outage is over when nobody was refused for so long. */
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final Logger LOG = Logger.getLogger(Outage.class);
    private static final AtomicReference<Instant> LAST_AWAY = new AtomicReference<>(Instant.EPOCH);
    private static final AtomicReference<Instant> LAST_TAKEN = new AtomicReference<>(Instant.EPOCH);

    private Outage() {
    }

    /** What to throw for a failure: as {@link #refusal(Throwable)}, or the failure itself for the log. */
    public static RuntimeException of(SQLException failure) {
        return is(failure) ? refusal(failure) : new IllegalStateException(failure);
    }

    /** What whoever has to wait for the database is told: {@link Code#UNAVAILABLE}, and to try again in a second. */
    public static Refusal refusal() {
        return new Refusal(Code.UNAVAILABLE, Code.UNAVAILABLE.sentence, 1);
    }

    /** What to say of an outage: {@link #refusal()}, or {@link Code#DATABASE_FULL}. */
    public static Refusal refusal(Throwable outage) {
        return isFull(outage) ? new Refusal(Code.DATABASE_FULL) : refusal();
    }

    /** Whether the database's disk is full, which it survives. */
    public static boolean isFull(Throwable failure) {
        return any(failure, cause -> cause instanceof SQLException sql && DISK_FULL.equals(sql.getSQLState())
                || cause instanceof Refusal refusal && refusal.code == Code.DATABASE_FULL);
    }

    /** Tells the log why a request is refused: once, however many are refused for it. */
    public static void tell(Throwable outage) {
        Instant now = Instant.now();
        Instant last = (isTaken(outage) ? LAST_TAKEN : LAST_AWAY).getAndSet(now);
        LOG.logf(now.isAfter(last.plus(QUIET)) ? Level.WARN : Level.DEBUG, "The database is not available: %s",
                reason(outage));
    }

    /** Tells the log of what is tried again by itself: of an outage nobody need know, of anything else its whole trace. */
    public static void tell(Logger log, String undone, Throwable failure) {
        log.log(is(failure) ? Level.DEBUG : Level.ERROR, undone, failure);
    }

    /** What to say of an outage in the log. */
    public static String reason(Throwable outage) {
        // Too few of them is one cause among others: that a larger pool helps is not known here.
        return isTaken(outage)
                ? "none of the %s connections that this instance may have (QUARKUS_DATASOURCE_JDBC_MAX_SIZE) became free in time; pg_stat_activity tells what they do"
                        .formatted(ConfigProvider.getConfig().getConfigValue("quarkus.datasource.jdbc.max-size").getValue())
                : OneLine.of(String.valueOf(outage.getMessage()));
    }

    /** Whether there were connections, and none to be had. */
    private static boolean isTaken(Throwable outage) {
        // The pool's words for having waited until its time was over for one of those that it made.
        return any(outage, cause -> cause instanceof SQLException && "Sorry, acquisition timeout!".equals(cause.getMessage()));
    }

    /** Whether somewhere below this failure a connection was lost, refused, or not to be had in time, or the disk is full. */
    public static boolean is(Throwable failure) {
        return any(failure, Outage::isItself);
    }

    private static boolean any(Throwable failure, Predicate<Throwable> sought) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // Of a transaction that could not be committed, that says why. Elsewhere it is what went wrong besides.
            boolean mentioned = cause instanceof RollbackException
                    && Arrays.stream(cause.getSuppressed()).anyMatch(suppressed -> any(suppressed, sought));
            if (mentioned || sought.test(cause)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isItself(Throwable failure) {
        if (failure instanceof SQLException sql) {
            String state = sql.getSQLState();
            // 08: connection exceptions; 57P: the server stops, crashed or starts; 57014: statement_timeout;
            // 53300: it takes no more connections; 99999: it did not let the driver in before the pool gave up;
            // 25006: it is a standby, or was made one.
            // None: the pool had no connection in time.
            return state == null || state.startsWith("08") || state.startsWith("57") || state.equals("53300")
                    || state.equals("99999") || state.equals("25006") || state.equals(DISK_FULL);
        }
        return failure instanceof Refusal refusal
                && (refusal.code == Code.UNAVAILABLE || refusal.code == Code.DATABASE_FULL);
    }
}

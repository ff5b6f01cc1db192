package dev.parley.problem;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.function.Predicate;

import jakarta.transaction.RollbackException;

import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Tells a database that is away or full, which a client may wait for, from a statement that is wrong, which is our fault.
 */
public final class Outage {

    /** disk_full */
    private static final String DISK_FULL = "53100";

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

    /** What to say of an outage in the log. */
    public static String reason(Throwable outage) {
        // The pool's words for having waited until its time was over for one of those that it made.
        return any(outage, cause -> cause instanceof SQLException && "Sorry, acquisition timeout!".equals(cause.getMessage()))
                ? "all %s connections to it are in use: raise QUARKUS_DATASOURCE_JDBC_MAX_SIZE or see what holds them"
                        .formatted(ConfigProvider.getConfig().getConfigValue("quarkus.datasource.jdbc.max-size").getValue())
                : OneLine.of(String.valueOf(outage.getMessage()));
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

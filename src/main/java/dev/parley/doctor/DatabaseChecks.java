package dev.parley.doctor;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.doctor.Check.Finding;
import dev.parley.doctor.Check.State;
import dev.parley.problem.Rows;

/** How far away the database is, and whether its clock and ours agree. */
@Singleton
class DatabaseChecks implements Checks {

    private static final int TRIES = 5;
    private static final Duration SLOW = Duration.ofMillis(20);
    private static final Duration SKEWED = Duration.ofSeconds(2);

    private final DataSource database;
    private final DatabaseClock clock;

    DatabaseChecks(DataSource database, DatabaseClock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public List<Check> run() {
        return List.of(Check.of("database", this::latency), Check.of("database_clock", this::clock));
    }

    private Finding latency() throws SQLException {
        try (Connection connection = database.getConnection()) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < TRIES; i++) {
                long start = System.nanoTime();
                Rows.ask(connection, "select now()", row -> row.getObject(1));
                best = Math.min(best, System.nanoTime() - start);
            }
            String version = connection.getMetaData().getDatabaseProductVersion();
            String answered = String.format(Locale.ROOT, "PostgreSQL %s answers in %.1f ms.", version, best / 1e6);
            return best > SLOW.toNanos()
                    ? new Finding(State.WARNING, answered + " Every message waits for that: move it nearer.")
                    : new Finding(State.OK, answered);
        }
    }

    private Finding clock() throws SQLException {
        Duration ahead = clock.ahead();
        String said = String.format(Locale.ROOT, "The database's clock differs from the server's by %.3f s.",
                ahead.toMillis() / 1000.0);
        return ahead.abs().compareTo(SKEWED) > 0 ? new Finding(State.FAILED, said + " Let both follow the same time (NTP).")
                : new Finding(State.OK, said);
    }
}

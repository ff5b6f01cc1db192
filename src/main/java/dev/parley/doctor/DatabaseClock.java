package dev.parley.doctor;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.backplane.Notice;
import dev.parley.backplane.Recipient;

/**
 * How far the database's clock is from this instance's. Two instances whose clocks differ refuse each other's tokens and
 * links, and nobody would look for the reason there: a large difference is told in the log.
 */
@Singleton
class DatabaseClock implements Recipient {

    private static final Logger LOG = Logger.getLogger(DatabaseClock.class);
    /** Beats between two looks: about a minute. */
    private static final int LOOKS = 12;
    /** Half of what the check of tokens lets pass. */
    private static final Duration HARMFUL = Duration.ofSeconds(15);

    private final DataSource database;
    private final AtomicBoolean wrong = new AtomicBoolean();
    private long beats;

    DatabaseClock(DataSource database) {
        this.database = database;
    }

    /** Positive when the database's is ahead. */
    Duration ahead() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("select clock_timestamp()")) {
            Instant before = Instant.now();
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                Instant there = row.getObject(1, OffsetDateTime.class).toInstant();
                return Duration.between(before.plus(Duration.between(before, Instant.now()).dividedBy(2)), there);
            }
        }
    }

    @Override
    public void received(List<Notice> notices) {
        // None concerns the time.
    }

    @Override
    public void listening() {
        look();
    }

    @Override
    public void beat() {
        if (++beats % LOOKS == 0) {
            look();
        }
    }

    private void look() {
        try {
            Duration ahead = ahead();
            boolean now = ahead.abs().compareTo(HARMFUL) > 0;
            if (wrong.getAndSet(now) != now) {
                if (now) {
                    LOG.warnf("The database's clock differs from this machine's by %d s: tokens, links and what expires are "
                            + "judged wrongly until both follow the same time (NTP)", ahead.toSeconds());
                } else {
                    LOG.info("The database's clock and this machine's agree again");
                }
            }
        } catch (SQLException e) {
            LOG.debug("The database is away", e);
        }
    }
}

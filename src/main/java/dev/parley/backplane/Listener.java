package dev.parley.backplane;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import dev.parley.problem.Outage;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

/**
 * Listens on a connection of its own to what the instances tell each other. When that connection is lost it is made
 * again, and everybody is told, since what was sent meanwhile went by.
 */
@Singleton
class Listener {

    private static final Logger LOG = Logger.getLogger(Listener.class);
    private static final int TICK = 250;
    private static final long PROBE = TimeUnit.SECONDS.toNanos(5);
    /** So long notices come without a pause before one that has not come is taken for lost all the same, in nanoseconds. */
    private static final long LONGEST_STREAM = TimeUnit.SECONDS.toNanos(30);
    private static final long BACK_OFF = 100;
    private static final long LONGEST_PAUSE = 1_000;
    private static final int LONGEST_START = 5;
    /** Signs of life within a lease. */
    private static final int BEATS = 4;

    private final DataSource database;
    private final Registry registry;
    private final Notices notices;
    private final List<Recipient> recipients;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final long lease;
    private final ScheduledExecutorService executor;
    private @Nullable Thread thread;
    private @Nullable ScheduledFuture<?> beats;
    /** Whether the connection of now was listened on. */
    private boolean connected;
    private volatile boolean forgotten;
    private volatile boolean stopping;

    Listener(DataSource database, Registry registry, Notices notices, @All List<Recipient> recipients,
            ScheduledExecutorService executor) {
        this.database = database;
        this.registry = registry;
        this.notices = notices;
        this.recipients = recipients;
        this.executor = executor;
        this.lease = registry.lease().toNanos();
    }

    /** After the database is there, before anybody is served: nobody should listen here to whom nothing is told. */
    void start(@Observes @Priority(500) StartupEvent event) throws InterruptedException {
        thread = Thread.ofPlatform().name("backplane").daemon().start(this::run);
        begun.await(LONGEST_START, TimeUnit.SECONDS);
        long often = Math.max(1, lease / BEATS);
        beats = executor.scheduleWithFixedDelay(this::beat, often, often, TimeUnit.NANOSECONDS);
    }

    private void beat() {
        try {
            if (!registry.beat()) {
                forgotten = true;
            }
            registry.bury();
        } catch (SQLException | RuntimeException e) {
            Outage.tell(LOG, "This instance could not say that it is alive", e);
            return;
        }
        for (Recipient each : recipients) {
            try {
                each.beat();
            } catch (RuntimeException e) {
                Outage.tell(LOG, "What is to be done at each sign of life is done at the next", e);
            }
        }
    }

    /** Also of a start that failed, which is told nothing else of, and closes the database under this thread. */
    void end(@Observes(notifyObserver = Reception.IF_EXISTS) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        stopping = true;
    }

    void stop(@Observes @Priority(2000) ShutdownEvent event) throws InterruptedException {
        stopping = true;
        if (beats != null) {
            beats.cancel(false);
        }
        if (thread != null) {
            thread.interrupt();
            thread.join(2_000);
        }
        try {
            registry.leave();
        } catch (SQLException e) {
            LOG.debug("The others will find out", e);
        }
    }

    private void run() {
        int failures = 0;
        while (!stopping) {
            try {
                connect(failures > 0);
                failures = 0;
            } catch (SQLException | RuntimeException | Error e) {
                if (!stopping) {
                    failures = connected ? 1 : failures + 1;
                    tell(e, failures);
                    pause(failures);
                }
            }
        }
    }

    private void connect(boolean again) throws SQLException {
        connected = false;
        try (Connection connection = database.getConnection()) {
            // First the row, which makes others tell.
            registry.beat();
            execute(connection, "listen " + Notices.CHANNEL);
            try {
                recipients.forEach(Recipient::listening);
                begun.countDown();
                connected = true;
                if (again) {
                    LOG.info("The database is back, and the other instances are heard again");
                }
                listen(connection);
            } finally {
                // It goes back to the pool, which would go on hearing.
                execute(connection, "unlisten *");
            }
        }
    }

    /**
     * Of an outage once, however long it lasts. Without this thread the instance would be deaf and seem alive, so nothing gets
     * out of it.
     */
    private static void tell(Throwable failure, int failures) {
        try {
            if (Outage.is(failure)) {
                LOG.logf(failures == 1 ? Level.WARN : Level.DEBUG,
                        "The database, or this instance's connection to it, is away; it is tried again: %s",
                        Outage.reason(failure));
            } else {
                LOG.error("Listening to the other instances failed and begins again", failure);
            }
        } catch (Error noMemory) {
            // Not even for a line.
        }
    }

    private void listen(Connection connection) throws SQLException {
        PGConnection channel = connection.unwrap(PGConnection.class);
        long heard = System.nanoTime();
        long last = heard;
        long silent = heard;
        while (!stopping) {
            PGNotification[] came = channel.getNotifications(TICK);
            long now = System.nanoTime();
            // Whoever stood still this long need not wait for the rows to tell.
            if (forgotten || now - last > lease) {
                forgotten = false;
                LOG.warn("The other instances took this one for dead; what it was not told is read");
                recipients.forEach(Recipient::listening);
            }
            last = now;
            boolean silence = came == null || came.length == 0;
            // While others come it may be among those behind them, however long they take to be delivered.
            if (silence) {
                silent = now;
            }
            if ((silence || now - silent > LONGEST_STREAM) && recipients.stream().anyMatch(Recipient::isWaitingInVain)) {
                throw new SQLException("a notice has not come back");
            }
            deliver(silence ? new PGNotification[0] : came);
            if (!silence) {
                heard = now;
            } else if (now - heard > PROBE) {
                if (!connection.isValid(2)) {
                    throw new SQLException("the connection is dead");
                }
                heard = now;
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void deliver(PGNotification[] came) {
        List<Notice> read = new ArrayList<>(came.length);
        for (PGNotification each : came) {
            Notice notice = each.getName().equals(Notices.CHANNEL) ? notices.read(each.getParameter()) : null;
            if (notice != null) {
                read.add(notice);
            }
        }
        for (Recipient recipient : recipients) {
            recipient.received(read);
        }
    }

    private static void pause(int failures) {
        try {
            Thread.sleep(Math.min(LONGEST_PAUSE, BACK_OFF * failures));
        } catch (InterruptedException e) {
            // Stopping; the loop ends.
        }
    }
}

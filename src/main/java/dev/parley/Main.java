package dev.parley;

import java.nio.file.Path;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * Starts the service; where no database is configured, with one of its own, started before it and stopped after it. An
 * orderly stop ends with 0, whoever asked for it.
 */
@QuarkusMain
public class Main {

    /**
     * Platform threads wait for what virtual threads read. Where virtual ones do, as is the rule on Linux, a busy native
     * program (GraalVM 25.0.1) now and then did not wake who had asked its database: once in a dozen starts under load.
     */
    private static final String POLLERS = "jdk.pollerMode";

    /**
     * The writer and the framework need some seconds beside what is in hand, which is given {@code parley.drain}, and what a
     * balancer is given to notice, {@code quarkus.shutdown.delay}.
     */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(25);

    /** Loggers' levels are set late in a start; what would be told before that is told when it fails earlier. */
    private static final Logger EARLY = Logger.getLogger("org.hibernate");

    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable EmbeddedDatabase database;
    private volatile @Nullable Duration longestStop;
    private volatile @Nullable Integer code;

    public static void main(String[] args) {
        if (ImageMode.current().isNativeImage() && System.getProperty(POLLERS) == null) {
            System.setProperty(POLLERS, "1");
        }
        EARLY.setLevel(Level.WARNING);
        try {
            new Main().run(args);
        } catch (CannotStart reason) {
            System.err.println("Parley cannot start: " + reason.getMessage());
            System.exit(1);
        }
    }

    private void run(String[] args) {
        if (isReloadable()) {
            startDatabaseWhereNoneIsConfigured();
            stopped.countDown();
            Quarkus.run(args);
        } else {
            Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end"));
            try {
                startDatabaseWhereNoneIsConfigured();
                Quarkus.run(null, this::exit, args);
            } finally {
                stopped.countDown();
            }
        }
    }

    private void exit(int code, @Nullable Throwable failure) {
        if (failure != null) {
            StartFailure.report(failure);
        }
        this.code = code;
        stopped.countDown();
        System.exit(code);
    }

    private void startDatabaseWhereNoneIsConfigured() {
        if (ImageMode.current().isNativeImage()) {
            // It has no database of its own, and until it starts the configuration is the one it was built with.
            return;
        }
        Config config = ConfigProvider.getConfig();
        longestStop = longestStop(config);
        if (DatabaseSettings.nameOne(config)) {
            return;
        }
        if (isReloadable()) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end"));
        }
        Path directory = Path.of(config.getOptionalValue("parley.data-dir", String.class).orElse("data"));
        EmbeddedDatabase started = EmbeddedDatabase.start(directory,
                config.getOptionalValue("parley.embedded.synchronous-commit", String.class).orElse("on"),
                read(() -> config.getOptionalValue(DatabaseSettings.MOST, Integer.class)).orElse(0));
        started.datasource().forEach(System::setProperty);
        DatabaseSettings.embeddedIn(directory);
        started.onDeath(Main::endWithoutDatabase);
        database = started;
    }

    /**
     * Hooks run side by side, so this one waits for Quarkus to have stopped. After a signal the virtual machine would end
     * with 143, which supervisors take for a failure.
     */
    private void end() {
        EmbeddedDatabase running = database;
        if (running != null) {
            running.expectEnd();
        }
        boolean orderly = false;
        try {
            orderly = stopped.getCount() == 0 || stopped.await(longestStop().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } finally {
            // Read again: a signal may have come while it was starting.
            running = database;
            if (running != null) {
                running.close();
            }
        }
        Integer ended = code;
        if (orderly && ended != null) {
            System.out.flush();
            System.err.flush();
            Runtime.getRuntime().halt(ended);
        }
    }

    private Duration longestStop() {
        Duration known = longestStop;
        return known == null ? longestStop(ConfigProvider.getConfig()) : known;
    }

    static Duration longestStop(Config config) {
        return read(() -> LONGEST_STOP.plus(config.getValue("parley.drain", Duration.class))
                .plus(config.getOptionalValue("quarkus.shutdown.delay", Duration.class).orElse(Duration.ZERO)));
    }

    private static <T> T read(Supplier<T> setting) {
        try {
            return setting.get();
        } catch (IllegalArgumentException | NoSuchElementException wrong) {
            throw new CannotStart(StartFailure.sentence(String.valueOf(wrong.getMessage())));
        }
    }

    /** Without its database this process has no use, and whoever supervises it should start a new one. */
    private static void endWithoutDatabase() {
        System.err.println("Parley stops: its embedded database has ended unexpectedly");
        Quarkus.asyncExit(1);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(Duration.ofSeconds(5));
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(1);
        });
    }

    /** Dev mode calls main again in the same process whenever a class has changed, and keeps the database. */
    private static boolean isReloadable() {
        return Thread.currentThread().getContextClassLoader().getClass().getName().contains("QuarkusClassLoader");
    }
}

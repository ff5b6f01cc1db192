package dev.parley;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Refuses to start with settings of the database that the driver and the pool explain badly, or take without a word, or that
 * are half.
 */
@Singleton
class DatabaseSettings {

    static final String URL = "quarkus.datasource.jdbc.url";
    static final String MOST = "quarkus.datasource.jdbc.max-size";

    /**
     * Two are taken for good, and four works that one instance does for all may hold a lock each, on one, and ask on others.
     */
    private static final String TOO_FEW = "0*[0-7]";
    private static final String SCHEME = "jdbc:postgresql:";

    private static final Logger LOG = Logger.getLogger(DatabaseSettings.class);

    private static volatile @Nullable Path embedded;

    /** Before anything begins that would have to end again. */
    static void refuseWrongOnes(@Observes @Priority(1) StartupEvent start, Config config) {
        fault(config).ifPresent(sentence -> {
            throw new ConfigurationException(sentence);
        });
    }

    /**
     * Whether they name a database, so that none has to be brought along.
     *
     * @throws CannotStart when they were meant to, since an empty one would seem to have lost everything
     */
    static boolean nameOne(Config config) {
        if (config.getOptionalValue(URL, String.class).isPresent()) {
            return true;
        }
        if (config.getConfigValue(URL).getValue() != null) {
            throw new CannotStart(URL + " is set to nothing: name a database, or leave it out to use the embedded one");
        }
        for (String other : List.of("quarkus.datasource.username", "quarkus.datasource.password")) {
            if (config.getOptionalValue(other, String.class).isPresent()) {
                throw new CannotStart(other + " is set, but " + URL
                        + " is not: name a database, or leave out both to use the embedded one");
            }
        }
        return false;
    }

    /** Until the program has started there is no log, and then nothing else to be said when it did not. */
    static void embeddedIn(Path directory) {
        embedded = directory.toAbsolutePath().normalize();
    }

    static void tell(@Observes StartupEvent start) {
        if (embedded != null) {
            LOG.infof("No database is configured: the embedded one in %s is used", embedded);
        }
    }

    /** The address is never repeated, since a password may be in it. */
    static Optional<String> fault(Config config) {
        String url = config.getOptionalValue(URL, String.class).orElse(SCHEME);
        if (!url.startsWith(SCHEME)) {
            return Optional.of(URL + " must begin with jdbc:postgresql://");
        }
        if (url.matches(SCHEME + "//[^/?]*@.*")) {
            return Optional.of(URL + " cannot hold a user and a password: set quarkus.datasource.username and"
                    + " quarkus.datasource.password");
        }
        return config.getOptionalValue(MOST, String.class).filter(most -> most.strip().matches(TOO_FEW))
                .map(most -> MOST + " must be at least 8, not " + most
                        + ": two connections are always taken, one to listen and one to write, and four by sweeps at times");
    }
}

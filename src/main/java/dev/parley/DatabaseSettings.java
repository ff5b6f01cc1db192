package dev.parley;

import java.util.Optional;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

/** Refuses to start with settings of the database that the driver and the pool explain badly, or take without a word. */
@Singleton
class DatabaseSettings {

    static final String URL = "quarkus.datasource.jdbc.url";
    static final String MOST = "quarkus.datasource.jdbc.max-size";

    /** Two are taken for good, and two sweeps may hold their locks at once, each on one, and ask on another. */
    private static final String TOO_FEW = "0*[0-5]";
    private static final String SCHEME = "jdbc:postgresql:";

    /** Before anything begins that would have to end again. */
    static void refuseWrongOnes(@Observes @Priority(1) StartupEvent start, Config config) {
        fault(config).ifPresent(sentence -> {
            throw new ConfigurationException(sentence);
        });
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
                .map(most -> MOST + " must be at least 6, not " + most
                        + ": two connections are always taken, one to listen and one to write, and sweeps take two each");
    }
}

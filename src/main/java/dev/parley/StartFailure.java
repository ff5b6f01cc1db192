package dev.parley;

import java.net.BindException;

import org.eclipse.microprofile.config.ConfigProvider;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;

/** Says why the program did not start: one line for what an operator can mend, a stack trace for what is our fault. */
final class StartFailure {

    private StartFailure() {
    }

    static void report(Throwable failure) {
        String sentence = sentence(failure);
        if (sentence == null) {
            Logger.getLogger(Main.class).error("Parley did not start", failure);
        } else {
            System.err.println("Parley cannot start: " + sentence);
        }
    }

    private static @Nullable String sentence(Throwable failure) {
        if (ImageMode.current().isNativeImage()
                && ConfigProvider.getConfig().getOptionalValue(Main.URL, String.class).isEmpty()) {
            return "no database is configured, and the native program has none of its own:"
                    + " set QUARKUS_DATASOURCE_JDBC_URL, QUARKUS_DATASOURCE_USERNAME and QUARKUS_DATASOURCE_PASSWORD";
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case FlywayValidateException invalid -> {
                    return invalid.getMessage().contains("not resolved locally")
                            ? "the database's schema is newer than this program: run a newer Parley"
                            : "the database's schema is not this program's: " + oneLine(invalid);
                }
                case BindException taken -> {
                    return "its port is in use, set PORT to another one: " + oneLine(taken);
                }
                case ConfigurationException wrong -> {
                    return oneLine(wrong);
                }
                case ConfigValidationException wrong -> {
                    return oneLine(wrong);
                }
                case PSQLException refused when refused.getSQLState() != null
                        && (refused.getSQLState().startsWith("08") || refused.getSQLState().startsWith("28")
                                || refused.getSQLState().equals("3D000")) -> {
                    return "the database cannot be reached: " + oneLine(refused);
                }
                default -> {
                    // Look further down.
                }
            }
        }
        return null;
    }

    private static String oneLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}

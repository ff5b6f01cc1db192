package dev.parley;

import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

import dev.parley.problem.OneLine;
import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;

/** Says why the program did not start: one line for what an operator can mend, a stack trace for what is our fault. */
final class StartFailure {

    /** How the framework begins to speak of settings that are injected one by one. */
    private static final String NOT_LOADED = "Failed to load config value";

    static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String TOO_MANY_CONNECTIONS = "53300";
    private static final String CANNOT_CONNECT_NOW = "57P03";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

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

    static @Nullable String sentence(Throwable failure) {
        Config config = ConfigProvider.getConfig();
        if (ImageMode.current().isNativeImage()
                && config.getOptionalValue(DatabaseSettings.URL, String.class).isEmpty()) {
            return "no database is configured, and the native program has none of its own:"
                    + " set QUARKUS_DATASOURCE_JDBC_URL, QUARKUS_DATASOURCE_USERNAME and QUARKUS_DATASOURCE_PASSWORD";
        }
        // What is wrong with these may have failed in many ways.
        Optional<String> database = DatabaseSettings.fault(config);
        if (database.isPresent()) {
            return database.get();
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case FlywayValidateException invalid -> {
                    return invalid.getMessage().contains("not resolved locally")
                            ? "the database's schema is newer than this program: run a newer Parley"
                            : "the database's schema is not this program's: " + oneLine(invalid);
                }
                case FlywayException foreign when oneLine(foreign).startsWith("Found non-empty schema(s)") -> {
                    return "the database has tables that are not Parley's: give it one that is empty";
                }
                case BindException taken -> {
                    return "its port is in use, set PORT to another one: " + oneLine(taken);
                }
                case ConfigurationException wrong -> {
                    return oneLine(wrong).startsWith(NOT_LOADED)
                            ? sentences(wrong.getConfigKeys().stream().map(StartFailure::unfit))
                            : oneLine(wrong);
                }
                case ConfigValidationException wrong -> {
                    return sentences(IntStream.range(0, wrong.getProblemCount()).mapToObj(wrong::getProblem)
                            .map(Problem::getMessage));
                }
                case FileSystemException unusable -> {
                    return "a file or directory cannot be used: " + unusable;
                }
                case PSQLException refused when refused.getSQLState() != null
                        && (refused.getSQLState().startsWith("08") || refused.getSQLState().startsWith("28")
                                || refused.getSQLState().equals("3D000")) -> {
                    // Of an unknown host the driver says only that it did not get there.
                    return "the database cannot be reached: " + oneLine(refused)
                            + (refused.getCause() instanceof UnknownHostException unknown
                                    ? " There is no host " + unknown.getMessage()
                                    : "");
                }
                case PSQLException full when TOO_MANY_CONNECTIONS.equals(full.getSQLState()) -> {
                    return "the database has no connection left: give it a larger max_connections, or instances a smaller "
                            + DatabaseSettings.MOST + ": " + oneLine(full);
                }
                case PSQLException early when CANNOT_CONNECT_NOW.equals(early.getSQLState()) -> {
                    return "the database is starting or stopping: start again when it is ready: " + oneLine(early);
                }
                case PSQLException denied when INSUFFICIENT_PRIVILEGE.equals(denied.getSQLState()) -> {
                    return "the database's user lacks a right, so make it the owner of the database, or"
                            + " grant create on schema public to it: " + oneLine(denied);
                }
                case PSQLException held when LOCK_NOT_AVAILABLE.equals(held.getSQLState()) -> {
                    return "the database's schema cannot be changed while something else holds its tables, a dump perhaps:"
                            + " start again when that has ended";
                }
                case IllegalArgumentException unfit when oneLine(unfit).startsWith("port must be") -> {
                    return "PORT cannot be " + config.getConfigValue("quarkus.http.port").getValue() + ": "
                            + oneLine(unfit);
                }
                default -> {
                    // Look further down.
                }
            }
        }
        return null;
    }

    /** The framework names the setting alone. */
    private static String unfit(String setting) {
        String value = ConfigProvider.getConfig().getConfigValue(setting).getValue();
        return value == null ? setting + " is not set" : setting + " cannot be \"" + value + "\"";
    }

    private static String sentences(Stream<String> messages) {
        return messages.map(StartFailure::sentence).distinct().collect(Collectors.joining("; "));
    }

    /** What the configuration's own messages say of a setting and its value, without what they say of classes. */
    static String sentence(String message) {
        return OneLine.of(message).replaceAll("(\\S+Exception: )?SRCFG\\d+: ", "")
                .replaceAll("^The config property (\\S+) with the config value \"(.*?)\" threw an Exception whilst being"
                        + " converted ", "$1 cannot be \"$2\": ")
                .replaceAll("^The config property (\\S+) is defined as the empty String .*", "$1 is set to nothing")
                .replaceAll("Cannot convert .* to enum class \\S+, ", "")
                .replaceAll("value \\S.* not in correct format \\(regular expression\\): \\[0-9\\].*",
                        "it must be a size such as 500K, 10M or 2G")
                .replaceAll("Invalid duration: .*", "it must be a time such as 5s, 10m or 12h")
                .replaceAll("^(\\S+) in (\\S+) does not map to any root$", "there is no setting $1, which is in $2");
    }

    private static String oneLine(Throwable cause) {
        return OneLine.of(String.valueOf(cause.getMessage()));
    }
}

package dev.parley;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Refuses to start with addresses that no page could have: all would seem well, and files would have addresses that lead
 * nowhere, and pages elsewhere would be refused.
 */
@Singleton
class Addresses {

    /** A host with an underscore is none to {@link java.net.URI}, but to browsers and containers. */
    private static final String HOST = "[^\\s/?#@,*:][^\\s/?#@,*]*";
    private static final Pattern BASE = Pattern.compile("https?://" + HOST + "(/[^\\s?#,]*)?", Pattern.CASE_INSENSITIVE);
    /** Programs with a browser in them have schemes of their own: {@code capacitor://localhost}. */
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://" + HOST, Pattern.CASE_INSENSITIVE);
    /** The framework takes what stands between slashes for a regular expression; sockets go by addresses alone. */
    private static final String ALL_ORIGINS = "*";

    /** Before anything begins that would have to end again. */
    static void refuseWrongOnes(@Observes @Priority(1) StartupEvent start,
            @ConfigProperty(name = "parley.base-url") Optional<String> baseUrl,
            @ConfigProperty(name = "parley.origins") Optional<List<String>> origins) {
        baseUrl.ifPresent(Addresses::requireBase);
        origins.orElse(List.of()).forEach(Addresses::requireOrigin);
    }

    static void requireBase(String url) {
        if (!BASE.matcher(url).matches()) {
            throw new ConfigurationException(
                    "parley.base-url must be an address such as https://chat.example.org, not \"" + url + "\"");
        }
    }

    static void requireOrigin(String origin) {
        if (!ORIGIN.matcher(origin).matches() && !origin.equals(ALL_ORIGINS)) {
            throw new ConfigurationException("parley.origins must be addresses such as https://chat.example.org,"
                    + " without a path and with commas alone between them, not \"" + origin + "\"");
        }
    }
}

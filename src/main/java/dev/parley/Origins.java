package dev.parley;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.annotation.Priority;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;

/**
 * Makes the list of allowed origins one that the framework understands: it takes {@code *} for all only where that stands
 * alone, and any other element to the letter, while browsers write an origin in small letters, without a port that goes
 * without saying and without a path (HTML, "serialization of an origin"). Sockets go by the same list.
 */
@Priority(Priorities.APPLICATION)
public class Origins implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    /** From {@code parley.origins} and {@code parley.base-url}. */
    private static final String LIST = "quarkus.http.cors.origins";
    private static final String ALL = "*";
    private static final String PATH = "(?<=[^/:])/.*";
    private static final String USUAL_PORT = "(?<=^http://.{1,255}):80$|(?<=^https://.{1,255}):443$";

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue found = context.proceed(name);
        return name.equals(LIST) && found != null && found.getValue() != null
                ? found.withValue(understood(found.getValue()))
                : found;
    }

    private static String understood(String list) {
        String[] origins = list.split(",");
        return Stream.of(origins).anyMatch(ALL::equals) ? ALL
                : Stream.of(origins).map(Origins::asBrowsersWriteIt).distinct().collect(Collectors.joining(","));
    }

    private static String asBrowsersWriteIt(String origin) {
        return origin.toLowerCase(Locale.ROOT).replaceFirst(PATH, "").replaceFirst(USUAL_PORT, "");
    }
}

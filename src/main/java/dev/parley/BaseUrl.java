package dev.parley;

import jakarta.annotation.Priority;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;

/**
 * Reads {@code parley.base-url} without a slash at its end, whoever asks: paths begin with one, and an origin, which it is
 * compared with, never ends with one.
 */
@Priority(Priorities.LIBRARY)
public class BaseUrl implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue found = context.proceed(name);
        if (!name.equals("parley.base-url") || found == null || found.getValue() == null) {
            return found;
        }
        return found.withValue(found.getValue().strip().replaceAll("/+$", ""));
    }
}

package dev.parley.attachment.storage;

import java.time.Duration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How the store is kept free of what nobody needs. */
@ConfigMapping(prefix = "parley.storage")
public interface StorageSettings {

    /** How old what seems left behind must be before it is; longer than any upload lasts. */
    @WithDefault("24h")
    Duration leftoverAge();

    /** How often the store is compared with the rows, by one instance for all. */
    @WithDefault("24h")
    Duration reconcileEvery();

    /** Whether these rounds only report what they would remove. */
    @WithDefault("false")
    boolean dryRun();
}

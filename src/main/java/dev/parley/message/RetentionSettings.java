package dev.parley.message;

import java.time.Duration;
import java.util.OptionalInt;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How long what was said is kept. */
@ConfigMapping(prefix = "parley.retention")
interface RetentionSettings {

    /** Days, 1 to 36500, after which messages of every room are deleted, pinned ones too; a room may keep them for less. */
    // As of a room's own. The database has no dates for what is longer ago than a few thousand years.
    @Min(1)
    @Max(36_500)
    OptionalInt days();

    /** How often what is too old is looked for. */
    @WithDefault("1h")
    Duration every();
}

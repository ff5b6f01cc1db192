package dev.parley.rate;

import jakarta.validation.constraints.Min;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much a user may do in a minute, by whatever door; each instance counts for itself. Above, 429 or an error frame. */
@ConfigMapping(prefix = "parley.rates")
interface RateSettings {

    /** Messages that a user may post, edit, delete, like or pin at once; as many come back in a minute. */
    @WithDefault("60000")
    @Min(1)
    int messages();

    /** Rooms that a user may open or change, their members and the own profile too, at once; as many come back in a minute. */
    @WithDefault("300")
    @Min(1)
    int rooms();

    /** People that a user may put into rooms at once; as many come back in a minute. */
    @WithDefault("3000")
    @Min(1)
    int members();

    /** Files that a user may upload at once; as many come back in a minute. */
    @WithDefault("600")
    @Min(1)
    int uploads();
}

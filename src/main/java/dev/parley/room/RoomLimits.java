package dev.parley.room;

import jakarta.validation.constraints.Min;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How large rooms may be. */
@ConfigMapping(prefix = "parley.rooms")
public interface RoomLimits {

    /** The most members a group may have. */
    @WithDefault("1000")
    @Min(1)
    int maxMembers();
}

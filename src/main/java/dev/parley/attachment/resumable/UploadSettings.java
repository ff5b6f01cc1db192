package dev.parley.attachment.resumable;

import java.time.Duration;

import jakarta.validation.constraints.Min;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Resumable uploads. Their sizes are limited as those of all files. */
@ConfigMapping(prefix = "parley.uploads")
interface UploadSettings {

    /** How long an upload is kept after its last byte. */
    @WithDefault("24h")
    Duration keptFor();

    /** Unfinished uploads that one user may have. */
    @WithDefault("100")
    @Min(1)
    int open();

    /** How long an upload stays with a request that has fallen silent, before another may go on with it. */
    @WithDefault("10s")
    Duration lease();

    /** Whether clients may put files into the bucket themselves, by presigned addresses. */
    @WithDefault("false")
    boolean direct();
}

package dev.parley.attachment;

import java.time.Duration;
import java.util.Optional;

import jakarta.validation.constraints.Min;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How large files may be, a kind, what is kept of them, and how long one may wait for its message. */
@ConfigMapping(prefix = "parley.files")
public interface FileLimits {

    /** The largest image. */
    @WithDefault("10M")
    MemorySize image();

    /** The largest voice message. */
    @WithDefault("50M")
    MemorySize voice();

    /** The largest video. */
    @WithDefault("100M")
    MemorySize video();

    /** The largest other file. */
    @WithDefault("50M")
    MemorySize file();

    /** How many uploads may arrive at once; one more is refused with 429. */
    @WithDefault("1000")
    @Min(1)
    int atOnce();

    /**
     * How many uploads of one person may arrive at once, and no more than a fifth of the places that are free, or three while
     * half of them are; one more is refused with 429.
     */
    @WithDefault("100")
    @Min(1)
    int atOnceEach();

    /** Whether photos, videos and MP3s keep what they tell of places, devices and times. */
    @WithDefault("false")
    boolean keepMetadata();

    /** How long an upload waits for a message to take it. */
    @WithDefault("24h")
    Duration unboundFor();

    /** The most that one person's files may take altogether. */
    Optional<MemorySize> quota();

    /** How often what nobody may fetch any more is removed from the store. */
    @WithDefault("15s")
    Duration sweepEvery();

    /** What the core takes: known types only. */
    default Allowance allowance() {
        return new Allowance(image().asLongValue(), voice().asLongValue(), video().asLongValue(), file().asLongValue(),
                false);
    }
}

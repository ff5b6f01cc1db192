package dev.parley.attachment.preview;

import jakarta.validation.constraints.Min;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Smaller pictures of files, where the programs that make them are installed. */
@ConfigMapping(prefix = "parley.previews")
public interface PreviewSettings {

    /** Whether previews are made. */
    @WithDefault("true")
    boolean enabled();

    /** How many an instance makes at a time. */
    @WithDefault("1")
    @Min(1)
    int workers();

    /** How many files of a kind may wait for theirs, a fifth of them one person's; what comes when so many wait gets none. */
    @WithDefault("1000")
    @Min(1)
    int queue();
}

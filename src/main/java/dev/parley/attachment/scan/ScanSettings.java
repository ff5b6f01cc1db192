package dev.parley.attachment.scan;

import java.util.Optional;

import jakarta.validation.constraints.Min;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Which virus scanner is asked about files. */
@ConfigMapping(prefix = "parley.scan")
public interface ScanSettings {

    /** Where ClamAV's clamd listens: {@code host:port} or {@code unix:/path}. Without it files are not scanned. */
    Optional<String> address();

    /**
     * What becomes of files that cannot be scanned: {@code withhold} keeps them back while clamd is away and blocks what it
     * cannot scan or finds too large, {@code allow} serves them.
     */
    @WithDefault("withhold")
    Unscanned unscanned();

    /** How many files an instance has scanned at a time. */
    @WithDefault("2")
    @Min(1)
    int workers();

    enum Unscanned {
        WITHHOLD,
        ALLOW
    }
}

package dev.parley.attachment;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/** What the virus scanner said of a file. */
public enum ScanState {
    /** Not decided: nobody gets its bytes. */
    SCANNING,
    CLEAN,
    /** Nobody gets its bytes any more; they are removed when something was found in them. */
    BLOCKED,
    /** Served without a scan; the reason says why. */
    SKIPPED;

    /** The reason why a file is blocked, or skipped, that nobody could scan: it may be tried again. */
    public static final String FAILED = "failed";
    /** The reason why a file is blocked, or skipped, that the scanner does not take. */
    public static final String TOO_LARGE = "too_large";

    /** The name in JSON and in the database: lower case. */
    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException when there is no such state */
    public static ScanState of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }
}

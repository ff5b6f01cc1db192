package dev.parley.attachment;

import java.util.Locale;

/** What the virus scanner said of a file. */
public enum ScanState {
    /** Not decided: nobody gets its bytes. */
    SCANNING,
    CLEAN,
    /** Nobody gets its bytes any more, and they are removed. */
    BLOCKED,
    /** Served without a scan; the reason says why. */
    SKIPPED;

    /** The name in JSON and in the database: lower case. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException when there is no such state */
    public static ScanState of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }
}

package dev.parley.attachment.preview;

import java.util.Locale;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** How large a preview is: it fits into a square of so many pixels, and is never larger than the original. */
public enum PreviewSize {
    /** For a list of messages. */
    SMALL(480),
    /** For a whole screen. */
    LARGE(1280);

    final int pixels;

    PreviewSize(int pixels) {
        this.pixels = pixels;
    }

    /** As in addresses and in the database: lower case. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws Refusal {@link Code#BAD_REQUEST} when there is no such size */
    public static PreviewSize of(String id) {
        for (PreviewSize size : values()) {
            if (size.id().equals(id)) {
                return size;
            }
        }
        throw new Refusal(Code.BAD_REQUEST, "size is small or large");
    }
}

package dev.parley.message;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** A part of a room's messages that somebody looks for. */
enum Only {
    PINNED,
    FILES;

    static @Nullable Only of(@Nullable String name) {
        if (name == null) {
            return null;
        }
        for (Only only : values()) {
            if (only.name().toLowerCase(Locale.ROOT).equals(name)) {
                return only;
            }
        }
        throw new Refusal(Code.BAD_REQUEST, "only is pinned or files");
    }
}

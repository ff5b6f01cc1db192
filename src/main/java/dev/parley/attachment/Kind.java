package dev.parley.attachment;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a file is to the people of a room; its limit and the {@code message_type} of its message follow from it. */
public enum Kind {
    IMAGE,
    VOICE,
    VIDEO,
    FILE;

    /** The name in JSON and in the database: lower case. */
    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param id a name as {@link #id()} gives it
     * @throws IllegalArgumentException when no kind has that name
     */
    public static Kind of(String id) {
        for (Kind kind : values()) {
            if (kind.id().equals(id)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of file is called " + id);
    }
}

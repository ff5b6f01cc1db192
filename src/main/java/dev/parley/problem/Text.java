package dev.parley.problem;

import org.jspecify.annotations.Nullable;

/** What PostgreSQL and UTF-8 cannot hold is refused before it gets there, with a sentence that names the field. */
public final class Text {

    private static final int NAME = 255;

    private Text() {
    }

    /** Refuses NUL characters and lone surrogates. */
    public static String storable(String text, String field) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new Refusal(Code.BAD_REQUEST, field + " contains a NUL character");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    throw new Refusal(Code.BAD_REQUEST, field + " contains a lone surrogate");
                }
            }
        }
        return text;
    }

    /** A name for people: 1 to 255 code points after trimming, no control characters. */
    public static String name(@Nullable String text, String field) {
        if (text == null || text.isBlank()) {
            throw new Refusal(Code.BAD_REQUEST, field + " must not be empty");
        }
        String name = storable(text, field).strip();
        if (name.codePointCount(0, name.length()) > NAME) {
            throw new Refusal(Code.BAD_REQUEST, field + " is longer than " + NAME + " characters");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new Refusal(Code.BAD_REQUEST, field + " contains a control character");
        }
        return name;
    }
}

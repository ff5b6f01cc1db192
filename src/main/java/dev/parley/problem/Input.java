package dev.parley.problem;

import java.text.Normalizer;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** The checks that everything a client sends goes through; each failure is a {@link Code#BAD_REQUEST} that says why. */
public final class Input {

    /** The largest integer that every JSON reader keeps exactly. */
    public static final long MAX_ID = (1L << 53) - 1;

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

    private Input() {
    }

    /** A field that must be there. */
    public static <T> T required(String what, @Nullable T value) {
        if (value == null) {
            throw new Refusal(Code.BAD_REQUEST, what + " is missing");
        }
        return value;
    }

    /** Text that PostgreSQL and every UTF-8 reader can hold: no NUL, no half of a surrogate pair. */
    public static String storable(String what, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 0) {
                throw new Refusal(Code.BAD_REQUEST, what + " contains a NUL character");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c) && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1));
                if (!pair) {
                    throw new Refusal(Code.BAD_REQUEST, what + " contains half of a surrogate pair");
                }
                i++;
            }
        }
        return value;
    }

    /** One line of visible text, trimmed and composed (NFC): 1 to {@code max} characters (code points). */
    public static String line(String what, @Nullable String value, int max) {
        String line = Normalizer.normalize(storable(what, required(what, value)).strip(), Normalizer.Form.NFC);
        if (line.codePointCount(0, line.length()) > max) {
            throw new Refusal(Code.BAD_REQUEST, what + " is too long. Maximum: " + max + " characters");
        }
        if (line.codePoints().anyMatch(Input::breaksALine)) {
            throw new Refusal(Code.BAD_REQUEST, what + " contains control characters");
        }
        if (line.codePoints().noneMatch(Input::isVisible)) {
            throw new Refusal(Code.BAD_REQUEST, what + " is empty");
        }
        return line;
    }

    /** A whole number of a query or a path: {@code otherwise} when absent, refused outside of {@code min..max}. */
    public static long number(String what, @Nullable String value, long otherwise, long min, long max) {
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        if (NUMBER.matcher(value).matches()) {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw new Refusal(Code.BAD_REQUEST, what + " must be a whole number from " + min + " to " + max);
    }

    /** {@code true} or {@code false}: what is mistyped decides nothing. */
    public static boolean truth(String what, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Refusal(Code.BAD_REQUEST, what + " must be true or false");
        };
    }

    /** An id that a client may write in any form: what is no id of ours names nothing, as {@code otherwise} says. */
    public static long id(@Nullable String value, Code otherwise) {
        if (value != null && NUMBER.matcher(value).matches()) {
            long id = Long.parseLong(value);
            if (id > 0 && id <= MAX_ID) {
                return id;
            }
        }
        throw new Refusal(otherwise);
    }

    /** The same of an id that is a UUID. */
    public static UUID uuid(@Nullable String value, Code otherwise) {
        try {
            return UUID.fromString(String.valueOf(value));
        } catch (IllegalArgumentException e) {
            throw new Refusal(otherwise);
        }
    }

    // Bidirectional overrides would let a name rewrite the text around it.
    private static boolean breaksALine(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
        };
    }

    private static boolean isVisible(int c) {
        return !Character.isWhitespace(c) && !Character.isSpaceChar(c) && Character.getType(c) != Character.FORMAT;
    }
}

package dev.parley.attachment;

import java.nio.charset.StandardCharsets;

/**
 * A {@code Content-Disposition} (RFC 6266) around a name that may hold anything: an ASCII stand-in for old programs and
 * {@code filename*} (RFC 8187) for all others. Controls, marks that turn the direction of text (they make
 * {@code exe.jpg} of {@code gpj.exe}) and path separators are no part of a file's name on anybody's disk.
 */
final class Disposition {

    /** In characters; encoded, each may take twelve bytes of a header that clients limit to some 8 KiB. */
    private static final int LONGEST = 200;
    private static final int LONGEST_EXTENSION = 16;
    private static final String UNENCODED = "!#$&+-.^_`|~";

    private Disposition() {
    }

    static String of(boolean inline, String name) {
        String safe = shortened(safe(name));
        String kind = inline ? "inline" : "attachment";
        return kind + "; filename=\"" + ascii(safe) + "\"; filename*=UTF-8''" + encoded(safe);
    }

    private static String safe(String name) {
        StringBuilder safe = new StringBuilder();
        name.codePoints().forEach(c -> {
            if (c == '/' || c == '\\') {
                safe.append('_');
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                safe.append('\uFFFD');
            } else if (!isInvisible(c)) {
                safe.appendCodePoint(c);
            }
        });
        String text = safe.toString().strip();
        return text.isEmpty() || text.chars().allMatch(c -> c == '.') ? "file" : text;
    }

    /** Joiners (U+200C, U+200D) are invisible as well, but words and emoji are made with them. */
    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.FORMAT -> c != 0x200C && c != 0x200D;
            default -> false;
        };
    }

    private static String shortened(String name) {
        int length = name.codePointCount(0, name.length());
        if (length <= LONGEST) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String extension = dot >= 0 && name.length() - dot <= LONGEST_EXTENSION ? name.substring(dot) : "";
        int kept = LONGEST - extension.codePointCount(0, extension.length());
        return name.substring(0, name.offsetByCodePoints(0, kept)) + extension;
    }

    /** Without percent signs too: some programs decode them here. */
    private static String ascii(String name) {
        StringBuilder ascii = new StringBuilder();
        name.codePoints().forEach(c -> {
            boolean plain = c >= ' ' && c < 0x7f && c != '"' && c != '%';
            ascii.append(plain ? (char) c : '_');
        });
        return ascii.toString();
    }

    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (letter || UNENCODED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return encoded.toString();
    }
}

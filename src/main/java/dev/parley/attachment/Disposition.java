package dev.parley.attachment;

import java.nio.charset.StandardCharsets;

/**
 * A {@code Content-Disposition} (RFC 6266) around a {@link FileName}, which is made sure of once more: an ASCII stand-in for
 * old programs and {@code filename*} (RFC 8187) for all others.
 */
final class Disposition {

    /** In characters; encoded, each may take twelve bytes of a header that clients limit to some 8 KiB. */
    private static final int LONGEST = 200;
    private static final String UNENCODED = "!#$&+-.^_`|~";

    private Disposition() {
    }

    static String of(boolean inline, String name) {
        String safe = FileName.shortened(FileName.of(name), LONGEST);
        String kind = inline ? "inline" : "attachment";
        return kind + "; filename=\"" + ascii(safe) + "\"; filename*=UTF-8''" + encoded(safe);
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

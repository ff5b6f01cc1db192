package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * The bytes of a base64 text (RFC 4648, 4) with or without a {@code data:} prefix, decoded as they are read and never
 * held. Escaped slashes, as some JSON writers make them, are taken.
 */
public final class Base64Input extends InputStream {

    private final InputStream decoded;

    public Base64Input(CharSequence text) {
        int start = 0;
        if (text.length() > 5 && "data:".contentEquals(text.subSequence(0, 5))) {
            while (start < text.length() && text.charAt(start) != ',') {
                start++;
            }
            start++;
        }
        decoded = Base64.getDecoder().wrap(new Characters(text, Math.min(start, text.length())));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        try {
            return decoded.read(into, offset, length);
        } catch (IOException | IllegalArgumentException e) {
            throw new Refusal(Code.BAD_REQUEST, "file_data is not valid base64");
        }
    }

    private static final class Characters extends InputStream {

        private final CharSequence text;
        private int next;

        Characters(CharSequence text, int start) {
            this.text = text;
            this.next = start;
        }

        @Override
        public int read() {
            while (next < text.length()) {
                char c = text.charAt(next++);
                if (c == '\\') {
                    c = escaped();
                }
                if (c != ' ') {
                    return c > 127 ? '!' : c;
                }
            }
            return -1;
        }

        /** JSON's escapes as encoders use them: slashes, pluses by number, and line breaks, which mean nothing. */
        private char escaped() {
            char c = next < text.length() ? text.charAt(next++) : '!';
            return switch (c) {
                case '/' -> '/';
                case 'n', 'r' -> ' ';
                case 'u' -> numbered();
                default -> '!';
            };
        }

        private char numbered() {
            int end = next + 4;
            if (end > text.length()) {
                return '!';
            }
            int code = 0;
            while (next < end) {
                code = code << 4 | Math.max(0, Character.digit(text.charAt(next++), 16));
            }
            return (char) code;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int count = 0;
            int c;
            while (count < length && (c = read()) >= 0) {
                into[offset + count++] = (byte) c;
            }
            return count == 0 && length > 0 ? -1 : count;
        }
    }
}

package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * The bytes of a base64 text (RFC 4648, 4) with or without a {@code data:} prefix, decoded as they are read and never
 * held. The text is what stands between the quotes of a JSON string, where writers escape slashes, {@code =} (Gson) and
 * {@code +} (.NET), and Android breaks lines.
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

        /** Outside the alphabet, so the decoder refuses it. */
        private static final char WRONG = '!';

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
                if (c != '\n' && c != '\r') {
                    return c > 127 ? WRONG : c;
                }
            }
            return -1;
        }

        /** The character that an escape stands for (RFC 8259, 7), as far as base64 has any use for it. */
        private char escaped() {
            char c = next < text.length() ? text.charAt(next++) : WRONG;
            return switch (c) {
                case '/', 'n', 'r' -> c == '/' ? c : '\n';
                case 'u' -> unicode();
                default -> WRONG;
            };
        }

        private char unicode() {
            int code = 0;
            for (int i = 0; i < 4; i++) {
                int digit = next < text.length() ? Character.digit(text.charAt(next++), 16) : -1;
                if (digit < 0) {
                    return WRONG;
                }
                code = code * 16 + digit;
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

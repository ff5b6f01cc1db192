package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

import dev.parley.problem.Refusal;

/** What holds for whatever is sent as a form, be it one, almost one or none. */
final class FormPromises {

    /** What a reader may set aside for what it has not handed on. */
    private static final int WINDOW = 128 * 1024;
    private static final int LONGEST = 64 * 1024;

    private FormPromises() {
    }

    /**
     * It is read to its end or refused, in bounded memory, and the same in small pieces as in one.
     *
     * @param most bytes of a piece
     */
    static void holdFor(String boundary, byte[] body, int most) {
        Random random = new Random(body.length);
        assertThat(cut(boundary, new Arriving(body, most, random)))
                .isEqualTo(cut(boundary, new Arriving(body, Integer.MAX_VALUE, random)));
        assertThat(read(boundary, new Arriving(body, most, random)))
                .isEqualTo(read(boundary, new Arriving(body, Integer.MAX_VALUE, random)));
    }

    /** The fields and files that are whole, and the refusal if it ends with one. */
    static List<String> read(String boundary, InputStream body) {
        List<String> seen = new ArrayList<>();
        try {
            Multipart.read("multipart/form-data; boundary=\"" + boundary + "\"", body, Long.MAX_VALUE, new Multipart.Parts() {

                @Override
                public void field(String name, String value) {
                    assertThat(value.length()).isLessThanOrEqualTo(LONGEST);
                    seen.add(name + "=" + value);
                }

                @Override
                public void file(Multipart.FilePart file) {
                    seen.add(file.field() + ":" + file.name() + ":" + told(file.content()));
                }
            });
            seen.add("read");
        } catch (Refusal refusal) {
            seen.add(refusal.code + " " + refusal.detail());
        }
        return seen;
    }

    /** The parts as they were cut, whatever is in them. */
    private static List<String> cut(String boundary, InputStream body) {
        List<String> seen = new ArrayList<>();
        FormReader form = new FormReader(body, boundary.getBytes(StandardCharsets.ISO_8859_1), LONGEST);
        try {
            while (form.next()) {
                String headers = form.headers();
                assertThat(headers.length()).isLessThanOrEqualTo(LONGEST);
                seen.add(headers);
                seen.add(toldOf(form.content()));
            }
            seen.add("read");
        } catch (IOException malformed) {
            seen.add(String.valueOf(malformed.getMessage()));
        }
        return seen;
    }

    private static String told(InputStream content) {
        try {
            return toldOf(content);
        } catch (IOException notARefusal) {
            throw new AssertionError(notARefusal);
        }
    }

    private static String toldOf(InputStream content) throws IOException {
        return told(content.readAllBytes());
    }

    /** Short for bytes. */
    static String told(byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content);
        return content.length + " bytes " + Long.toHexString(sum.getValue());
    }

    /** A body that comes in pieces, and that minds how it is read. */
    static final class Arriving extends InputStream {

        private static final int MOST_PIECES = 2_000;

        private final byte[] body;
        private final int most;
        private final Random random;
        private int at;
        private int piece;
        private int ends;

        /** @param most bytes of a piece, unless that makes too many */
        Arriving(byte[] body, int most, Random random) {
            this.body = body;
            this.most = Math.max(most, body.length / MOST_PIECES);
            this.random = random;
        }

        @Override
        public int read() {
            throw new AssertionError("Byte by byte");
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (into.length > WINDOW || length == 0) {
                throw new AssertionError("Asked for " + length + " bytes into a window of " + into.length);
            }
            if (at == body.length) {
                if (++ends > 1) {
                    throw new AssertionError("Asked for more than there is again");
                }
                return -1;
            }
            if (piece == 0) {
                piece = Math.min(1 + random.nextInt(most), body.length - at);
            }
            int some = Math.min(length, piece);
            System.arraycopy(body, at, into, offset, some);
            at += some;
            piece -= some;
            return some;
        }

        /** What of a piece was left in the kernel. */
        @Override
        public int available() {
            return piece;
        }
    }
}

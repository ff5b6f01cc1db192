package dev.parley.attachment;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.parley.connection.Pieces;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * A {@code multipart/form-data} request (RFC 7578) as it arrives: text fields and files in the order in which they were
 * sent, each file as a stream, nothing kept. Whatever the request gets wrong is a {@link Refusal}.
 */
public final class Multipart {

    private static final int MOST_FIELDS = 50;
    private static final int MOST_PARTS = 100;
    private static final int LONGEST_FIELD = 64 * 1024;
    private static final int LONGEST_HEADERS = 64 * 1024;
    private static final int MOST_TEXT = 1 << 20;

    private final InputStream body;
    private final FormReader parts;
    private final Parts to;
    private int fields;

    private Multipart(InputStream body, byte[] boundary, Parts to) {
        this.body = body;
        this.to = to;
        this.parts = new FormReader(body, boundary, LONGEST_HEADERS);
    }

    /** Receives the parts of a request, one after another. */
    public interface Parts {

        /** A text field: at most 64 KiB of UTF-8 without NUL. */
        void field(String name, String value);

        /** A file, whose stream is valid until this returns; what is left unread is skipped. */
        void file(FilePart file);
    }

    /**
     * A file of a form.
     *
     * @param field the field's name
     * @param name what the client calls the file: display data
     * @param claimedType the media type that the client claims, never to be believed
     * @param content ends with the part; fails with a {@link Refusal} when the request breaks off
     */
    public record FilePart(String field, String name, @Nullable String claimedType, InputStream content) {
    }

    /**
     * Reads a request to its end.
     *
     * @param contentType the header's value, null when there is none
     * @param body read to its end
     * @param most how many bytes the whole body may have
     * @throws Refusal {@link Code#UNSUPPORTED_MEDIA_TYPE} for anything but a form, {@link Code#REQUEST_TOO_LARGE} past
     *         the limit, {@link Code#BAD_REQUEST} for what is malformed or breaks off, {@link Code#TIMED_OUT} when it comes too
     *         slowly, and whatever {@code to} throws
     */
    public static void read(@Nullable String contentType, InputStream body, long most, Parts to) {
        byte[] boundary = PartHeaders.boundary(contentType);
        try (Paced paced = new Paced(body)) {
            new Multipart(new Bounded(paced, most), boundary, to).read();
        } catch (IOException e) {
            throw malformed();
        }
    }

    /**
     * Reads a request that takes text alone.
     *
     * @return the fields by name; of two with one name, the last
     * @throws Refusal as {@link #read(String, InputStream, long, Parts)}, and {@link Code#BAD_REQUEST} for a file
     */
    public static Map<String, String> readText(@Nullable String contentType, InputStream body) {
        Map<String, String> fields = new HashMap<>();
        read(contentType, body, MOST_TEXT, new Parts() {

            @Override
            public void field(String name, String value) {
                fields.put(name, value);
            }

            @Override
            public void file(FilePart file) {
                throw new Refusal(Code.BAD_REQUEST, "No file is taken here");
            }
        });
        return fields;
    }

    private void read() throws IOException {
        if (!parts.next()) {
            throw malformed();
        }
        int count = 0;
        do {
            if (++count > MOST_PARTS) {
                throw new Refusal(Code.BAD_REQUEST, "The form has too many parts");
            }
            part(PartHeaders.of(parts.headers()));
        } while (parts.next());
        // What follows the last boundary means nothing, but a connection is only reusable after it.
        body.transferTo(OutputStream.nullOutputStream());
    }

    private void part(PartHeaders headers) throws IOException {
        Content content = new Content(parts.content());
        Optional<String> fileName = headers.fileName();
        if (fileName.isEmpty()) {
            text(headers.name(), content);
        } else if (!fileName.get().isEmpty() || !content.isEmpty()) {
            // A file input in which nothing was chosen is sent as an empty file without a name, and means no file.
            to.file(new FilePart(headers.name(), fileName.get(), headers.contentType(), content));
        }
    }

    private void text(String name, InputStream content) throws IOException {
        if (++fields > MOST_FIELDS) {
            throw new Refusal(Code.BAD_REQUEST, "The form has too many fields");
        }
        byte[] bytes = content.readNBytes(LONGEST_FIELD + 1);
        if (bytes.length > LONGEST_FIELD) {
            throw new Refusal(Code.BAD_REQUEST, "The field " + name + " is too long");
        }
        String value;
        try {
            value = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new Refusal(Code.BAD_REQUEST, "The field " + name + " is not UTF-8");
        }
        if (value.indexOf('\0') >= 0) {
            throw new Refusal(Code.BAD_REQUEST, "The field " + name + " contains a NUL character");
        }
        to.field(name, value);
    }

    private static Refusal malformed() {
        return new Refusal(Code.BAD_REQUEST, "The form is malformed or incomplete");
    }

    /** Fails with a refusal where the request breaks off, so that readers need not tell it from a failing disk. */
    private static final class Content extends Pieces {

        private final Pieces part;

        Content(Pieces part) {
            this.part = part;
        }

        @Override
        protected @Nullable ByteBuffer fetch() {
            try {
                return part.next();
            } catch (IOException e) {
                throw malformed();
            }
        }
    }

    /** Counts the whole body; a chunked one announces no length. */
    private static final class Bounded extends FilterInputStream {

        private final long most;
        private long seen;

        Bounded(InputStream body, long most) {
            super(body);
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int got = super.read(into, offset, length);
            seen += Math.max(got, 0);
            if (seen > most) {
                throw new Refusal(Code.REQUEST_TOO_LARGE);
            }
            return got;
        }

        /** Whoever opened the body closes it. */
        @Override
        public void close() {
        }
    }
}

package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

import dev.parley.connection.Pieces;

/**
 * The bytes of a file on their way in, of which a checksum remains. It tells a client's retry from the client's mistake; a
 * cryptographic hash would cost as much as all else that is done with the bytes, and protect clients from themselves.
 */
public final class Summed extends Pieces {

    private final Pieces bytes;
    private final CRC32C sum = new CRC32C();
    private long count;

    public Summed(InputStream bytes) {
        this.bytes = Pieces.of(bytes);
    }

    /** What a retry of the same request must agree on: the same bytes under the same name. */
    public String fingerprint(Attachment stored) {
        return Long.toHexString(sum.getValue()) + " " + count + " " + stored.originalName;
    }

    @Override
    protected @Nullable ByteBuffer fetch() throws IOException {
        ByteBuffer piece = bytes.next();
        if (piece != null) {
            count += piece.remaining();
            sum.update(piece.duplicate());
        }
        return piece;
    }

    @Override
    public int available() throws IOException {
        return super.available() + bytes.available();
    }

    @Override
    public void close() {
        bytes.close();
    }
}

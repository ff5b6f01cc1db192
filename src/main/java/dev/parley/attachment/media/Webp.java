package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** WebP (RFC 9649): lossy, lossless or extended, each with a header of its own. */
final class Webp {

    private static final int CHUNK = 12;
    private static final int BODY = 20;

    private Webp() {
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "RIFF") && file.is(8, "WEBP");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        long length = file.u32le(CHUNK + 4);
        // What a chunk has no room for is of the next one.
        if (file.is(CHUNK, "VP8X") && length >= 10) {
            return sized(file.u24le(BODY + 4) + 1, file.u24le(BODY + 7) + 1);
        }
        if (file.is(CHUNK, "VP8L") && length >= 5 && file.u8(BODY) == 0x2f) {
            long bits = file.u32le(BODY + 1);
            return sized((int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1);
        }
        if (file.is(CHUNK, "VP8 ") && length >= 10 && file.is(BODY + 3, "\u009d\u0001\u002a")) {
            return sized(file.u16le(BODY + 6) & 0x3fff, file.u16le(BODY + 8) & 0x3fff);
        }
        return null;
    }

    private static Recognised sized(int width, int height) {
        return new Recognised(FileType.WEBP, width, height, null);
    }
}

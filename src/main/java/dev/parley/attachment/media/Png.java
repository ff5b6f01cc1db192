package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** PNG (ISO/IEC 15948): the signature and the header chunk, which must be the first. */
final class Png {

    private Png() {
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        long width = file.u32(16);
        long height = file.u32(20);
        if (width == 0 || height == 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            return null;
        }
        return new Recognised(FileType.PNG, (int) width, (int) height, null);
    }
}

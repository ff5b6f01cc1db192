package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** GIF 87a and 89a: the logical screen. */
final class Gif {

    private static final int SCREEN_END = 13;

    private Gif() {
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "GIF87a") || file.is(0, "GIF89a");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        int packed = file.u8(10);
        int colours = (packed & 0x80) == 0 ? 0 : 3 << (packed & 7) + 1;
        // A block must follow the colours: an extension, an image or the end. Prose about GIFs has none there.
        int block = file.u8(SCREEN_END + colours);
        if (block != '!' && block != ',' && block != ';') {
            return null;
        }
        return new Recognised(FileType.GIF, file.u16le(6), file.u16le(8), null);
    }
}

package dev.parley.attachment.media;

import java.io.IOException;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** Windows bitmaps. Two letters are a weak signature, so the header behind them is asked as well. */
final class Bmp {

    private static final int HEADER = 14;
    private static final Set<Long> HEADER_SIZES = Set.of(12L, 40L, 52L, 56L, 64L, 108L, 124L);

    private Bmp() {
    }

    static boolean claims(Bytes file) throws IOException {
        if (!file.is(0, "BM") || file.size() < HEADER + 16) {
            return false;
        }
        return HEADER_SIZES.contains(file.u32le(HEADER)) && file.u16le(HEADER + (isCore(file) ? 8 : 12)) == 1;
    }

    private static boolean isCore(Bytes file) throws IOException {
        return file.u32le(HEADER) == 12;
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        boolean core = isCore(file);
        int width = core ? file.u16le(HEADER + 4) : (int) file.u32le(HEADER + 4);
        // Negative: the rows are stored from the top.
        int height = core ? file.u16le(HEADER + 6) : Math.abs((int) file.u32le(HEADER + 8));
        return width <= 0 || height <= 0 ? null : new Recognised(FileType.BMP, width, height, null);
    }
}

package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** Flash Video: what its {@code onMetaData} tag tells, else the time of the last tag. */
final class Flv {

    private static final int FIRST_TAG = 13;
    private static final int TAG_HEADER = 11;
    private static final int SCRIPT = 0x12;
    private static final int MOST_NAMES = 200;

    private final Bytes file;
    private @Nullable Integer width;
    private @Nullable Integer height;
    private @Nullable Double duration;

    private Flv(Bytes file) {
        this.file = file;
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "FLV\u0001") && file.is(5, "\0\0\0\u0009\0\0\0\0");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        int flags = file.u8(4);
        if ((flags & 5) == 0 || (flags & ~5) != 0) {
            return null;
        }
        Flv flv = new Flv(file);
        try {
            if ((file.u8(FIRST_TAG) & 0x1f) == SCRIPT) {
                flv.metadata(FIRST_TAG + TAG_HEADER);
            }
            if (flv.duration == null) {
                flv.duration = flv.lastTime();
            }
        } catch (Bytes.Beyond cut) {
            // What was found until here is still true.
        }
        return new Recognised(FileType.FLV, flv.width, flv.height, flv.duration);
    }

    /** AMF0: the string {@code onMetaData}, then an array or object of names and values up to the first odd one. */
    private void metadata(long body) throws IOException {
        if (!file.is(body, "\u0002\0\nonMetaData")) {
            return;
        }
        long at = body + 13;
        at += file.u8(at) == 8 ? 5 : 1;
        for (int i = 0; i < MOST_NAMES; i++) {
            int length = file.u16(at);
            long value = at + 2 + length;
            int type = file.u8(value);
            if (type == 0) {
                keep(at + 2, length, Double.longBitsToDouble(file.i64(value + 1)));
                at = value + 9;
            } else if (type == 1) {
                at = value + 2;
            } else if (type == 2) {
                at = value + 3 + file.u16(value + 1);
            } else {
                return;
            }
        }
    }

    private void keep(long name, int length, double value) throws IOException {
        if (length == 8 && file.is(name, "duration") && value > 0) {
            duration = value;
        } else if (length == 5 && file.is(name, "width")) {
            width = (int) value;
        } else if (length == 6 && file.is(name, "height")) {
            height = (int) value;
        }
    }

    private @Nullable Double lastTime() throws IOException {
        long tag = file.size() - 4 - file.u32(file.size() - 4);
        if (tag < FIRST_TAG) {
            return null;
        }
        return (file.u24(tag + 4) | file.u8(tag + 7) << 24) / 1000.0;
    }
}

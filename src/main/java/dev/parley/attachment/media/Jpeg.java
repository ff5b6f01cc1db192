package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** JPEG (ITU-T T.81, annex B): segments up to the frame header, which knows the size. */
final class Jpeg {

    private static final int MOST_SEGMENTS = 10_000;

    private Jpeg() {
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "\u00ff\u00d8\u00ff");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        long at = 2;
        Boolean turned = null;
        for (int segment = 0; segment < MOST_SEGMENTS; segment++) {
            int marker = file.u8(at + 1);
            if (file.u8(at) != 0xff || marker == 0xff) {
                // Fill bytes and cameras' stray padding between segments: decoders pass over both.
                at++;
                continue;
            }
            int length = file.u16(at + 2);
            if (endsHeader(marker) || length < 2) {
                return null;
            }
            if (isFrame(marker)) {
                return size(file, at, Boolean.TRUE.equals(turned));
            }
            if (marker == 0xe1 && turned == null && file.is(at + 4, "Exif\0\0")) {
                turned = Exif.turned(file, at + 10, at + 2 + length);
            }
            at += 2 + length;
        }
        return null;
    }

    /** What stands before no frame header: restarts, start and end of image, start of scan, a stuffed 0xff. */
    private static boolean endsHeader(int marker) {
        return marker <= 0x01 || marker >= 0xd0 && marker <= 0xda;
    }

    /** SOF0 to SOF15; three numbers among them are tables (DHT, DAC) or reserved (JPG). */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static @Nullable Recognised size(Bytes file, long frame, boolean turned) throws IOException {
        int height = file.u16(frame + 5);
        int width = file.u16(frame + 7);
        if (width == 0 || height == 0) {
            return null;
        }
        return turned ? new Recognised(FileType.JPEG, height, width, null)
                : new Recognised(FileType.JPEG, width, height, null);
    }
}

package dev.parley.attachment.privacy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import dev.parley.attachment.media.Exif;

/** The one thing of Exif that changes how a picture looks, and Exif that says nothing else. */
final class Orientation {

    /** A directory of one entry: orientation (0x0112), a short (3), one of it; then its value. */
    private static final byte[] DIRECTORY = { 'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1 };
    private static final int LENGTH = 26;
    private static final int MOST_READ = 64 * 1024;
    private static final String PREFIX = "Exif\0\0";

    private Orientation() {
    }

    /** The shortest Exif that keeps a picture upright: a TIFF directory; empty when it is upright by itself. */
    static byte[] of(Window file, long from, long to) throws IOException {
        // Some write the prefix that only JPEG asks for.
        long tiff = file.is(from, PREFIX) ? from + PREFIX.length() : from;
        byte[] exif = file.copy(tiff, Math.clamp(to - tiff, 0, MOST_READ));
        int orientation = Exif.orientation(exif);
        return orientation == 1 ? new byte[0]
                : ByteBuffer.allocate(LENGTH).put(DIRECTORY).putShort((short) orientation).array();
    }

    /** The same for JPEG, as a segment. */
    static byte[] segment(Window file, long from, long to) throws IOException {
        byte[] exif = of(file, from, to);
        byte[] prefix = PREFIX.getBytes(StandardCharsets.ISO_8859_1);
        return exif.length == 0 ? exif
                : ByteBuffer.allocate(4 + prefix.length + exif.length).putShort((short) 0xffe1)
                        .putShort((short) (2 + prefix.length + exif.length)).put(prefix).put(exif).array();
    }
}

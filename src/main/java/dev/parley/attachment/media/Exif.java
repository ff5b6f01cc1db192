package dev.parley.attachment.media;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The one thing of Exif (a TIFF directory) that changes how a picture is displayed: its orientation. */
public final class Exif {

    private static final int ORIENTATION = 0x0112;
    private static final int UPRIGHT = 1;

    private Exif() {
    }

    /** The orientation, 1 to 8, of a whole TIFF directory; 1 (upright) when it does not tell. */
    public static int orientation(byte[] tiff) {
        try {
            return orientation(Bytes.of(tiff, tiff.length), 0, tiff.length);
        } catch (Bytes.Beyond cut) {
            return UPRIGHT;
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array was read", impossible);
        }
    }

    /**
     * Whether the picture is shown on its side (orientations 5 to 8), so that width and height change places.
     *
     * @param tiff where the TIFF header starts
     * @param end where the segment ends
     */
    static boolean turned(Bytes file, long tiff, long end) throws IOException {
        return orientation(file, tiff, end) >= 5;
    }

    private static int orientation(Bytes file, long tiff, long end) throws IOException {
        boolean little = file.is(tiff, "II*\0");
        if (!little && !file.is(tiff, "MM\0*")) {
            return UPRIGHT;
        }
        long directory = tiff + (little ? file.u32le(tiff + 4) : file.u32(tiff + 4));
        if (directory + 2 > end) {
            return UPRIGHT;
        }
        int entries = u16(file, directory, little);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (entry + 12 > end) {
                return UPRIGHT;
            }
            if (u16(file, entry, little) == ORIENTATION) {
                int orientation = u16(file, entry + 8, little);
                return orientation >= UPRIGHT && orientation <= 8 ? orientation : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    private static int u16(Bytes file, long at, boolean little) throws IOException {
        return little ? file.u16le(at) : file.u16(at);
    }
}

package dev.parley.attachment.media;

import java.io.IOException;

/** The one thing of Exif (a TIFF directory) that changes how a picture is displayed: its orientation. */
final class Exif {

    private static final int ORIENTATION = 0x0112;

    private Exif() {
    }

    /**
     * Whether the picture is shown on its side (orientations 5 to 8), so that width and height change places.
     *
     * @param tiff where the TIFF header starts
     * @param end where the segment ends
     */
    static boolean turned(Bytes file, long tiff, long end) throws IOException {
        boolean little = file.is(tiff, "II*\0");
        if (!little && !file.is(tiff, "MM\0*")) {
            return false;
        }
        long directory = tiff + (little ? file.u32le(tiff + 4) : file.u32(tiff + 4));
        if (directory + 2 > end) {
            return false;
        }
        int entries = u16(file, directory, little);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (entry + 12 > end) {
                return false;
            }
            if (u16(file, entry, little) == ORIENTATION) {
                int orientation = u16(file, entry + 8, little);
                return orientation >= 5 && orientation <= 8;
            }
        }
        return false;
    }

    private static int u16(Bytes file, long at, boolean little) throws IOException {
        return little ? file.u16le(at) : file.u16(at);
    }
}

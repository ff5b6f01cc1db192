package dev.parley.attachment.privacy;

import java.io.IOException;

/**
 * JPEG (ITU-T T.81, annex B): tables, frames and scans stay, of the application segments the colour profile, and what
 * JFIF and Adobe say about the colours. A second picture or a film behind the end goes.
 */
final class Jpeg {

    /** Both without what may follow the numbers: a thumbnail, in JFIF's case. */
    private static final int JFIF = 18;
    private static final int ADOBE = 16;

    private final Compaction file;
    private final Window in;
    private boolean exifSeen;
    private boolean frameSeen;

    private Jpeg(Compaction file) {
        this.file = file;
        this.in = file.in();
    }

    static void clean(Compaction file) throws IOException {
        file.keep(2);
        new Jpeg(file).segments();
    }

    private void segments() throws IOException {
        while (true) {
            long at = file.at();
            int marker = in.u8(at + 1);
            if (in.u8(at) != 0xff || marker == 0xff) {
                // Decoders pass over padding between segments.
                file.drop(at + 1);
            } else if (marker == 0xd9) {
                file.keep(at + 2);
                return;
            } else if (standsAlone(marker) || in.u16(at + 2) < 2) {
                file.drop(at + 2);
            } else {
                segment(marker, at, at + 2 + in.u16(at + 2));
            }
        }
    }

    private void segment(int marker, long at, long end) throws IOException {
        if (marker == 0xda) {
            file.keep(end);
            scan(end);
        } else if (isPicture(marker)) {
            frameSeen |= marker <= 0xcf && marker != 0xc4 && marker != 0xcc;
            file.keep(end);
        } else if (end > in.size()) {
            file.drop(end);
        } else if (marker == 0xe0 && in.is(at + 4, "JFIF\0") && end - at >= JFIF) {
            byte[] plain = in.copy(at, JFIF);
            plain[2] = 0;
            plain[3] = JFIF - 2;
            plain[JFIF - 2] = 0;
            plain[JFIF - 1] = 0;
            file.replace(end, plain);
        } else if (marker == 0xe1 && in.is(at + 4, "Exif\0\0") && !exifSeen && !frameSeen) {
            exifSeen = true;
            file.replace(end, Orientation.segment(in, at + 4, end));
        } else if (marker == 0xe2 && in.is(at + 4, "ICC_PROFILE\0")) {
            file.keep(end);
        } else if (marker == 0xee && in.is(at + 4, "Adobe") && end - at >= ADOBE) {
            byte[] plain = in.copy(at, ADOBE);
            plain[2] = 0;
            plain[3] = ADOBE - 2;
            file.replace(end, plain);
        } else {
            file.drop(end);
        }
    }

    /** The coded picture ends at a marker, which neither a stuffed 0xff nor a restart is. */
    private void scan(long from) throws IOException {
        long at = from;
        while (true) {
            at = in.next(0xff, at);
            if (at + 1 >= in.size()) {
                file.keep(in.size());
                return;
            }
            int next = in.u8(at + 1);
            if (next != 0 && next != 0xff && !(next >= 0xd0 && next <= 0xd7)) {
                file.keep(at);
                return;
            }
            at += next == 0xff ? 1 : 2;
        }
    }

    private static boolean standsAlone(int marker) {
        return marker <= 0x01 || marker >= 0xd0 && marker <= 0xd8;
    }

    /** Frame headers and tables: 0xc0 to 0xcf but for a reserved one, and 0xdb to 0xdf. */
    private static boolean isPicture(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc8 || marker >= 0xdb && marker <= 0xdf;
    }
}

package dev.parley.attachment.media;

import java.io.IOException;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/**
 * PDF (ISO 32000). Readers find the header anywhere in the first kilobyte; here it must be the first thing, because what
 * comes before it is how files that are two things at once are made.
 */
final class Pdf {

    private Pdf() {
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "%PDF-") && file.size() > 8 && file.u8(5) >= '1' && file.u8(5) <= '2' && file.u8(6) == '.';
    }

    static Recognised read(Bytes file) {
        return Recognised.as(FileType.PDF);
    }
}

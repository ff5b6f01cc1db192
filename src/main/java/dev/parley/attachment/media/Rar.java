package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** RAR 4 and 5: the marker and the type of the first header behind it. */
final class Rar {

    private static final String MARKER = "Rar!\u001a\u0007";

    private Rar() {
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, MARKER + "\0") || file.is(0, MARKER + "\u0001\0");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        boolean plausible = file.u8(6) == 0 ? isRar4(file) : isRar5(file);
        return plausible ? Recognised.as(FileType.RAR) : null;
    }

    /** Behind a checksum of two bytes: the archive header, 13 bytes. */
    private static boolean isRar4(Bytes file) throws IOException {
        return file.u8(9) == 0x73 && file.u16le(12) >= 13;
    }

    /** Behind a checksum of four bytes and a size of up to three: the main or the encryption header. */
    private static boolean isRar5(Bytes file) throws IOException {
        long at = 12;
        while (at < 15 && (file.u8(at) & 0x80) != 0) {
            at++;
        }
        int type = file.u8(at + 1);
        return type == 1 || type == 4;
    }
}

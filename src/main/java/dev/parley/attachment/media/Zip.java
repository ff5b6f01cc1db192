package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/**
 * ZIP archives, and the Office documents (ECMA-376) among them, told by the names in the central directory. Nothing is
 * unpacked, and no compressed byte is looked at.
 */
final class Zip {

    private static final int END_RECORD = 22;
    private static final int MOST_COMMENT = 65_535;
    private static final int MOST_ENTRIES = 10_000;

    private final Bytes file;
    private boolean contentTypes;
    private boolean word;
    private boolean excel;

    private Zip(Bytes file) {
        this.file = file;
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "PK\u0003\u0004") || file.is(0, "PK\u0005\u0006\0\0\0\0");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        if (file.is(2, "\u0005\u0006")) {
            return file.size() >= END_RECORD ? Recognised.as(FileType.ZIP) : null;
        }
        if (file.u8(4) > 99 || file.u16le(26) == 0 || file.size() < 30 + file.u16le(26)) {
            return null;
        }
        Zip zip = new Zip(file);
        try {
            zip.readNames();
        } catch (Bytes.Beyond cut) {
            // A huge or a cut archive: judged by the names that came.
        }
        return Recognised.as(zip.type());
    }

    private FileType type() {
        if (contentTypes && word) {
            return FileType.DOCX;
        }
        return contentTypes && excel ? FileType.XLSX : FileType.ZIP;
    }

    private void readNames() throws IOException {
        long end = file.last("PK\u0005\u0006", Math.max(0, file.size() - END_RECORD - MOST_COMMENT),
                file.size() - END_RECORD + 1);
        long directory = end < 0 ? -1 : file.u32le(end + 16);
        if (directory >= 0 && file.is(directory, "PK\u0001\u0002")) {
            centralDirectory(directory);
        } else {
            localHeaders();
        }
    }

    private void centralDirectory(long directory) throws IOException {
        long at = directory;
        for (int i = 0; i < MOST_ENTRIES && file.is(at, "PK\u0001\u0002") && !decided(); i++) {
            int name = file.u16le(at + 28);
            keep(at + 46, name);
            at += 46 + name + file.u16le(at + 30) + file.u16le(at + 32);
        }
    }

    /** For archives without a directory, or one behind 4 GiB. Sizes told only behind an entry end the walk. */
    private void localHeaders() throws IOException {
        long at = 0;
        for (int i = 0; i < MOST_ENTRIES && file.is(at, "PK\u0003\u0004") && !decided(); i++) {
            int name = file.u16le(at + 26);
            keep(at + 30, name);
            if ((file.u8(at + 6) & 8) != 0) {
                return;
            }
            at += 30 + name + file.u16le(at + 28) + file.u32le(at + 18);
        }
    }

    private boolean decided() {
        return contentTypes && (word || excel);
    }

    private void keep(long at, int length) throws IOException {
        contentTypes |= length == 19 && file.is(at, "[Content_Types].xml");
        word |= length > 5 && file.is(at, "word/");
        excel |= length > 3 && file.is(at, "xl/");
    }
}

package dev.parley.attachment.media;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/**
 * Compound files (MS-CFB), which old Office wrote: a small file system. The streams at its root tell Word from Excel; those
 * further down may be documents embedded in this one.
 */
final class CompoundFile {

    private static final int IN_HEADER = 109;
    private static final int ENTRY = 128;
    private static final int MOST_SECTORS = 2048;
    private static final long LAST_SECTOR = 0xfffffffaL;

    private final Bytes file;
    private final int sectorSize;
    private final int perSector;
    private final List<Long> directory = new ArrayList<>();

    private CompoundFile(Bytes file, int sectorSize) {
        this.file = file;
        this.sectorSize = sectorSize;
        this.perSector = sectorSize / 4;
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        int shift = file.u16le(30);
        if (shift != 9 && shift != 12) {
            return null;
        }
        CompoundFile compound = new CompoundFile(file, 1 << shift);
        compound.findDirectory();
        return compound.byRoot();
    }

    private void findDirectory() throws IOException {
        long sector = file.u32le(48);
        while (sector <= LAST_SECTOR && directory.size() < MOST_SECTORS && place(sector) < file.size()) {
            directory.add(sector);
            sector = file.u32le(place(tableSector(sector / perSector)) + 4 * (sector % perSector));
        }
    }

    private long place(long sector) {
        return (sector + 1) * sectorSize;
    }

    /** Where the n-th part of the allocation table is: the header lists some, a chain of sectors the others. */
    private long tableSector(long n) throws IOException {
        if (n < IN_HEADER) {
            return file.u32le(76 + 4 * n);
        }
        long rest = n - IN_HEADER;
        long list = file.u32le(68);
        for (; rest >= perSector - 1; rest -= perSector - 1) {
            list = file.u32le(place(list) + sectorSize - 4);
        }
        return file.u32le(place(list) + 4 * rest);
    }

    private @Nullable Recognised byRoot() throws IOException {
        Deque<Long> open = new ArrayDeque<>();
        long root = entry(0);
        if (root < 0) {
            return null;
        }
        open.push(file.u32le(root + 76));
        // A tree in a sound file; entries that name each other in circles end at the count of entries there can be.
        int most = directory.size() * (sectorSize / ENTRY);
        for (int seen = 0; seen < most && !open.isEmpty(); seen++) {
            long at = entry(open.pop());
            if (at < 0) {
                continue;
            }
            FileType type = byName(at);
            if (type != null) {
                return Recognised.as(type);
            }
            open.push(file.u32le(at + 72));
            open.push(file.u32le(at + 68));
        }
        return null;
    }

    /** Where a directory entry stands, -1 when there is none of that number. */
    private long entry(long id) {
        long perDirectorySector = sectorSize / ENTRY;
        long index = id / perDirectorySector;
        return index >= directory.size() ? -1
                : place(directory.get((int) index)) + id % perDirectorySector * ENTRY;
    }

    private @Nullable FileType byName(long entry) throws IOException {
        if (isNamed(entry, "WordDocument")) {
            return FileType.DOC;
        }
        return isNamed(entry, "Workbook") || isNamed(entry, "Book") ? FileType.XLS : null;
    }

    private boolean isNamed(long entry, String name) throws IOException {
        boolean stream = file.u8(entry + 66) == 2;
        if (!stream || file.u16le(entry + 64) != 2 * name.length() + 2) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (file.u16le(entry + 2 * i) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}

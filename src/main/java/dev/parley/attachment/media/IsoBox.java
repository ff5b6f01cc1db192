package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * A box of ISO/IEC 14496-12, or a QuickTime atom.
 *
 * @param type its four letters
 * @param at where it starts
 * @param body where its contents start
 * @param end where it ends, or its parent does when that comes first
 */
public record IsoBox(String type, long at, long body, long end) {

    /** Null when no box stands between the two places. */
    public static @Nullable IsoBox at(Octets file, long at, long limit) throws IOException {
        if (at > limit - 8) {
            return null;
        }
        long size = file.u32(at);
        int header = 8;
        if (size == 1 && at <= limit - 16) {
            size = file.i64(at + 8);
            header = 16;
        } else if (size == 0) {
            size = limit - at;
        }
        if (size < header) {
            return null;
        }
        // Compared, not added: the size may be anything.
        long end = size > limit - at ? limit : at + size;
        return new IsoBox(file.latin1(at + 4, 4), at, at + header, end);
    }

    public @Nullable IsoBox first(Octets file) throws IOException {
        return at(file, body, end);
    }

    public @Nullable IsoBox after(Octets file, IsoBox child) throws IOException {
        return at(file, child.end, end);
    }

    /** The first of its kind in this one. */
    public @Nullable IsoBox child(Octets file, String type) throws IOException {
        for (IsoBox box = first(file); box != null; box = after(file, box)) {
            if (box.is(type)) {
                return box;
            }
        }
        return null;
    }

    public boolean is(String type) {
        return this.type.equals(type);
    }

    /** For the boxes whose version says whether their numbers have 32 bits or 64. */
    public boolean isLong(Octets file) throws IOException {
        return file.u8(body) == 1;
    }

    public int flags(Octets file) throws IOException {
        return file.u24(body + 1);
    }
}

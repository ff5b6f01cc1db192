package dev.parley.attachment.privacy;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * A box of ISO/IEC 14496-12, or a QuickTime atom.
 *
 * @param at where it starts, its contents at {@code body}
 * @param end where it ends, or its parent does when that comes first
 */
record Box(String type, long at, long body, long end) {

    /** Null when no box stands between the two places. */
    static @Nullable Box at(Window file, long at, long limit) throws IOException {
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
        return new Box(file.name(at + 4), at, at + header, size > limit - at ? limit : at + size);
    }

    @Nullable
    Box first(Window file) throws IOException {
        return at(file, body, end);
    }

    @Nullable
    Box after(Window file, Box child) throws IOException {
        return at(file, child.end, end);
    }

    @Nullable
    Box child(Window file, String type) throws IOException {
        for (Box box = first(file); box != null; box = after(file, box)) {
            if (box.is(type)) {
                return box;
            }
        }
        return null;
    }

    boolean is(String type) {
        return this.type.equals(type);
    }

    int flags(Window file) throws IOException {
        return (int) file.u32(body) & 0xffffff;
    }

    /** Makes it a box that means nothing and holds nothing, so that nothing else has to move. */
    void free(Window file) throws IOException {
        file.set(at + 4, "free");
        file.zero(body, end);
    }

    /** Nothing but zeros between two places counted from the start of its contents, as far as it reaches. */
    void zero(Window file, long from, long to) throws IOException {
        file.zero(body + from, Math.min(body + to, end));
    }

    /** When it was made and changed, of the headers of movies, tracks and media, which start alike. */
    void forgetTimes(Window file) throws IOException {
        zero(file, 4, end > body && file.u8(body) == 1 ? 20 : 12);
    }
}

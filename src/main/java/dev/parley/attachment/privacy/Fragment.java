package dev.parley.attachment.privacy;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

import dev.parley.attachment.media.IsoBox;

/** A movie fragment, as it is written while something is still recorded: the runs of removed tracks go. */
final class Fragment {

    private static final Set<String> KEPT = Set.of("mfhd", "traf", "pssh");
    private static final Set<String> DROPPED = Set.of("udta", "meta", "uuid", "free", "skip");
    private static final long UNKNOWN = -1;

    private final Window file;
    private final Samples samples;
    private final Map<Long, Long> removed;
    private long base;
    private long sampleSize;

    private Fragment(Window file, Samples samples, Map<Long, Long> removed) {
        this.file = file;
        this.samples = samples;
        this.removed = removed;
    }

    /** @param removed the tracks that go, and how many bytes a sample of theirs has by default */
    static void clean(Window file, IsoBox moof, Map<Long, Long> removed, Samples samples) throws IOException {
        boolean first = true;
        for (IsoBox box = moof.first(file); box != null; box = moof.after(file, box)) {
            if (!KEPT.contains(box.type())) {
                file.free(box);
            } else if (box.is("traf")) {
                new Fragment(file, samples, removed).clean(box, moof, first);
                first = false;
            }
        }
    }

    private void clean(IsoBox traf, IsoBox moof, boolean first) throws IOException {
        IsoBox header = traf.child(file, "tfhd");
        Long size = header == null ? null : removed.get(file.u32(header.body() + 4));
        if (header == null || size == null) {
            for (IsoBox box = traf.first(file); box != null; box = traf.after(file, box)) {
                if (DROPPED.contains(box.type())) {
                    file.free(box);
                }
            }
            return;
        }
        int flags = header.flags(file);
        long at = header.body() + 8;
        base = (flags & 0x1) != 0 ? file.i64(at) : (flags & 0x20000) != 0 || first ? moof.at() : UNKNOWN;
        at += 4L * (2 * (flags & 0x1) + Integer.bitCount(flags & 0xa));
        sampleSize = (flags & 0x10) != 0 ? file.u32(at) : size;
        for (IsoBox box = traf.first(file); box != null && base != UNKNOWN; box = traf.after(file, box)) {
            if (box.is("trun")) {
                run(box, box.flags(file));
            }
        }
        file.free(traf);
    }

    private void run(IsoBox trun, int flags) throws IOException {
        long count = file.u32(trun.body() + 4);
        long at = trun.body() + 8;
        long from = base;
        if ((flags & 0x1) != 0) {
            from += (int) file.u32(at);
            at += 4;
        }
        at += flags & 0x4;
        int each = 4 * Integer.bitCount(flags & 0xf00);
        long length = 0;
        if ((flags & 0x200) == 0) {
            length = count * sampleSize;
        } else {
            long place = at + ((flags & 0x100) != 0 ? 4 : 0);
            for (long i = 0; i < count && place + 4 <= trun.end(); i++, place += each) {
                length += file.u32(place);
            }
        }
        samples.zero(from, length);
        base = from + length;
    }
}

package dev.parley.attachment.privacy;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

import dev.parley.attachment.media.IsoBox;

/** A movie fragment, as it is written while something is still recorded: the runs of removed tracks go. */
final class Fragment {

    private static final Set<String> KEPT = Set.of("mfhd", "traf", "pssh");
    private static final Set<String> DROPPED = Set.of("udta", "meta", "uuid", "free", "skip");

    private final Window file;
    private final Samples samples;
    private final Set<Long> removed;
    private final Map<Long, Long> sampleSizes;
    private final IsoBox moof;
    /** Where the next run is unless it says otherwise: behind the one before, of whichever track. */
    private long next;
    /** The same for whoever plays what is left, to whom a removed track's are not there. */
    private long nextLeft;
    private long sampleSize;

    private Fragment(Window file, IsoBox moof, Set<Long> removed, Map<Long, Long> sampleSizes, Samples samples) {
        this.file = file;
        this.moof = moof;
        this.removed = removed;
        this.sampleSizes = sampleSizes;
        this.samples = samples;
        this.next = moof.at();
        this.nextLeft = next;
    }

    /**
     * @param removed the tracks that go
     * @param sampleSizes how many bytes a sample of a track has unless a fragment says otherwise
     */
    static void clean(Window file, IsoBox moof, Set<Long> removed, Map<Long, Long> sampleSizes, Samples samples)
            throws IOException {
        Fragment fragment = new Fragment(file, moof, removed, sampleSizes, samples);
        for (IsoBox box = moof.first(file); box != null; box = moof.after(file, box)) {
            if (!KEPT.contains(box.type())) {
                file.free(box);
            } else if (box.is("traf")) {
                fragment.clean(box);
            }
        }
    }

    private void clean(IsoBox traf) throws IOException {
        IsoBox header = traf.child(file, "tfhd");
        boolean goes = false;
        long base = next;
        long moved = next - nextLeft;
        if (header != null) {
            long track = file.u32(header.body() + 4);
            goes = removed.contains(track);
            int flags = header.flags(file);
            long at = header.body() + 8;
            if ((flags & 0x20001) != 0) {
                base = (flags & 0x1) != 0 ? file.i64(at) : moof.at();
                moved = 0;
            }
            at += 4L * (2 * (flags & 0x1) + Integer.bitCount(flags & 0xa));
            sampleSize = (flags & 0x10) != 0 ? file.u32(at) : sampleSizes.getOrDefault(track, 0L);
        }
        next = base;
        for (IsoBox box = traf.first(file); box != null; box = traf.after(file, box)) {
            if (box.is("trun")) {
                run(box, box.flags(file), base, goes, moved);
            } else if (DROPPED.contains(box.type())) {
                file.free(box);
            }
        }
        if (goes) {
            file.free(traf);
        } else {
            nextLeft = next;
        }
    }

    private void run(IsoBox trun, int flags, long base, boolean goes, long moved) throws IOException {
        long count = file.u32(trun.body() + 4);
        long at = trun.body() + 8;
        long from = next;
        if ((flags & 0x1) != 0) {
            int offset = (int) file.u32(at);
            from = base + offset;
            if (!goes && moved != 0) {
                file.set32(at, (int) (offset + moved));
            }
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
        if (goes) {
            samples.zero(from, length);
        }
        next = from + length;
    }
}

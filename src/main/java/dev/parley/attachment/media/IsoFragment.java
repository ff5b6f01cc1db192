package dev.parley.attachment.media;

import java.io.IOException;

/** A movie fragment, as browsers and cameras write them while they record: where in time its samples end. */
final class IsoFragment {

    private final Bytes file;
    private final IsoMovie movie;
    private long track;
    private long start;
    private long sampleDuration;
    private long ticks;

    private IsoFragment(Bytes file, IsoMovie movie) {
        this.file = file;
        this.movie = movie;
    }

    /** Seconds from the start of the recording. */
    static double end(Bytes file, IsoBox moof, IsoMovie movie) throws IOException {
        double longest = 0;
        for (IsoBox box = moof.first(file); box != null; box = moof.after(file, box)) {
            if (box.is("traf")) {
                longest = Math.max(longest, new IsoFragment(file, movie).read(box));
            }
        }
        return longest;
    }

    private double read(IsoBox traf) throws IOException {
        for (IsoBox box = traf.first(file); box != null; box = traf.after(file, box)) {
            if (box.is("tfhd")) {
                header(box);
            } else if (box.is("tfdt")) {
                start = box.isLong(file) ? file.i64(box.body() + 4) : file.u32(box.body() + 4);
            } else if (box.is("trun")) {
                run(box);
            }
        }
        long timescale = movie.timescale(track);
        return timescale == 0 ? 0 : (double) (start + ticks) / timescale;
    }

    private void header(IsoBox tfhd) throws IOException {
        int flags = tfhd.flags(file);
        track = file.u32(tfhd.body() + 4);
        sampleDuration = movie.sampleDuration(track);
        if ((flags & 0x8) != 0) {
            int before = ((flags & 0x1) != 0 ? 8 : 0) + ((flags & 0x2) != 0 ? 4 : 0);
            sampleDuration = file.u32(tfhd.body() + 8 + before);
        }
    }

    private void run(IsoBox trun) throws IOException {
        int flags = trun.flags(file);
        long samples = file.u32(trun.body() + 4);
        if ((flags & 0x100) == 0) {
            ticks += samples * sampleDuration;
            return;
        }
        int each = 4 * Integer.bitCount(flags & 0xf00);
        long at = trun.body() + 8 + ((flags & 0x1) != 0 ? 4 : 0) + ((flags & 0x4) != 0 ? 4 : 0);
        for (long i = 0; i < samples && at + each <= trun.end(); i++, at += each) {
            ticks += file.u32(at);
        }
    }
}

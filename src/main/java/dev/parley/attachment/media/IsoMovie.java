package dev.parley.attachment.media;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The movie box: which tracks there are, how large the picture and how long all of it is. */
final class IsoMovie {

    /** More than any recording has; keeps what is remembered of a hostile file small. */
    private static final int MOST_TRACKS = 256;

    private final Bytes file;
    private final boolean ignoresStills;
    /** By track id: ticks of a second, and ticks of a sample unless a fragment says otherwise. */
    private final Map<Long, Long> timescales = new HashMap<>();
    private final Map<Long, Long> sampleDurations = new HashMap<>();
    private double told;
    private double longestTrack;
    private boolean video;
    private boolean sound;
    private int width;
    private int height;

    IsoMovie(Bytes file, boolean ignoresStills) {
        this.file = file;
        this.ignoresStills = ignoresStills;
    }

    boolean hasVideo() {
        return video;
    }

    boolean hasSound() {
        return sound;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Seconds; 0 when only the fragments know. */
    double duration() {
        return told > 0 ? told : longestTrack;
    }

    long timescale(long track) {
        return timescales.getOrDefault(track, 0L);
    }

    long sampleDuration(long track) {
        return sampleDurations.getOrDefault(track, 0L);
    }

    void read(IsoBox moov) throws IOException {
        for (IsoBox box = moov.first(file); box != null; box = moov.after(file, box)) {
            if (box.is("mvhd")) {
                told = Math.max(told, seconds(file, box));
            } else if (box.is("trak")) {
                add(IsoTrack.read(file, box));
            } else if (box.is("mvex")) {
                defaults(box);
            }
        }
    }

    private void add(IsoTrack track) throws IOException {
        if (timescales.size() < MOST_TRACKS) {
            timescales.put(track.id(), track.timescale());
        }
        longestTrack = Math.max(longestTrack, track.seconds());
        sound |= track.isSound();
        if (track.isPicture() && !(ignoresStills && track.isStills())) {
            video = true;
            if (width == 0) {
                int[] size = track.size();
                width = size[0];
                height = size[1];
            }
        }
    }

    private void defaults(IsoBox mvex) throws IOException {
        for (IsoBox box = mvex.first(file); box != null; box = mvex.after(file, box)) {
            if (box.is("trex") && sampleDurations.size() < MOST_TRACKS) {
                sampleDurations.put(file.u32(box.body() + 4), file.u32(box.body() + 12));
            }
        }
    }

    /** Of {@code mvhd} and {@code mdhd}, which start alike. */
    static long timescale(Bytes file, IsoBox header) throws IOException {
        return file.u32(header.body() + (header.isLong(file) ? 20 : 12));
    }

    /** Of {@code mvhd} and {@code mdhd}; 0 when not told, which is written as nothing or as all bits set. */
    static double seconds(Bytes file, IsoBox header) throws IOException {
        boolean wide = header.isLong(file);
        long ticks = wide ? file.i64(header.body() + 24) : file.u32(header.body() + 16);
        long timescale = timescale(file, header);
        boolean untold = ticks <= 0 || !wide && ticks == 0xffffffffL;
        return untold || timescale == 0 ? 0 : (double) ticks / timescale;
    }
}

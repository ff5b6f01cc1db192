package dev.parley.attachment.media;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** The movie box: which tracks there are, how large the picture and how long all of it is. */
final class IsoMovie {

    /** More than any recording has; keeps what is remembered of a hostile file small. */
    private static final int MOST_TRACKS = 256;

    private final Bytes file;
    private final boolean ignoresStills;
    /** Ticks of a second, and ticks of a sample unless a fragment says otherwise, by track id. */
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
            switch (box.type()) {
                case "mvhd" -> told = Math.max(told, seconds(box));
                case "trak" -> new Track().read(box);
                case "mvex" -> defaults(box);
                default -> {
                    // User data and the like.
                }
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

    private long timescaleOf(IsoBox header) throws IOException {
        return file.u32(header.body() + (header.isLong(file) ? 20 : 12));
    }

    /** Of {@code mvhd} and {@code mdhd}, which start alike; 0 when not told: nothing, or all bits set. */
    private double seconds(IsoBox header) throws IOException {
        boolean wide = header.isLong(file);
        long ticks = wide ? file.i64(header.body() + 24) : file.u32(header.body() + 16);
        long timescale = timescaleOf(header);
        boolean untold = ticks <= 0 || !wide && ticks == 0xffffffffL;
        return untold || timescale == 0 ? 0 : (double) ticks / timescale;
    }

    /** One track while it is read: what counts is known only at its end. */
    private final class Track {
        private long id;
        private long timescale;
        private double seconds;
        private String handler = "";
        private int across;
        private int down;
        private boolean turned;
        private @Nullable IsoBox samples;

        void read(IsoBox trak) throws IOException {
            walk(trak);
            if (timescales.size() < MOST_TRACKS) {
                timescales.put(id, timescale);
            }
            longestTrack = Math.max(longestTrack, seconds);
            if (handler.equals("soun")) {
                sound = true;
            } else if (handler.equals("vide") && !isStill()) {
                picture();
            }
        }

        private void walk(IsoBox parent) throws IOException {
            for (IsoBox box = parent.first(file); box != null; box = parent.after(file, box)) {
                switch (box.type()) {
                    case "tkhd" -> header(box);
                    case "mdhd" -> {
                        timescale = timescaleOf(box);
                        seconds = seconds(box);
                    }
                    case "hdlr" -> handler = handler.isEmpty() ? file.latin1(box.body() + 8, 4) : handler;
                    case "stsd" -> samples = box;
                    case "mdia", "minf", "stbl" -> {
                        if (isChild(parent, box)) {
                            walk(box);
                        }
                    }
                    default -> {
                        // Edit lists, sample tables and the like.
                    }
                }
            }
        }

        /** Each of the three holds the next; anything else would let a file nest as deep as it likes. */
        private boolean isChild(IsoBox parent, IsoBox box) {
            return switch (box.type()) {
                case "mdia" -> parent.is("trak");
                case "minf" -> parent.is("mdia");
                case "stbl" -> parent.is("minf");
                default -> false;
            };
        }

        private void header(IsoBox tkhd) throws IOException {
            boolean wide = tkhd.isLong(file);
            id = file.u32(tkhd.body() + (wide ? 20 : 12));
            long matrix = tkhd.body() + (wide ? 52 : 40);
            // A quarter turn: the first and the fifth number are 0, the second and the fourth are not.
            turned = file.u32(matrix) == 0 && file.u32(matrix + 16) == 0 && file.u32(matrix + 4) != 0
                    && file.u32(matrix + 12) != 0;
            across = file.u16(matrix + 36);
            down = file.u16(matrix + 40);
        }

        private boolean isStill() throws IOException {
            return ignoresStills && samples != null
                    && (file.is(samples.body() + 12, "jpeg") || file.is(samples.body() + 12, "png "));
        }

        private void picture() throws IOException {
            if (!video || width == 0) {
                boolean told = across > 0 && down > 0;
                int w = told || samples == null ? across : file.u16(samples.body() + 40);
                int h = told || samples == null ? down : file.u16(samples.body() + 42);
                width = turned ? h : w;
                height = turned ? w : h;
            }
            video = true;
        }
    }
}

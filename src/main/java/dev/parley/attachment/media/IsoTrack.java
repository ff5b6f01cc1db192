package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/** One track of a movie: sound, a picture, or something else that counts as neither. */
final class IsoTrack {

    private static final String NOT_TOLD = "";

    private final Bytes file;
    private long id;
    private long timescale;
    private double seconds;
    private String handler = NOT_TOLD;
    private int across;
    private int down;
    private boolean turned;
    private @Nullable IsoBox samples;

    private IsoTrack(Bytes file) {
        this.file = file;
    }

    static IsoTrack read(Bytes file, IsoBox trak) throws IOException {
        IsoTrack track = new IsoTrack(file);
        track.walk(trak);
        return track;
    }

    long id() {
        return id;
    }

    /** Ticks of a second. */
    long timescale() {
        return timescale;
    }

    /** 0 when it is not told. */
    double seconds() {
        return seconds;
    }

    boolean isSound() {
        return handler.equals("soun");
    }

    boolean isPicture() {
        return handler.equals("vide");
    }

    /** A row of photos, as books and podcasts carry them for their chapters; old cameras film in these too. */
    boolean isStills() throws IOException {
        return samples != null
                && (file.is(samples.body() + 12, "jpeg") || file.is(samples.body() + 12, "png "));
    }

    /** Pixels across and down as displayed: of the header, else of the first sample description. */
    int[] size() throws IOException {
        int w = across;
        int h = down;
        if ((w == 0 || h == 0) && samples != null) {
            w = file.u16(samples.body() + 40);
            h = file.u16(samples.body() + 42);
        }
        return turned ? new int[] { h, w } : new int[] { w, h };
    }

    private void walk(IsoBox parent) throws IOException {
        for (IsoBox box = parent.first(file); box != null; box = parent.after(file, box)) {
            switch (box.type()) {
                case "tkhd" -> header(box);
                case "mdhd" -> {
                    timescale = IsoMovie.timescale(file, box);
                    seconds = IsoMovie.seconds(file, box);
                }
                // QuickTime has a second one further down, for the data's place.
                case "hdlr" -> handler = handler.equals(NOT_TOLD) ? file.latin1(box.body() + 8, 4) : handler;
                case "stsd" -> samples = box;
                case "mdia", "minf", "stbl" -> {
                    if (isInPlace(parent, box)) {
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
    private static boolean isInPlace(IsoBox parent, IsoBox box) {
        return parent.is("trak") && box.is("mdia") || parent.is("mdia") && box.is("minf")
                || parent.is("minf") && box.is("stbl");
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
}

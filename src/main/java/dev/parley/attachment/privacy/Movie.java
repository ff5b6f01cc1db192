package dev.parley.attachment.privacy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.parley.attachment.media.IsoBox;

/**
 * MP4, its relatives and QuickTime: the tracks of picture and sound stay. Everything else becomes free space filled with
 * zeros, so that no sample moves: user data, metadata, unknown boxes, and whole tracks of places and sensors.
 */
final class Movie {

    private static final Set<String> KEPT = Set.of("ftyp", "styp", "moov", "moof", "mdat", "mfra", "sidx", "ssix", "pdin",
            "wide");
    private static final Set<String> KEPT_IN_MOVIE = Set.of("mvhd", "trak", "mvex", "iods", "pssh", "ctab");
    private static final int WINDOW = 8 * 1024;
    private static final int MOST_REMEMBERED = 10_000;

    private final FileChannel file;
    private final Window window;
    private final Samples samples;
    /** The tracks that were removed. */
    private final Set<Long> removed = new HashSet<>();
    /** How many bytes a sample of a track has unless a fragment says otherwise. */
    private final Map<Long, Long> sampleSizes = new HashMap<>();

    private Movie(FileChannel file) throws IOException {
        this.file = file;
        this.window = new Window(file, WINDOW);
        this.samples = new Samples(file, window, media(window));
    }

    /** Edits the file in place; says whether there was anything to remove. */
    static boolean clean(FileChannel file) throws IOException {
        return new Movie(file).clean();
    }

    private boolean clean() throws IOException {
        long end = 0;
        try {
            for (IsoBox box = IsoBox.at(window, 0, window.size()); box != null; box = IsoBox.at(window, end, window.size())) {
                end = box.end();
                if (box.is("moov")) {
                    movie(box);
                } else if (!KEPT.contains(box.type())) {
                    window.free(box);
                }
            }
            fragments();
        } catch (Window.End cut) {
            // A box that promises more than there is was the last.
        }
        boolean changed = window.flush();
        // What is no box stands behind the last one, where some cameras put what they know.
        if (end > 0 && end < window.size()) {
            file.truncate(end);
            return true;
        }
        return changed;
    }

    /** Where the samples are: nothing outside of these is taken for one. */
    private static TreeMap<Long, Long> media(Window file) throws IOException {
        TreeMap<Long, Long> found = new TreeMap<>();
        for (IsoBox box = IsoBox.at(file, 0, file.size()); box != null; box = IsoBox.at(file, box.end(), file.size())) {
            if (box.is("mdat") && found.size() < MOST_REMEMBERED) {
                found.put(box.body(), box.end());
            }
        }
        return found;
    }

    private void movie(IsoBox moov) throws IOException {
        for (IsoBox box = moov.first(window); box != null; box = moov.after(window, box)) {
            if (!KEPT_IN_MOVIE.contains(box.type())) {
                window.free(box);
            } else if (box.is("mvhd")) {
                window.forgetTimes(box);
            } else if (box.is("trak")) {
                track(new Track(window, box));
            }
        }
        IsoBox defaults = moov.child(window, "mvex");
        for (IsoBox box = defaults == null ? null : defaults.first(window); box != null; box = defaults.after(window, box)) {
            if (box.is("trex") && box.end() - box.body() >= 20 && sampleSizes.size() < MOST_REMEMBERED) {
                sampleSizes.put(window.u32(box.body() + 4), window.u32(box.body() + 16));
            }
        }
    }

    private void track(Track track) throws IOException {
        if (track.isPictureOrSound()) {
            track.clean();
            return;
        }
        if (removed.size() < MOST_REMEMBERED) {
            removed.add(track.id());
        }
        samples.zero(track.box());
        window.free(track.box());
    }

    private void fragments() throws IOException {
        for (IsoBox moof = IsoBox.at(window, 0, window.size()); moof != null; moof = IsoBox.at(window, moof.end(),
                window.size())) {
            if (moof.is("moof")) {
                Fragment.clean(window, moof, removed, sampleSizes, samples);
            }
        }
    }
}

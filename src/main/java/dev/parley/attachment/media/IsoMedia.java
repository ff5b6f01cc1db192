package dev.parley.attachment.media;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/**
 * MP4 and its relatives, and QuickTime, from which it came: voice or video by the tracks. The movie box may be the last
 * one of the file; what lies before it is passed over.
 */
final class IsoMedia {

    /** What a file may start with; older QuickTime files have no {@code ftyp}. */
    private static final Set<String> STARTS = Set.of("ftyp", "moov", "mdat", "wide", "free", "skip", "pnot");
    /** Pictures in the same boxes: HEIF, AVIF and Canon's raw. */
    private static final Set<String> PICTURES = Set.of("mif1", "msf1", "mif2", "miaf", "heic", "heix", "heim", "heis",
            "hevc", "hevx", "hevm", "hevs", "avif", "avis", "avci", "avcs", "jpeg", "crx ", "j2ki", "vvic", "jxl ");
    private static final String QUICKTIME = "qt  ";
    /** Enough for the last fragment of every track. */
    private static final int LAST_FRAGMENTS = 8;

    private final Bytes file;
    private final String brand;
    private final IsoMovie movie;
    private final Deque<IsoBox> fragments = new ArrayDeque<>();

    private IsoMedia(Bytes file, String brand) {
        this.file = file;
        this.brand = brand;
        // Books and podcasts may carry the pictures of their chapters as a track.
        this.movie = new IsoMovie(file, brand.equals("M4A ") || brand.equals("M4B "));
    }

    static boolean claims(Bytes file) throws IOException {
        return file.size() >= 16 && STARTS.contains(file.latin1(4, 4));
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        IsoBox first = IsoBox.at(file, 0, file.size());
        if (first == null) {
            return null;
        }
        String brand = first.is("ftyp") ? file.latin1(first.body(), 4) : QUICKTIME;
        if (PICTURES.contains(brand)) {
            return null;
        }
        IsoMedia media = new IsoMedia(file, brand);
        media.walk(first);
        return media.recognised();
    }

    private void walk(IsoBox first) throws IOException {
        try {
            for (IsoBox box = first; box != null; box = IsoBox.at(file, box.end(), file.size())) {
                if (box.is("moov")) {
                    movie.read(box);
                } else if (box.is("moof")) {
                    keep(box);
                }
            }
        } catch (Bytes.Beyond cut) {
            // Judged by the tracks found until here; the last fragments were not.
            fragments.clear();
        }
    }

    private void keep(IsoBox fragment) {
        fragments.addLast(fragment);
        if (fragments.size() > LAST_FRAGMENTS) {
            fragments.removeFirst();
        }
    }

    private @Nullable Recognised recognised() throws IOException {
        if (movie.hasVideo()) {
            FileType type = brand.equals(QUICKTIME) ? FileType.MOV : FileType.MP4;
            return new Recognised(type, movie.width(), movie.height(), duration());
        }
        // Sound in QuickTime's own boxes is served as MP4 too: there is no other name that players know it by.
        return movie.hasSound() ? new Recognised(FileType.M4A, null, null, duration()) : null;
    }

    private double duration() throws IOException {
        double longest = movie.duration();
        if (longest > 0) {
            return longest;
        }
        try {
            for (IsoBox fragment : fragments) {
                longest = Math.max(longest, IsoFragment.end(file, fragment, movie));
            }
        } catch (Bytes.Beyond cut) {
            // The last fragment may be cut; those before it are not.
        }
        return longest;
    }
}

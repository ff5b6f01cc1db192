package dev.parley.attachment.privacy;

import java.io.IOException;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** One track of a movie: what it holds, and what goes when it stays. */
final class Track {

    private static final Set<String> KEPT = Set.of("tkhd", "edts", "tref", "tapt", "load", "mdia", "hdlr", "clip", "matt",
            "txas", "kmat", "imap", "trgr");
    private static final Set<String> KEPT_IN_MEDIA = Set.of("mdhd", "hdlr", "minf", "elng");
    /** Below that is what decoders need, which nobody can list. */
    private static final Set<String> DROPPED = Set.of("udta", "meta", "uuid", "free", "skip");
    private static final Set<String> STAYS = Set.of("vide", "soun", "auxv");

    private final Window file;
    private final Box box;
    private final @Nullable String handler;

    Track(Window file, Box box) throws IOException {
        this.file = file;
        this.box = box;
        this.handler = handler(box);
    }

    Box box() {
        return box;
    }

    long id() throws IOException {
        Box header = box.child(file, "tkhd");
        return header == null ? 0 : file.u32(header.body() + (file.u8(header.body()) == 1 ? 20 : 12));
    }

    boolean isPictureOrSound() {
        return handler != null && STAYS.contains(handler);
    }

    /** The first one counts: QuickTime has a second one further down, for the data's place. */
    private @Nullable String handler(Box parent) throws IOException {
        for (Box child = parent.first(file); child != null; child = parent.after(file, child)) {
            String found = child.is("hdlr") ? file.name(child.body() + 8) : isInPlace(parent, child) ? handler(child) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Each of the three holds the next; anything else would let a file nest as deep as it likes. */
    private static boolean isInPlace(Box parent, Box child) {
        return parent.is("trak") && child.is("mdia") || parent.is("mdia") && child.is("minf")
                || parent.is("minf") && child.is("stbl");
    }

    void clean() throws IOException {
        clean(box);
    }

    private void clean(Box parent) throws IOException {
        for (Box child = parent.first(file); child != null; child = parent.after(file, child)) {
            boolean kept = parent.is("trak") ? KEPT.contains(child.type())
                    : parent.is("mdia") ? KEPT_IN_MEDIA.contains(child.type()) : !DROPPED.contains(child.type());
            if (!kept) {
                child.free(file);
            } else if (isInPlace(parent, child)) {
                clean(child);
            } else {
                clean(child, child.type());
            }
        }
    }

    private void clean(Box child, String type) throws IOException {
        switch (type) {
            case "tkhd", "mdhd" -> child.forgetTimes(file);
            // The maker and the name of the handler: cameras sign there.
            case "hdlr" -> child.zero(file, 12, Long.MAX_VALUE / 2);
            case "dinf" -> forgetPlaces(child);
            case "stsd" -> forgetEncoders(child);
            default -> {
                // Times and places of samples.
            }
        }
    }

    /** Where on which disk the samples were when it was filmed. */
    private void forgetPlaces(Box dinf) throws IOException {
        Box dref = dinf.child(file, "dref");
        for (Box entry = dref == null ? null : Box.at(file, dref.body() + 8, dref.end()); entry != null; entry = dref.after(
                file,
                entry)) {
            entry.zero(file, 4, Long.MAX_VALUE / 2);
        }
    }

    /** The vendor of a sample entry and, of pictures, the encoder's name. */
    private void forgetEncoders(Box stsd) throws IOException {
        boolean picture = !"soun".equals(handler);
        for (Box entry = Box.at(file, stsd.body() + 8, stsd.end()); entry != null; entry = stsd.after(file, entry)) {
            entry.zero(file, 12, 16);
            if (picture) {
                entry.zero(file, 42, 74);
            }
        }
    }
}

package dev.parley.attachment.privacy;

import java.io.IOException;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.media.IsoBox;

/** One track of a movie: what it holds, and what goes when it stays. */
final class Track {

    private static final Set<String> KEPT = Set.of("tkhd", "edts", "tref", "tapt", "load", "mdia", "hdlr", "clip", "matt",
            "txas", "kmat", "imap", "trgr");
    private static final Set<String> KEPT_IN_MEDIA = Set.of("mdhd", "hdlr", "minf", "elng");
    /** Below that is what decoders need, which nobody can list. */
    private static final Set<String> DROPPED = Set.of("udta", "meta", "uuid", "free", "skip");
    private static final Set<String> STAYS = Set.of("vide", "soun", "auxv");

    private final Window file;
    private final IsoBox box;
    private final @Nullable String handler;

    Track(Window file, IsoBox box) throws IOException {
        this.file = file;
        this.box = box;
        this.handler = handler(box);
    }

    IsoBox box() {
        return box;
    }

    long id() throws IOException {
        IsoBox header = box.child(file, "tkhd");
        return header == null ? 0 : file.u32(header.body() + (file.u8(header.body()) == 1 ? 20 : 12));
    }

    boolean isPictureOrSound() {
        return handler != null && STAYS.contains(handler);
    }

    /** The first one counts: QuickTime has a second one further down, for the data's place. */
    private @Nullable String handler(IsoBox parent) throws IOException {
        for (IsoBox child = parent.first(file); child != null; child = parent.after(file, child)) {
            String found = child.is("hdlr") ? file.latin1(child.body() + 8, 4)
                    : isInPlace(parent, child) ? handler(child) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Each of the three holds the next; anything else would let a file nest as deep as it likes. */
    private static boolean isInPlace(IsoBox parent, IsoBox child) {
        return parent.is("trak") && child.is("mdia") || parent.is("mdia") && child.is("minf")
                || parent.is("minf") && child.is("stbl");
    }

    void clean() throws IOException {
        clean(box);
    }

    private void clean(IsoBox parent) throws IOException {
        for (IsoBox child = parent.first(file); child != null; child = parent.after(file, child)) {
            boolean kept = parent.is("trak") ? KEPT.contains(child.type())
                    : parent.is("mdia") ? KEPT_IN_MEDIA.contains(child.type()) : !DROPPED.contains(child.type());
            if (!kept) {
                file.free(child);
            } else if (isInPlace(parent, child)) {
                clean(child);
            } else {
                clean(child, child.type());
            }
        }
    }

    private void clean(IsoBox child, String type) throws IOException {
        switch (type) {
            case "tkhd", "mdhd" -> file.forgetTimes(child);
            // The maker and the name of the handler: cameras sign there.
            case "hdlr" -> file.zero(child, 12, Long.MAX_VALUE / 2);
            case "dinf" -> forgetPlaces(child);
            case "stsd" -> forgetEncoders(child);
            default -> {
                // Times and places of samples.
            }
        }
    }

    /** Where on which disk the samples were when it was filmed. */
    private void forgetPlaces(IsoBox dinf) throws IOException {
        IsoBox dref = dinf.child(file, "dref");
        for (IsoBox entry = dref == null ? null : IsoBox.at(file, dref.body() + 8, dref.end()); entry != null; entry = dref
                .after(
                        file,
                        entry)) {
            file.zero(entry, 4, Long.MAX_VALUE / 2);
        }
    }

    /** The vendor of a sample entry and, of pictures, the encoder's name. */
    private void forgetEncoders(IsoBox stsd) throws IOException {
        boolean picture = !"soun".equals(handler);
        for (IsoBox entry = IsoBox.at(file, stsd.body() + 8, stsd.end()); entry != null; entry = stsd.after(file, entry)) {
            file.zero(entry, 12, 16);
            if (picture) {
                file.zero(entry, 42, 74);
            }
        }
    }
}

package dev.parley.attachment.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Kind;
import dev.parley.attachment.Recognised;

/** All formats by their first bytes. A claim is cheap and may be wrong; the reader that follows it must agree. */
public final class Formats {

    /** @param kind what the claim alone decides, if it does */
    private record Format(Claim claim, Reader reader, @Nullable Kind kind) {
    }

    private interface Claim {
        boolean fits(Bytes file) throws IOException;
    }

    private interface Reader {
        /** Null when the file is not of this format after all; {@link Bytes.Beyond} says the same. */
        @Nullable
        Recognised read(Bytes file) throws IOException;
    }

    private static final List<Format> ALL = List.of(
            new Format(Jpeg::claims, Jpeg::read, Kind.IMAGE),
            new Format(Png::claims, Png::read, Kind.IMAGE),
            new Format(Gif::claims, Gif::read, Kind.IMAGE),
            new Format(Webp::claims, Webp::read, Kind.IMAGE),
            new Format(Bmp::claims, Bmp::read, Kind.IMAGE),
            new Format(IsoMedia::claims, IsoMedia::read, null),
            new Format(Matroska::claims, Matroska::read, null),
            new Format(Ogg::claims, Ogg::read, Kind.VOICE),
            new Format(Wav::claims, Wav::read, Kind.VOICE),
            new Format(Avi::claims, Avi::read, Kind.VIDEO),
            new Format(Flv::claims, Flv::read, Kind.VIDEO),
            new Format(Pdf::claims, Pdf::read, Kind.FILE),
            new Format(Zip::claims, Zip::read, Kind.FILE),
            new Format(Rar::claims, Rar::read, Kind.FILE),
            new Format(CompoundFile::claims, CompoundFile::read, Kind.FILE),
            new Format(MpegAudio::claims, MpegAudio::read, null),
            new Format(file -> true, Text::read, null));

    private Formats() {
    }

    public static Recognised recognise(Bytes file) throws IOException {
        for (Format format : ALL) {
            Recognised found = attempt(format, file);
            if (found != null) {
                return found;
            }
        }
        return Recognised.as(FileType.UNKNOWN);
    }

    private static @Nullable Recognised attempt(Format format, Bytes file) throws IOException {
        try {
            return format.claim.fits(file) ? format.reader.read(file) : null;
        } catch (Bytes.Beyond cut) {
            return null;
        }
    }

    public static Optional<Kind> early(Bytes head) {
        try {
            for (Format format : ALL) {
                if (format.kind != null && format.claim.fits(head)) {
                    return Optional.of(format.kind);
                }
            }
            return Optional.empty();
        } catch (Bytes.Beyond cut) {
            return Optional.empty();
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array was read", impossible);
        }
    }
}

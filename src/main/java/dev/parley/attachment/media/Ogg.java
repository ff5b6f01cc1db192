package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/**
 * Ogg (RFC 3533) with sound in it (RFC 5334, RFC 7845). The first page of every stream stands at the start and names its
 * codec; one that is not sound makes this a file that nobody asked for. The last page's position is the length.
 */
final class Ogg {

    private static final int MOST_STREAMS = 16;
    private static final int PAGE_HEADER = 27;
    /** More than the largest page, and room for junk behind the last. */
    private static final int TAIL = 160 * 1024;

    private final Bytes file;
    private long serial;
    private long rate;
    private long skipped;

    private Ogg(Bytes file) {
        this.file = file;
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "OggS\0") && (file.u8(5) & 2) != 0;
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        Ogg ogg = new Ogg(file);
        return ogg.isSound() ? new Recognised(FileType.OGG, null, null, ogg.duration()) : null;
    }

    private boolean isSound() throws IOException {
        long page = 0;
        boolean sound = false;
        for (int stream = 0; stream < MOST_STREAMS && file.is(page, "OggS\0") && (file.u8(page + 5) & 2) != 0; stream++) {
            int segments = file.u8(page + 26);
            long body = page + PAGE_HEADER + segments;
            if (isCodec(body)) {
                sound = true;
                serial = file.u32le(page + 14);
            } else if (!file.is(body, "fishead\0")) {
                return false;
            }
            page = body;
            for (int i = 0; i < segments; i++) {
                page += file.u8(body - segments + i);
            }
        }
        return sound;
    }

    private boolean isCodec(long body) throws IOException {
        if (file.is(body, "OpusHead")) {
            rate = 48_000;
            skipped = file.u16le(body + 10);
        } else if (file.is(body, "\u0001vorbis")) {
            rate = file.u32le(body + 12);
        } else if (file.is(body, "\u007fFLAC")) {
            rate = file.u24(body + 27) >> 4;
        } else if (file.is(body, "Speex   ")) {
            rate = file.u32le(body + 36);
        } else {
            return false;
        }
        return true;
    }

    private @Nullable Double duration() throws IOException {
        try {
            long from = Math.max(0, file.size() - TAIL);
            long page = file.last("OggS\0", from, file.size());
            while (page >= 0) {
                long position = file.i64le(page + 6);
                if (file.u32le(page + 14) == serial && position != -1 && rate > 0) {
                    return (double) (position - skipped) / rate;
                }
                page = file.last("OggS\0", from, page);
            }
            return null;
        } catch (Bytes.Beyond cut) {
            return null;
        }
    }
}

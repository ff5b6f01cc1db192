package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** Matroska and its subset WebM (RFC 9559): voice or video by the tracks, whatever the name says. */
final class Matroska {

    private static final int SEGMENT = 0x18538067;
    private static final int INFO = 0x1549a966;
    private static final int TRACKS = 0x1654ae6b;
    private static final int CLUSTER = 0x1f43b675;

    private final Bytes file;
    private long scale = 1_000_000;
    private double ticks;
    private boolean informed;
    private boolean listed;
    private boolean video;
    private boolean sound;
    private int width;
    private int height;

    private Matroska(Bytes file) {
        this.file = file;
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "\u001a\u0045\u00df\u00a3");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        EbmlElement header = EbmlElement.at(file, 0, file.size());
        String docType = header == null ? null : docType(file, header);
        EbmlElement segment = docType == null ? null : EbmlElement.at(file, header.end(), file.size());
        if (segment == null || segment.id() != SEGMENT) {
            return null;
        }
        Matroska matroska = new Matroska(file);
        matroska.walk(segment);
        return matroska.recognised("webm".equals(docType));
    }

    private static @Nullable String docType(Bytes file, EbmlElement header) throws IOException {
        for (EbmlElement e = header.first(file); e != null; e = header.after(file, e)) {
            if (e.id() == 0x4282) {
                return file.is(e.body(), "webm") ? "webm" : file.is(e.body(), "matroska") ? "matroska" : null;
            }
        }
        return null;
    }

    private @Nullable Recognised recognised(boolean webm) throws IOException {
        if (!video && !sound) {
            return null;
        }
        double duration = ticks > 0 ? ticks * scale / 1e9 : MatroskaTail.lastTime(file) * (double) scale / 1e9;
        return video ? new Recognised(webm ? FileType.WEBM : FileType.MKV, width, height, duration)
                : new Recognised(webm ? FileType.WEBM_AUDIO : FileType.MKA, null, null, duration);
    }

    private void walk(EbmlElement segment) throws IOException {
        try {
            EbmlElement e = segment.first(file);
            while (e != null && !(informed && listed)) {
                if (e.id() == INFO) {
                    info(e);
                } else if (e.id() == TRACKS) {
                    tracks(e);
                }
                // A live cluster has no length: its blocks are passed over one by one.
                e = e.id() == CLUSTER && e.unknown() ? EbmlElement.at(file, e.body(), segment.end())
                        : segment.after(file, e);
            }
        } catch (Bytes.Beyond cut) {
            // Judged by the tracks found until here.
        }
    }

    private void info(EbmlElement info) throws IOException {
        informed = true;
        for (EbmlElement e = info.first(file); e != null; e = info.after(file, e)) {
            if (e.id() == 0x2ad7b1) {
                scale = e.unsigned(file);
            } else if (e.id() == 0x4489) {
                ticks = e.decimal(file);
            }
        }
    }

    private void tracks(EbmlElement tracks) throws IOException {
        listed = true;
        for (EbmlElement track = tracks.first(file); track != null; track = tracks.after(file, track)) {
            if (track.id() == 0xae) {
                track(track);
            }
        }
    }

    private void track(EbmlElement track) throws IOException {
        for (EbmlElement e = track.first(file); e != null; e = track.after(file, e)) {
            if (e.id() == 0x83) {
                video |= e.unsigned(file) == 1;
                sound |= e.unsigned(file) == 2;
            } else if (e.id() == 0xe0 && width == 0) {
                picture(e);
            }
        }
    }

    private void picture(EbmlElement picture) throws IOException {
        for (EbmlElement e = picture.first(file); e != null; e = picture.after(file, e)) {
            if (e.id() == 0xb0) {
                width = (int) e.unsigned(file);
            } else if (e.id() == 0xba) {
                height = (int) e.unsigned(file);
            }
        }
    }
}

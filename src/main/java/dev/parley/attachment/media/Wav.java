package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** WAVE, and its 64-bit form RF64: the length of the data divided by the bytes of a second. */
final class Wav {

    private Wav() {
    }

    static boolean claims(Bytes file) throws IOException {
        return (file.is(0, "RIFF") || file.is(0, "RF64")) && file.is(8, "WAVE");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        long bytesPerSecond = 0;
        boolean described = false;
        for (long at = 12; at + 8 <= file.size();) {
            long body = at + 8;
            long length = file.u32le(at + 4);
            if (file.is(at, "fmt ")) {
                bytesPerSecond = file.u32le(body + 8);
                described = true;
            } else if (file.is(at, "data") && described) {
                return sounding(Math.max(0, data(file, body, length)), bytesPerSecond);
            }
            at = body + length + (length & 1);
        }
        return described ? Recognised.as(FileType.WAV) : null;
    }

    /** Recorders that could not seek back leave 0 or the largest number: the data then goes on to the end. */
    private static long data(Bytes file, long body, long length) {
        long rest = file.size() - body;
        return length == 0 ? rest : Math.min(length, rest);
    }

    private static Recognised sounding(long length, long bytesPerSecond) {
        return new Recognised(FileType.WAV, null, null,
                bytesPerSecond == 0 ? null : (double) length / bytesPerSecond);
    }
}

package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/** AVI: the main header's picture size and the longest stream. One without pictures still has no other type. */
final class Avi {

    private final Bytes file;
    private double longest;
    private int width;
    private int height;
    private boolean described;

    private Avi(Bytes file) {
        this.file = file;
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "RIFF") && file.is(8, "AVI ");
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        Avi avi = new Avi(file);
        avi.headers();
        return avi.described ? new Recognised(FileType.AVI, avi.width, avi.height, avi.longest) : null;
    }

    private void headers() throws IOException {
        for (long at = 12; at + 12 <= file.size();) {
            long body = at + 8;
            long length = file.u32le(at + 4);
            if (file.is(at, "LIST") && (file.is(body, "hdrl") || file.is(body, "strl"))) {
                // Steps into the list: its chunks follow, and after them those behind it.
                at = body + 4;
                continue;
            }
            if (file.is(at, "LIST") && file.is(body, "movi")) {
                return;
            }
            if (file.is(at, "avih")) {
                mainHeader(body);
            } else if (file.is(at, "strh")) {
                longest = Math.max(longest, stream(body));
            }
            at = body + length + (length & 1);
        }
    }

    private void mainHeader(long body) throws IOException {
        longest = Math.max(longest, file.u32le(body) * (double) file.u32le(body + 16) / 1e6);
        width = (int) file.u32le(body + 32);
        height = (int) file.u32le(body + 36);
        described = true;
    }

    private double stream(long body) throws IOException {
        long rate = file.u32le(body + 24);
        boolean timed = file.is(body, "vids") || file.is(body, "auds");
        return rate == 0 || !timed ? 0 : file.u32le(body + 32) * (double) file.u32le(body + 20) / rate;
    }
}

package dev.parley.attachment.privacy;

import java.io.IOException;

/** GIF 89a: images, their timing, the loop and a colour profile stay; comments and other applications' blocks go. */
final class Gif {

    private static final int SCREEN_END = 13;
    private static final byte[] TRAILER = { ';' };

    private final Compaction file;
    private final Window in;

    private Gif(Compaction file) {
        this.file = file;
        this.in = file.in();
    }

    static void clean(Compaction file) throws IOException {
        new Gif(file).blocks();
    }

    private void blocks() throws IOException {
        file.keep(SCREEN_END + colours(in.u8(10)));
        while (file.at() < in.size()) {
            long at = file.at();
            int block = in.u8(at);
            if (block == ',') {
                file.keep(image(at));
            } else if (block == '!' && isKept(at)) {
                file.keep(afterData(at + 2));
            } else if (block == '!' && afterData(at + 2) < in.size()) {
                file.drop(afterData(at + 2));
            } else {
                // The end, or nothing that a decoder could go on with.
                file.replace(block == ';' ? at + 1 : in.size(), TRAILER);
                return;
            }
        }
    }

    private boolean isKept(long at) throws IOException {
        // Timing, text as part of the picture, and three applications.
        return in.is(at + 1, "\u00f9") || in.is(at + 1, "\u0001") || in.is(at + 1, "\u00ff\u000bNETSCAPE2.0")
                || in.is(at + 1, "\u00ff\u000bANIMEXTS1.0") || in.is(at + 1, "\u00ff\u000bICCRGBG1012");
    }

    private long image(long at) throws IOException {
        long packed = at + 9;
        return packed >= in.size() ? in.size() : afterData(packed + 2 + colours(in.u8(packed)));
    }

    /** Blocks of up to 255 bytes each behind its length, until one of none. */
    private long afterData(long from) throws IOException {
        long at = from;
        while (at < in.size()) {
            int length = in.u8(at);
            at += 1 + length;
            if (length == 0) {
                return at;
            }
        }
        return in.size();
    }

    private static int colours(int packed) {
        return (packed & 0x80) == 0 ? 0 : 3 << (packed & 7) + 1;
    }
}

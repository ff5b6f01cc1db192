package dev.parley.attachment.privacy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** WebP (RFC 9649): the picture, its transparency, animation and colour profile stay. */
final class Webp {

    private static final Set<String> KEPT = Set.of("VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ICCP");
    /** Of one picture of an animation, behind what says where and how long it is shown. */
    private static final Set<String> KEPT_IN_FRAME = Set.of("ALPH", "VP8 ", "VP8L");
    private static final int FRAME = 8 + 16;
    private static final int RIFF = 12;
    private static final int FLAGS = 20;
    private static final int HAS_EXIF = 0x08;
    private static final int HAS_XMP = 0x04;

    private Webp() {
    }

    static void clean(Compaction file) throws IOException {
        Window in = file.in();
        long claimed = 8 + in.u32le(4);
        boolean extended = in.is(RIFF, "VP8X") && in.u32le(RIFF + 4) >= 10;
        int flags = extended ? in.u8(FLAGS) : 0;
        // A length that leaves no room for the first chunk is none.
        boolean told = claimed >= RIFF + 8 + in.u32le(RIFF + 4);
        long end = told ? Math.min(claimed, in.size()) : in.size();
        boolean turned = false;
        file.keep(RIFF);
        while (file.at() + 8 <= end) {
            long at = file.at();
            long length = in.u32le(at + 4);
            long next = Math.min(at + 8 + length + (length & 1), end);
            String type = in.latin1(at, 4);
            if (type.equals("ANMF")) {
                frame(file, at, next);
            } else if (KEPT.contains(type)) {
                file.keep(next);
            } else if (type.equals("EXIF") && extended && !turned) {
                byte[] exif = Orientation.of(in, at + 8, next);
                long before = file.length();
                file.replace(next, exif.length == 0 ? exif : chunk(exif));
                turned = file.length() > before;
            } else {
                file.drop(next);
            }
        }
        long dropped = file.at() - file.length();
        file.drop(in.size());
        long length = told && claimed > end ? claimed - dropped : file.length();
        file.amend(4, little(length - 8));
        if (extended) {
            file.amend(FLAGS, new byte[] { (byte) (flags & ~(HAS_EXIF | HAS_XMP) | (turned ? HAS_EXIF : 0)) });
        }
    }

    private static void frame(Compaction file, long at, long end) throws IOException {
        Window in = file.in();
        long start = file.length();
        file.keep(Math.min(at + FRAME, end));
        while (file.at() + 8 <= end) {
            long length = in.u32le(file.at() + 4);
            long next = Math.min(file.at() + 8 + length + (length & 1), end);
            if (KEPT_IN_FRAME.contains(in.latin1(file.at(), 4))) {
                file.keep(next);
            } else {
                file.drop(next);
            }
        }
        file.drop(end);
        long kept = file.length() - start;
        if (kept < end - at) {
            file.amend(start + 4, little(kept - 8));
        }
    }

    private static byte[] chunk(byte[] exif) {
        return ByteBuffer.allocate(8 + exif.length).put("EXIF".getBytes(StandardCharsets.US_ASCII)).put(little(exif.length))
                .put(exif).array();
    }

    private static byte[] little(long length) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) length).array();
    }
}

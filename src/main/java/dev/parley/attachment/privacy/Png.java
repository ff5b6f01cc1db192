package dev.parley.attachment.privacy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/** PNG (third edition, chapter 11): chunks that make the picture, its colours and its animation stay. */
final class Png {

    private static final Set<String> KEPT = Set.of("IHDR", "PLTE", "IDAT", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB",
            "cICP", "mDCV", "cLLI", "bKGD", "hIST", "pHYs", "acTL", "fcTL", "fdAT");
    /** Worth keeping even when the file breaks off within. */
    private static final Set<String> PIXELS = Set.of("IHDR", "IDAT", "fdAT");
    private static final int SIGNATURE = 8;
    private static final int AROUND = 12;

    private Png() {
    }

    static void clean(Compaction file) throws IOException {
        Window in = file.in();
        file.keep(SIGNATURE);
        boolean exifSeen = false;
        while (true) {
            long at = file.at();
            String type = in.latin1(at + 4, 4);
            long length = in.u32(at);
            long end = at + AROUND + length;
            if (type.equals("IEND")) {
                file.replace(end, chunk("IEND", new byte[0]));
                return;
            }
            if (end <= in.size() ? KEPT.contains(type) : PIXELS.contains(type)) {
                file.keep(end);
            } else if (type.equals("eXIf") && !exifSeen) {
                exifSeen = true;
                byte[] exif = Orientation.of(in, at + 8, Math.min(end - 4, in.size()));
                file.replace(end, exif.length == 0 ? exif : chunk("eXIf", exif));
            } else {
                file.drop(end);
            }
        }
    }

    private static byte[] chunk(String type, byte[] data) {
        byte[] named = ByteBuffer.allocate(4 + data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data).array();
        CRC32 sum = new CRC32();
        sum.update(named);
        return ByteBuffer.allocate(AROUND + data.length).putInt(data.length).put(named).putInt((int) sum.getValue()).array();
    }
}

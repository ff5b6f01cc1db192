package dev.parley.attachment.privacy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import dev.parley.attachment.media.Mp3Frame;
import dev.parley.attachment.media.MpegAudio;

/**
 * MP3: the sound stays, and of the tag at its start (ID3v2) what it is called and who made it. All other tags go: comments,
 * pictures, private frames, ID3v1, APE and Lyrics3.
 */
final class Mp3 {

    /** Title, artist, album, track, genre, year and length, in the names of versions 3 and 4 and of version 2. */
    private static final Set<String> KEPT = Set.of("TIT2", "TPE1", "TALB", "TRCK", "TCON", "TDRC", "TYER", "TLEN",
            "TT2", "TP1", "TAL", "TRK", "TCO", "TYE", "TLE");
    private static final int HEADER = 10;
    /** The tag is unsynchronised: a zero was put behind each 0xff that could have been taken for sound. */
    private static final int STUFFED = 0x80;
    /** Something stands before the frames; in version 2, all of them are packed. */
    private static final int EXTENDED = 0x40;
    private static final int FOOTER = 0x10;
    /** Of a frame of version 4: it is unsynchronised, and says how long it was before. */
    private static final int STUFFED_FRAME = 0x03;
    private static final int ID3V1 = 128;
    private static final int APE = 32;
    /** Behind one another at the end; what is before them is found on the way there. */
    private static final int MOST_TAGS = 8;
    private static final int LONGEST_TEXT = 32 * 1024;

    private final Compaction file;
    private final Window in;

    private Mp3(Compaction file) {
        this.file = file;
        this.in = file.in();
    }

    static void clean(Compaction edited, FileChannel file) throws IOException {
        long sound = MpegAudio.start(file);
        Mp3 mp3 = new Mp3(edited);
        long end = mp3.withoutTail(file, sound);
        mp3.tag();
        edited.drop(sound);
        mp3.sound(end);
    }

    /** Tags at the end, which are found backwards. One that claims the sound itself is no longer than what it ends with. */
    private long withoutTail(FileChannel whole, long sound) throws IOException {
        long end = in.size();
        for (int i = 0; i < MOST_TAGS; i++) {
            long claimed;
            long least;
            if (in.is(end - ID3V1, "TAG")) {
                claimed = least = ID3V1;
            } else if (in.is(end - APE, "APETAGEX")) {
                claimed = in.u32le(end - APE + 12) + (in.u8(end - APE + 23) >= 0x80 ? APE : 0);
                least = APE;
            } else if (in.is(end - HEADER, "3DI")) {
                claimed = syncSafe(end - HEADER + 6) + 2L * HEADER;
                least = HEADER;
            } else {
                return end;
            }
            if (claimed > least && MpegAudio.isSound(whole, sound, end - claimed)) {
                end -= claimed;
            } else if (MpegAudio.isSound(whole, sound, end - least)) {
                end -= least;
            } else {
                return end;
            }
        }
        return end;
    }

    private void tag() throws IOException {
        int version = in.is(0, "ID3") ? in.u8(3) : 0;
        int flags = version > 0 ? in.u8(5) : 0;
        if (version < 2 || version > 4 || version == 2 && (flags & EXTENDED) != 0) {
            return;
        }
        Map<String, long[]> frames = frames(version, flags, Math.min(HEADER + syncSafe(6), in.size()));
        long total = frames.values().stream().mapToLong(frame -> frame[1] - frame[0]).sum();
        if (total > 0) {
            file.keep(5);
            file.replace(HEADER,
                    ByteBuffer.allocate(5).put((byte) (flags & STUFFED)).put((byte) (total >> 21 & 0x7f))
                            .put((byte) (total >> 14 & 0x7f)).put((byte) (total >> 7 & 0x7f)).put((byte) (total & 0x7f))
                            .array());
            for (long[] frame : frames.values()) {
                file.drop(frame[0]);
                file.keep(frame[1]);
            }
        }
    }

    /** Where the frames that stay start and end, the first of each name; none that is packed or encrypted. */
    private Map<String, long[]> frames(int version, int flags, long end) throws IOException {
        Map<String, long[]> found = new LinkedHashMap<>();
        // Version 4 counts what was stuffed in.
        boolean stuffed = version < 4 && (flags & STUFFED) != 0;
        byte[] head = new byte[version == 2 ? 6 : HEADER];
        long at = (flags & EXTENDED) == 0 ? HEADER : afterExtension(version, stuffed, end);
        while (at + head.length < end) {
            long body = read(at, head, stuffed, end);
            String name = new String(head, 0, version == 2 ? 3 : 4, StandardCharsets.ISO_8859_1);
            long length = version == 4 ? syncSafe(at + 4) : number(head, version == 2 ? 3 : 4, version == 2 ? 6 : 8);
            long next = after(body, length, stuffed, end);
            if (name.charAt(0) < 'A' || name.charAt(0) > 'Z' || length == 0 || next > end) {
                break;
            }
            boolean plain = version == 2 || (head[9] & (version == 4 ? ~STUFFED_FRAME : ~0)) == 0;
            if (plain && length <= LONGEST_TEXT && KEPT.contains(name)) {
                found.putIfAbsent(name, new long[] { at, next });
            }
            at = next;
        }
        return found;
    }

    private long afterExtension(int version, boolean stuffed, long end) throws IOException {
        if (version == 4) {
            return HEADER + syncSafe(HEADER);
        }
        byte[] length = new byte[4];
        long body = read(HEADER, length, stuffed, end);
        return after(body, number(length, 0, 4), stuffed, end);
    }

    /** Reads as many bytes as there is room for; says where the next one is. */
    private long read(long at, byte[] into, boolean stuffed, long end) throws IOException {
        long place = at;
        for (int i = 0; i < into.length; i++) {
            into[i] = place < end ? (byte) in.u8(place) : 0;
            place = after(place, 1, stuffed, end);
        }
        return place;
    }

    /** So many bytes further on, or beyond the end. Where the tag was stuffed, a zero behind 0xff is none of them. */
    private long after(long at, long count, boolean stuffed, long end) throws IOException {
        if (!stuffed) {
            return at + count;
        }
        long place = at;
        for (long left = count; left > 0; left--) {
            if (place >= end) {
                return end + 1;
            }
            place += in.u8(place) == 0xff && place + 1 < end && in.u8(place + 1) == 0 ? 2 : 1;
        }
        return place;
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }

    /** Frame by frame; between them tags are dropped, and what is neither is kept as players skip it. */
    private void sound(long end) throws IOException {
        long at = file.at();
        while (at + 3 < end) {
            int length = in.u8(at) == 0xff ? Mp3Frame.length((int) (in.u32(at) >> 8)) : 0;
            if (length > 0) {
                at += length;
                continue;
            }
            long tag = lengthOfTag(at, end);
            if (tag > 0) {
                file.keep(at);
                at += tag;
                file.drop(Math.min(at, end));
            } else {
                at++;
            }
        }
        file.keep(end);
    }

    private long lengthOfTag(long at, long end) throws IOException {
        return switch (in.u8(at)) {
            case 'I' -> in.is(at, "ID3") && at + HEADER <= end
                    ? HEADER + syncSafe(at + 6) + ((in.u8(at + 5) & FOOTER) != 0 ? HEADER : 0)
                    : 0;
            case 'T' -> in.is(at, "TAG") ? ID3V1 : 0;
            case 'A' -> in.is(at, "APETAGEX") && at + APE <= end ? APE + in.u32le(at + 12) : 0;
            case 'L' -> in.is(at, "LYRICSBEGIN") ? end - at : 0;
            default -> 0;
        };
    }

    /** Four times seven bits. */
    private long syncSafe(long at) throws IOException {
        return (in.u8(at) & 0x7fL) << 21 | (in.u8(at + 1) & 0x7f) << 14 | (in.u8(at + 2) & 0x7f) << 7 | in.u8(at + 3) & 0x7f;
    }
}

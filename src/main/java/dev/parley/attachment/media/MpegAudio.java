package dev.parley.attachment.media;

import java.io.IOException;
import java.nio.channels.FileChannel;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/**
 * MP3 (MPEG audio, layer III) and raw AAC (ADTS), with or without ID3 tags. Neither has a signature, only frames one after
 * another: some of them in a row are believed.
 */
public final class MpegAudio {

    private static final int[] ADTS_RATES = { 96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025,
            8000, 7350 };
    private static final int ENOUGH = 3;
    private static final int WALKED = 512;
    private static final int MOST_TAGS = 4;
    private static final int MOST_PADDING = 16 * 1024;
    private static final int ID3V1 = 128;

    private MpegAudio() {
    }

    static boolean claims(Bytes file) throws IOException {
        return file.is(0, "ID3") || file.size() > 2 && (file.u16(0) & 0xffe0) == 0xffe0;
    }

    /** Where the sound of an MP3 file starts, behind tags and padding; 0 when there seems to be none. */
    public static long start(FileChannel file) throws IOException {
        try {
            Found found = find(Bytes.of(file));
            return found == null ? 0 : found.at;
        } catch (Bytes.Beyond cut) {
            return 0;
        }
    }

    /** Whether an MP3 file that ended there would be one still. @param at what {@link #start} said */
    public static boolean isSound(FileChannel file, long at, long end) throws IOException {
        try {
            Bytes bytes = Bytes.of(file);
            Recognised found = frames(bytes, at, beforeTag(bytes, end));
            return found != null && found.type() == FileType.MP3;
        } catch (Bytes.Beyond cut) {
            return false;
        }
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        Found found = find(file);
        return found == null ? null : found.what;
    }

    private record Found(long at, Recognised what) {
    }

    private static @Nullable Found find(Bytes file) throws IOException {
        long start = afterTags(file);
        long end = beforeTag(file, file.size());
        long last = start == 0 ? 0 : start + MOST_PADDING;
        for (long at = start; at <= last; at++) {
            if (file.u8(at) == 0xff) {
                Recognised found = frames(file, at, end);
                if (found != null) {
                    return new Found(at, found);
                }
            }
        }
        return null;
    }

    private static long beforeTag(Bytes file, long end) throws IOException {
        return file.is(end - ID3V1, "TAG") ? end - ID3V1 : end;
    }

    private static @Nullable Recognised frames(Bytes file, long at, long end) throws IOException {
        Run mp3 = Run.of(file, at, end, Mp3Frame::at);
        if (mp3.believed(end)) {
            Double told = Mp3Frame.told(file, at, end);
            return new Recognised(FileType.MP3, null, null, told != null ? told : mp3.duration(end));
        }
        Run aac = Run.of(file, at, end, MpegAudio::adts);
        return aac.believed(end) ? new Recognised(FileType.AAC, null, null, aac.duration(end)) : null;
    }

    /** ID3v2: a header of ten bytes with a length of four times seven bits, perhaps a footer. */
    private static long afterTags(Bytes file) throws IOException {
        long at = 0;
        for (int tag = 0; tag < MOST_TAGS && file.is(at, "ID3"); tag++) {
            int length = 0;
            for (int i = 6; i < 10; i++) {
                length = length << 7 | file.u8(at + i) & 0x7f;
            }
            at += 10 + length + ((file.u8(at + 5) & 0x10) != 0 ? 10 : 0);
        }
        return at;
    }

    /** A frame of sound: its length in bytes and in seconds, and what it has in common with its neighbours. */
    record Frame(int length, double seconds, int likeness) {
    }

    interface Frames {
        /** Null when no frame starts there. */
        @Nullable
        Frame at(Bytes file, long at) throws IOException;
    }

    /** The header of ISO/IEC 13818-7, 6.2. */
    private static @Nullable Frame adts(Bytes file, long at) throws IOException {
        int rateIndex = file.u8(at + 2) >> 2 & 0xf;
        int length = (file.u8(at + 3) & 3) << 11 | file.u8(at + 4) << 3 | file.u8(at + 5) >> 5;
        if ((file.u16(at) & 0xfff6) != 0xfff0 || rateIndex >= ADTS_RATES.length || length <= 7) {
            return null;
        }
        int samples = 1024 * ((file.u8(at + 6) & 3) + 1);
        return new Frame(length, (double) samples / ADTS_RATES[rateIndex], rateIndex);
    }

    /** Frames one after another, as far as they were looked at. */
    private record Run(int count, long start, long next, double seconds) {

        static Run of(Bytes file, long start, long end, Frames frames) throws IOException {
            long at = start;
            int count = 0;
            int likeness = 0;
            double seconds = 0;
            while (count < WALKED && at + 7 <= end) {
                Frame frame = frames.at(file, at);
                if (frame == null || count > 0 && frame.likeness() != likeness) {
                    break;
                }
                likeness = frame.likeness();
                seconds += frame.seconds();
                at += frame.length();
                count++;
            }
            return new Run(count, start, at, seconds);
        }

        boolean believed(long end) {
            return count >= ENOUGH || count == ENOUGH - 1 && next >= end;
        }

        /** The rest is taken to be like what was looked at; exact where that was all. */
        double duration(long end) {
            return count < WALKED ? seconds : seconds * (end - start) / (next - start);
        }
    }
}

package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/** The frame header of MPEG audio, layer III (ISO/IEC 11172-3, 2.4.1.3), and what encoders hide in the first frame. */
public final class Mp3Frame {

    private static final int[] BITRATES_1 = { 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 };
    private static final int[] BITRATES_2 = { 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 };
    private static final int[] RATES = { 44_100, 48_000, 32_000 };
    private static final int SMALLEST = 24;

    private Mp3Frame() {
    }

    static MpegAudio.@Nullable Frame at(Bytes file, long at) throws IOException {
        return of(file.u24(at));
    }

    /** How long a frame is that starts with these three bytes, itself included; 0 when none does. */
    public static int length(int start) {
        MpegAudio.Frame frame = of(start);
        return frame == null ? 0 : frame.length();
    }

    private static MpegAudio.@Nullable Frame of(int start) {
        int header = start >> 8 & 0xff;
        int version = header >> 3 & 3;
        int bitrateIndex = start >> 4 & 0xf;
        int rateIndex = start >> 2 & 3;
        boolean layer3 = start >> 16 == 0xff && header >= 0xe0 && (header >> 1 & 3) == 1;
        if (!layer3 || version == 1 || rateIndex == 3 || bitrateIndex == 0 || bitrateIndex == 15) {
            return null;
        }
        boolean first = version == 3;
        int rate = RATES[rateIndex] >> (first ? 0 : version == 2 ? 1 : 2);
        int bitrate = (first ? BITRATES_1 : BITRATES_2)[bitrateIndex - 1] * 1000;
        int length = (first ? 144 : 72) * bitrate / rate + (start >> 1 & 1);
        return new MpegAudio.Frame(length, (first ? 1152.0 : 576.0) / rate, version << 2 | rateIndex);
    }

    /** Seconds by the count of frames in a Xing, Info or VBRI header; null without one, or when it cannot be true. */
    static @Nullable Double told(Bytes file, long at, long end) throws IOException {
        MpegAudio.Frame frame = at(file, at);
        if (frame == null || at + frame.length() > end) {
            return null;
        }
        boolean first = (file.u8(at + 1) >> 3 & 3) == 3;
        boolean mono = file.u8(at + 3) >> 6 == 3;
        long xing = at + 4 + (first ? mono ? 17 : 32 : mono ? 9 : 17);
        long frames = 0;
        if ((file.is(xing, "Xing") || file.is(xing, "Info")) && (file.u32(xing + 4) & 1) != 0) {
            frames = file.u32(xing + 8);
        } else if (file.is(at + 36, "VBRI")) {
            frames = file.u32(at + 36 + 14);
        }
        return frames == 0 || frames > (end - at) / SMALLEST ? null : frames * frame.seconds();
    }
}

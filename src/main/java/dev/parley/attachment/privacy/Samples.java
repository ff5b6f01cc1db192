package dev.parley.attachment.privacy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.TreeMap;

import dev.parley.attachment.media.IsoBox;

/** What a track that was removed has said, chunk by chunk in between the picture and the sound. */
final class Samples {

    /** Recorders write about one chunk a second, or one run of a fragment; more are a file that wants to keep somebody busy. */
    private static final long MOST_CHUNKS = 100_000;
    private static final int WINDOW = 4 * 1024;

    private final FileChannel file;
    private final Window window;
    private final TreeMap<Long, Long> media;
    private long chunksLeft = MOST_CHUNKS;
    private long bytesLeft;

    /** @param media where samples may be: the start and the end of each such box */
    Samples(FileChannel file, Window window, TreeMap<Long, Long> media) {
        this.file = file;
        this.window = window;
        this.media = media;
        this.bytesLeft = window.size();
    }

    /** Overwrites all that the sample tables of a track name. */
    void zero(IsoBox trak) throws IOException {
        IsoBox table = trak;
        for (String name : new String[] { "mdia", "minf", "stbl" }) {
            table = table.child(window, name);
            if (table == null) {
                return;
            }
        }
        IsoBox offsets = table.child(window, "stco");
        IsoBox wide = table.child(window, "co64");
        IsoBox runs = table.child(window, "stsc");
        IsoBox sizes = table.child(window, "stsz");
        sizes = sizes != null ? sizes : table.child(window, "stz2");
        if ((offsets != null || wide != null) && runs != null && sizes != null) {
            try {
                chunks(offsets != null ? offsets : wide, offsets != null ? 4 : 8, runs, sizes);
            } catch (Window.End cut) {
                // The tables end before what they promise.
            }
        }
    }

    /** Each table has a reader of its own, since all are gone through at once. */
    private void chunks(IsoBox offsets, int width, IsoBox runs, IsoBox sizes) throws IOException {
        Window offset = new Window(file, WINDOW);
        Window run = new Window(file, WINDOW);
        Window size = new Window(file, WINDOW);
        long count = Math.min(window.u32(offsets.body() + 4), (offsets.end() - offsets.body() - 8) / width);
        long runCount = Math.min(window.u32(runs.body() + 4), (runs.end() - runs.body() - 8) / 12);
        boolean compact = sizes.is("stz2");
        long same = compact ? 0 : window.u32(sizes.body() + 4);
        int bits = compact ? window.u8(sizes.body() + 7) : 32;
        long sampleCount = bits == 0 ? 0 : (sizes.end() - sizes.body() - 12) * 8 / bits;
        long sample = 0;
        long nextRun = 0;
        long each = 0;
        for (long chunk = 1; chunk <= count && chunksLeft > 0; chunk++) {
            while (nextRun < runCount && run.u32(runs.body() + 8 + 12 * nextRun) <= chunk) {
                each = run.u32(runs.body() + 12 + 12 * nextRun++);
            }
            long length = same * each;
            for (long i = 0; same == 0 && i < each && sample < sampleCount; i++) {
                length += field(size, sizes.body() + 12, bits, sample++);
            }
            long at = offsets.body() + 8 + width * (chunk - 1);
            zero(width == 4 ? offset.u32(at) : offset.i64(at), length);
        }
    }

    /** A number of a table whose numbers have so many bits; four are the first half of a byte, or the second. */
    private static long field(Window table, long start, int bits, long index) throws IOException {
        return switch (bits) {
            case 4 -> table.u8(start + index / 2) >> (index % 2 == 0 ? 4 : 0) & 0xf;
            case 8 -> table.u8(start + index);
            case 16 -> table.u16(start + 2 * index);
            case 32 -> table.u32(start + 4 * index);
            default -> 0;
        };
    }

    /**
     * Overwrites a chunk, or a run of a fragment, where it lies in a box of media; anything else would be another part of the
     * file.
     */
    void zero(long from, long length) throws IOException {
        Map.Entry<Long, Long> box = chunksLeft-- > 0 ? media.floorEntry(from) : null;
        if (box != null && from < box.getValue() && length > 0) {
            long there = Math.min(length, box.getValue() - from);
            bytesLeft -= there;
            window.zero(from, bytesLeft < 0 ? from : from + there);
        }
    }
}

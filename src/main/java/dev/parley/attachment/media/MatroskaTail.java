package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * The length of a recording that does not tell it, as browsers make them: the time of the last block of the last cluster.
 * Clusters start where somebody looked for them before, so the search is from the end, and only so far.
 */
final class MatroskaTail {

    private static final int TAIL = 2 * 1024 * 1024;
    private static final int TIMESTAMP = 0xe7;
    private static final int SIMPLE_BLOCK = 0xa3;
    private static final int BLOCK_GROUP = 0xa0;
    private static final int BLOCK = 0xa1;

    private MatroskaTail() {
    }

    /** In ticks of the file's timestamp scale; 0 when it was not found. */
    static long lastTime(Bytes file) throws IOException {
        long from = Math.max(0, file.size() - TAIL);
        try {
            long at = file.last("\u001f\u0043\u00b6\u0075", from, file.size());
            while (at >= 0) {
                EbmlElement cluster = EbmlElement.at(file, at, file.size());
                EbmlElement first = cluster == null ? null : cluster.first(file);
                if (cluster != null && first != null && first.id() == TIMESTAMP) {
                    return lastBlock(file, cluster, first.unsigned(file));
                }
                // The same four bytes by chance, inside a block.
                at = file.last("\u001f\u0043\u00b6\u0075", from, at);
            }
        } catch (Bytes.Beyond cut) {
            // Not found within the budget.
        }
        return 0;
    }

    private static long lastBlock(Bytes file, EbmlElement cluster, long start) throws IOException {
        long last = start;
        try {
            for (EbmlElement e = cluster.first(file); e != null; e = cluster.after(file, e)) {
                EbmlElement block = e.id() == SIMPLE_BLOCK ? e : e.id() == BLOCK_GROUP ? inGroup(file, e) : null;
                if (block != null) {
                    last = Math.max(last, start + time(file, block));
                }
            }
        } catch (Bytes.Beyond cut) {
            // The last block may be cut; those before it are not.
        }
        return last;
    }

    private static @Nullable EbmlElement inGroup(Bytes file, EbmlElement group) throws IOException {
        for (EbmlElement e = group.first(file); e != null; e = group.after(file, e)) {
            if (e.id() == BLOCK) {
                return e;
            }
        }
        return null;
    }

    /** Behind the track's number, of one byte or more: 16 bits, relative to the cluster. */
    private static short time(Bytes file, EbmlElement block) throws IOException {
        int trackLength = Integer.numberOfLeadingZeros(file.u8(block.body())) - 23;
        return (short) file.u16(block.body() + trackLength);
    }
}

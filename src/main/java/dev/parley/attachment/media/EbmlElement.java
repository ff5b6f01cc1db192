package dev.parley.attachment.media;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * An element of EBML (RFC 8794).
 *
 * @param id with its length marker, as the specifications write it
 * @param body where its data starts
 * @param end where it ends, or its parent does when that comes first or the length is not told
 * @param unknown whether the length is not told
 */
record EbmlElement(int id, long body, long end, boolean unknown) {

    /** Null when no whole header stands between the two places. */
    static @Nullable EbmlElement at(Bytes file, long at, long limit) throws IOException {
        if (at >= limit) {
            return null;
        }
        int idLength = Integer.numberOfLeadingZeros(file.u8(at)) - 23;
        if (idLength > 4 || at + idLength >= limit) {
            return null;
        }
        int id = 0;
        for (int i = 0; i < idLength; i++) {
            id = id << 8 | file.u8(at + i);
        }
        int sizeLength = Integer.numberOfLeadingZeros(file.u8(at + idLength)) - 23;
        long body = at + idLength + sizeLength;
        if (sizeLength > 8 || body > limit) {
            return null;
        }
        long size = file.u8(at + idLength) & 0xff >> sizeLength;
        for (int i = 1; i < sizeLength; i++) {
            size = size << 8 | file.u8(at + idLength + i);
        }
        boolean unknown = size == (1L << 7 * sizeLength) - 1;
        // At most 2^56: no overflow.
        return new EbmlElement(id, body, unknown ? limit : Math.min(limit, body + size), unknown);
    }

    @Nullable
    EbmlElement first(Bytes file) throws IOException {
        return at(file, body, end);
    }

    /** The next child behind this one. */
    @Nullable
    EbmlElement after(Bytes file, EbmlElement child) throws IOException {
        return at(file, child.end, end);
    }

    /** Of at most eight bytes; longer ones are no numbers and give 0. */
    long unsigned(Bytes file) throws IOException {
        long value = 0;
        for (long at = body; at < end && end - body <= 8; at++) {
            value = value << 8 | file.u8(at);
        }
        return value;
    }

    double decimal(Bytes file) throws IOException {
        long bits = unsigned(file);
        return end - body == 4 ? Float.intBitsToFloat((int) bits) : end - body == 8 ? Double.longBitsToDouble(bits) : 0;
    }
}

package dev.parley.attachment.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The bytes of a file at any place, and the numbers and letters that formats write with them. */
public interface Octets {

    long size();

    /** What stands outside of the file is refused by an exception of the implementation's own. */
    int u8(long at) throws IOException;

    default int u16(long at) throws IOException {
        return u8(at) << 8 | u8(at + 1);
    }

    default int u16le(long at) throws IOException {
        return u8(at) | u8(at + 1) << 8;
    }

    default int u24(long at) throws IOException {
        return u16(at) << 8 | u8(at + 2);
    }

    default int u24le(long at) throws IOException {
        return u16le(at) | u8(at + 2) << 16;
    }

    default long u32(long at) throws IOException {
        return (long) u16(at) << 16 | u16(at + 2);
    }

    default long u32le(long at) throws IOException {
        return u16le(at) | (long) u16le(at + 2) << 16;
    }

    default long i64(long at) throws IOException {
        return u32(at) << 32 | u32(at + 4);
    }

    default long i64le(long at) throws IOException {
        return u32le(at) | u32le(at + 4) << 32;
    }

    /** Whether these bytes, given as ISO 8859-1, stand there; false, not an exception, where the file ends before. */
    default boolean is(long at, String wanted) throws IOException {
        if (at < 0 || at > size() - wanted.length()) {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (u8(at + i) != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** @param length at most some hundred: the caller's own number or one it has checked */
    default String latin1(long at, int length) throws IOException {
        byte[] copy = new byte[length];
        for (int i = 0; i < length; i++) {
            copy[i] = (byte) u8(at + i);
        }
        return new String(copy, StandardCharsets.ISO_8859_1);
    }
}

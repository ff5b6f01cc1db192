package dev.parley.relay;

/** The beginning of a client's frame (RFC 6455, 5.2), byte by byte, up to its mask. What is wrong with it, the decoder says. */
final class FrameHeader {

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int MASK_BYTES = 4;
    private static final int FIRST_CONTROL = 8;

    private int seen;
    private int first;
    private boolean masked;
    private int lengthBytes;
    private long length;

    /** @return whether it is complete; the next byte begins another one */
    boolean add(int next) {
        int value = next & 0xff;
        if (seen == 0) {
            first = value;
            seen = 1;
            return false;
        }
        if (seen == 1) {
            masked = (value & MASKED) != 0;
            int small = value & ~MASKED;
            lengthBytes = small == 126 ? Short.BYTES : small == 127 ? Long.BYTES : 0;
            length = lengthBytes > 0 ? 0 : small;
            seen = 2;
        } else {
            length = length << 8 | value;
            lengthBytes--;
        }
        if (lengthBytes > 0) {
            return false;
        }
        seen = 0;
        return true;
    }

    boolean isData() {
        return (first & 15) < FIRST_CONTROL;
    }

    boolean beginsMessage() {
        return isData() && (first & 15) != 0;
    }

    boolean endsMessage() {
        return isData() && (first & FIN) != 0;
    }

    /** Bytes of the payload; negative when it is nonsense. */
    long length() {
        return length;
    }

    /** Bytes to come, the mask among them. */
    long rest() {
        return length + (masked ? MASK_BYTES : 0);
    }
}

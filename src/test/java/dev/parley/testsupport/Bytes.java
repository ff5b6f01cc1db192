package dev.parley.testsupport;

import java.io.ByteArrayOutputStream;

/** Bytes that tests put together by hand. */
public final class Bytes {

    private Bytes() {
    }

    /** One after the other. */
    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}

package dev.parley.attachment.resumable;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * {@code Upload-Checksum}: what the bytes of one request must hash to.
 *
 * @param algorithm as Java calls it
 */
record Checksum(String algorithm, byte[] value) {

    private static final Map<String, String> ALGORITHMS = new LinkedHashMap<>();

    static {
        ALGORITHMS.put("sha1", "SHA-1");
        ALGORITHMS.put("sha256", "SHA-256");
        ALGORITHMS.put("sha512", "SHA-512");
        ALGORITHMS.put("md5", "MD5");
    }

    /** For {@code Tus-Checksum-Algorithm}. */
    static String algorithms() {
        return String.join(",", ALGORITHMS.keySet());
    }

    static @Nullable Checksum parse(@Nullable String header) {
        if (header == null) {
            return null;
        }
        String[] parts = header.strip().split("\\s+");
        String algorithm = ALGORITHMS.get(parts[0]);
        if (algorithm == null || parts.length != 2) {
            throw new Refusal(Code.BAD_REQUEST, "Upload-Checksum must be one of " + algorithms() + " and a value in base64");
        }
        try {
            return new Checksum(algorithm, Base64.getDecoder().decode(parts[1]));
        } catch (IllegalArgumentException e) {
            throw new Refusal(Code.BAD_REQUEST, "Upload-Checksum is not base64");
        }
    }

    MessageDigest digest() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

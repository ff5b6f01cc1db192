package dev.parley.attachment;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.inject.Singleton;

import dev.parley.account.SigningKeys;

/**
 * Addresses of files that an {@code <img>} can load with no header. A signature names its user, who must still be a
 * member when it is used; its expiry is rounded up, so that the address stays the same for some hours and browsers
 * revalidate instead of fetching again.
 */
@Singleton
public class SignedUrls {

    public static final String PREFIX = "/api/files/";
    /** Seconds: an address lives for six to twelve hours. */
    private static final long STEP = 6 * 3600;

    private final SigningKeys keys;
    private final Clock clock = Clock.systemUTC();

    SignedUrls(SigningKeys keys) {
        this.keys = keys;
    }

    /** Addresses of one file for one person: path and query, the signature last. */
    record Signed(UUID file, String query) {

        String path() {
            return PREFIX + file + "?" + query;
        }

        /** Who may see the file may see its previews, so the signature is the file's. */
        String preview(String size) {
            return PREFIX + file + "/preview?size=" + size + "&" + query;
        }
    }

    Signed sign(UUID file, long userId) {
        long expires = (clock.instant().getEpochSecond() / STEP + 2) * STEP;
        return new Signed(file,
                "user=" + userId + "&expires=" + expires + "&signature=" + signature(file, userId, expires));
    }

    /** Whether this signature was made here for this file and user, and has not expired. */
    public boolean verify(UUID file, long userId, long expires, String signature) {
        byte[] right = signature(file, userId, expires).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(right, signature.getBytes(StandardCharsets.UTF_8))
                && expires > clock.instant().getEpochSecond();
    }

    private String signature(UUID file, long userId, long expires) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.urlKey(), "HmacSHA256"));
            byte[] hash = mac.doFinal((file + "\n" + userId + "\n" + expires).getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.parley.attachment.resumable;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * The hashes of uploads as far as they have come, so that no file need be read again at its end when this instance took all
 * of it. One that is not here is only slower.
 */
@Singleton
class RunningDigests {

    private record Running(long offset, MessageDigest sha256) {
    }

    private final Cache<UUID, Running> running = Caffeine.newBuilder().maximumSize(1_000)
            .expireAfterWrite(Duration.ofMinutes(10)).build();

    /** The hash of the bytes before an offset, for the caller alone from now on; null when it is not known. */
    @Nullable
    MessageDigest take(UUID upload, long offset) {
        if (offset == 0) {
            return sha256();
        }
        Running known = running.asMap().remove(upload);
        return known == null || known.offset != offset ? null : known.sha256;
    }

    void keep(UUID upload, long offset, @Nullable MessageDigest sha256) {
        if (sha256 != null) {
            running.put(upload, new Running(offset, sha256));
        }
    }

    void forget(UUID upload) {
        running.invalidate(upload);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

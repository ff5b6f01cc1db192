package dev.parley.attachment.storage;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is stored.
 *
 * @param files a line for each state that files are in
 * @param arriving uploads in several requests that have not ended
 * @param toRemove files that nobody may fetch any more, deleted or with a virus, and whose bytes are still there
 * @param previews smaller pictures of files, which count against nobody's quota
 * @param largest the people whose files take most
 * @param lastReconciliation null before the first
 */
public record StorageReport(Instant at, List<InState> files, Arriving arriving, ToRemove toRemove, OfPreviews previews,
        List<OfUser> largest,
        @Nullable Reconciliation lastReconciliation) {

    /** @param state {@code pending}, {@code ready}, {@code bound} or {@code avatar} */
    public record InState(String state, long files, long bytes) {
    }

    /** @param bytes that are here of them; what a client sends to the bucket itself counts when it is told */
    public record Arriving(long uploads, long bytes) {
    }

    /** @param oldestSeconds since when the one that waits longest has been deleted, 0 when no deleted one waits */
    public record ToRemove(long files, long bytes, long oldestSeconds) {
    }

    public record OfPreviews(long files, long bytes) {
    }

    /** @param bytes what is counted against a quota */
    public record OfUser(long userId, String name, long files, long bytes) {
    }
}

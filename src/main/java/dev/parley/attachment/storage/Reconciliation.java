package dev.parley.attachment.storage;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * One comparison of what is stored with what is known.
 *
 * @param instance which one did it
 * @param dryRun whether it only told what it would remove
 */
public record Reconciliation(UUID instance, Instant startedAt, long tookMillis, boolean dryRun, List<Found> leftovers) {

    /**
     * What was found of one class.
     *
     * @param looked how many things were looked at
     * @param found how many were left behind
     * @param bytes what these take, as far as it is known
     * @param removed how many of these are gone now
     * @param oldest since when the oldest has been there
     * @param sample some of them
     * @param note why not all were removed, or what went wrong
     */
    @RegisterForReflection
    public record Found(String kind, long looked, long found, long bytes, long removed, @Nullable Instant oldest,
            List<Leftover> sample, @Nullable String note) {
    }
}

package dev.parley.attachment.storage;

import java.time.Instant;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Something that was left behind.
 *
 * @param name its key, its path, or what else it is found by
 * @param id what tells it from others of the same name
 * @param bytes 0 where nobody tells
 * @param since when it was last changed
 */
@RegisterForReflection
public record Leftover(String name, String id, long bytes, Instant since) {
}

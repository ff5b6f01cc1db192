package dev.parley.attachment;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * What a store holds, whether a row knows of it or not: for finding what was left behind. Only what looks like ours is
 * shown, so that whatever else lies in a directory or a bucket is nobody's business here. All methods may block, and
 * throw {@link Refusal} with {@link Code#STORE_UNAVAILABLE} like the store's own.
 */
public interface Inventory {

    /** The most that a page holds. */
    int PAGE = 1000;

    /** @param size bytes */
    record StoredObject(String key, long size, Instant modified) {
    }

    /**
     * An object whose bytes began to arrive and that never appeared.
     *
     * @param key the object that it was to become, or a temporary name
     * @param id what the store calls the attempt
     * @param size bytes so far, 0 where the store does not tell
     */
    record Unfinished(String key, String id, long size, Instant started) {
    }

    /** Hands over every object, a page at a time, in the order of their keys' bytes. */
    void objects(Consumer<List<StoredObject>> pages);

    /** Whether there is such an object now. */
    boolean holds(String key);

    /** Hands over what never became an object, a page at a time. */
    void unfinished(Consumer<List<Unfinished>> pages);

    /** Gives up what never became an object; one that is gone is no error. */
    void abandon(Unfinished attempt);
}

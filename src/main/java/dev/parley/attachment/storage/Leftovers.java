package dev.parley.attachment.storage;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * A class of things that a crash or a mistake leaves behind. Each bean of this kind is looked through in every round and
 * has its line in the report. May block for as long as a store takes; no transaction is open.
 */
public interface Leftovers {

    /** What the report calls it, such as {@code object_without_row}. */
    String kind();

    /**
     * Looks for them.
     *
     * @param before only what has been as it is since before this moment
     * @param found is handed what was found, a page at a time
     * @return how many things were looked at
     */
    long find(Instant before, Consumer<List<Leftover>> found);

    /** Removes one; one that is gone meanwhile is no error. */
    void remove(Leftover leftover);

    /**
     * Whether that many are no accident of uploads: it is another database then, or another's store, and nothing is removed
     * unless somebody insists.
     */
    default boolean isSuspicious(long found, long looked) {
        return found > 100 && found * 10 > looked;
    }

    /** Whether a round removes them; otherwise people must see to it. */
    default boolean removable() {
        return true;
    }
}

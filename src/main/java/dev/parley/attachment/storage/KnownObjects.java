package dev.parley.attachment.storage;

import java.util.Collection;
import java.util.Set;

/**
 * Says which objects of the store somebody still needs. Whoever keeps keys of the store in rows of their own is a bean of
 * this kind: an object that none of them knows is removed when it is old enough.
 */
public interface KnownObjects {

    /**
     * @param keys of objects, or of the uploads that objects belong to, {@link dev.parley.attachment.Inventory#PAGE} at most
     * @return those that are known, in whatever state their rows are
     */
    Set<String> known(Collection<String> keys);

    /**
     * Those of these keys whose bytes are still arriving, however long ago they began to.
     *
     * @param keys of what the store has not finished, {@link dev.parley.attachment.Inventory#PAGE} at most
     */
    default Set<String> arriving(Collection<String> keys) {
        return Set.of();
    }
}

package dev.parley.attachment.storage;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import jakarta.inject.Singleton;

import io.quarkus.arc.All;

/** What anybody knows. */
@Singleton
class Known {

    private final List<KnownObjects> all;

    Known(@All List<KnownObjects> all) {
        this.all = all;
    }

    Set<String> objects(Collection<String> keys) {
        Set<String> known = new HashSet<>();
        if (!keys.isEmpty()) {
            all.forEach(some -> known.addAll(some.known(keys)));
        }
        return known;
    }

    Set<String> arriving(Collection<String> keys) {
        Set<String> known = new HashSet<>();
        if (!keys.isEmpty()) {
            all.forEach(some -> known.addAll(some.arriving(keys)));
        }
        return known;
    }
}

package dev.parley.attachment.resumable;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import dev.parley.attachment.PartialStore;
import dev.parley.attachment.storage.KnownObjects;

/** What of a bucket belongs to uploads that have not ended, or whose bytes are still to be removed. */
@Singleton
class KnownPartials implements KnownObjects {

    private final UploadRows rows;

    KnownPartials(UploadRows rows) {
        this.rows = rows;
    }

    @Override
    public Set<String> known(Collection<String> keys) {
        Set<String> uploads = Set.copyOf(rows.held(keys.stream().map(PartialStore::uploadOf).collect(Collectors.toSet())));
        return keys.stream().filter(key -> uploads.contains(PartialStore.uploadOf(key))).collect(Collectors.toSet());
    }

    @Override
    public Set<String> arriving(Collection<String> keys) {
        return Set.copyOf(rows.held(keys));
    }
}

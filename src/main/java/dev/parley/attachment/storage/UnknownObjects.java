package dev.parley.attachment.storage;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import jakarta.inject.Singleton;

import dev.parley.attachment.Inventory.StoredObject;
import dev.parley.attachment.ObjectStore;

/** Objects that no row knows. A row comes before its object and goes after it, so that age alone is waited for. */
@Singleton
class UnknownObjects implements Leftovers {

    private final ObjectStore store;
    private final Known known;

    UnknownObjects(ObjectStore store, Known known) {
        this.store = store;
        this.known = known;
    }

    @Override
    public String kind() {
        return "object_without_row";
    }

    @Override
    public long find(Instant before, Consumer<List<Leftover>> found) {
        AtomicLong looked = new AtomicLong();
        store.inventory().objects(page -> {
            looked.addAndGet(page.size());
            List<StoredObject> old = page.stream().filter(object -> object.modified().isBefore(before)).toList();
            Set<String> needed = known.objects(old.stream().map(StoredObject::key).toList());
            found.accept(old.stream().filter(object -> !needed.contains(object.key()))
                    .map(object -> new Leftover(object.key(), object.key(), object.size(), object.modified())).toList());
        });
        return looked.get();
    }

    @Override
    public void remove(Leftover leftover) {
        store.delete(leftover.name());
    }
}

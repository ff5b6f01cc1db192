package dev.parley.attachment.storage;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import jakarta.inject.Singleton;

import dev.parley.attachment.Inventory.StoredObject;
import dev.parley.attachment.ObjectStore;
import dev.parley.attachment.PartialStore;

/** Objects that no row knows. A row comes before its object and goes after it, so that age alone is waited for. */
@Singleton
class UnknownObjects implements Leftovers {

    private static final int FEW = 5;

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
            Set<String> needed = known
                    .objects(old.stream().map(object -> PartialStore.uploadOf(object.key())).distinct().toList());
            found.accept(old.stream().filter(object -> !needed.contains(PartialStore.uploadOf(object.key())))
                    .map(object -> new Leftover(object.key(), object.key(), object.size(), object.modified())).toList());
        });
        return looked.get();
    }

    /** Some may be left behind, but hardly a tenth of all; where none is known, it is another database. */
    @Override
    public boolean isSuspicious(long found, long looked) {
        return found * 10 > looked && (found > FEW || found == looked);
    }

    @Override
    public void remove(Leftover leftover) {
        store.delete(leftover.name());
    }
}

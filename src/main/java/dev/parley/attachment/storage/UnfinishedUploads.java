package dev.parley.attachment.storage;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import jakarta.inject.Singleton;

import dev.parley.attachment.Inventory.Unfinished;
import dev.parley.attachment.ObjectStore;

/** What a store began to take and never finished: multipart uploads of a bucket, half copies of a directory. */
@Singleton
class UnfinishedUploads implements Leftovers {

    private final ObjectStore store;
    private final Known known;

    UnfinishedUploads(ObjectStore store, Known known) {
        this.store = store;
        this.known = known;
    }

    @Override
    public String kind() {
        return "unfinished_upload";
    }

    /** The row of a finished file does not save an attempt at it: its bytes went up in another. */
    @Override
    public long find(Instant before, Consumer<List<Leftover>> found) {
        AtomicLong looked = new AtomicLong();
        store.inventory().unfinished(page -> {
            looked.addAndGet(page.size());
            List<Unfinished> old = page.stream().filter(upload -> upload.started().isBefore(before)).toList();
            Set<String> needed = known.arriving(old.stream().map(Unfinished::key).toList());
            found.accept(old.stream().filter(upload -> !needed.contains(upload.key()))
                    .map(upload -> new Leftover(upload.key(), upload.id(), upload.size(), upload.started())).toList());
        });
        return looked.get();
    }

    @Override
    public void remove(Leftover leftover) {
        store.inventory()
                .abandon(new Unfinished(leftover.name(), leftover.id(), leftover.bytes(), leftover.since()));
    }
}

package dev.parley.attachment.storage;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.attachment.Inventory;
import dev.parley.attachment.ObjectStore;
import dev.parley.problem.Rows;

/**
 * Files whose bytes are gone although nobody deleted them. They are told of and never forgotten: only people can say
 * whether a backup has them. Objects and rows are walked side by side in the order of their keys.
 */
@Singleton
class LostObjects implements Leftovers {

    private static final String LAST = "~";
    private static final String BETWEEN = """
            select storage_key, id, message_id, size, created_at from media_attachments
             where storage_key collate "C" > ? and storage_key collate "C" <= ?
               and state in ('ready', 'bound', 'avatar')
               and not (scan_state = 'blocked' and scan_reason not in ('failed', 'too_large'))
             order by storage_key collate "C" limit %d""".formatted(Inventory.PAGE);

    private final DataSource database;
    private final ObjectStore store;

    LostObjects(DataSource database, ObjectStore store) {
        this.database = database;
        this.store = store;
    }

    @Override
    public String kind() {
        return "row_without_object";
    }

    @Override
    public boolean removable() {
        return false;
    }

    @Override
    public void remove(Leftover leftover) {
        throw new UnsupportedOperationException("Lost files are only told of");
    }

    /** Of whatever age: these states come after the bytes. What the scanner found goes before its row is changed. */
    @Override
    public long find(Instant before, Consumer<List<Leftover>> found) {
        Walk walk = new Walk(found);
        store.inventory().objects(page -> {
            Set<String> there = new HashSet<>();
            page.forEach(object -> there.add(object.key()));
            walk.to(page.getLast().key(), there);
        });
        walk.to(LAST, Set.of());
        return walk.looked;
    }

    private record Row(String key, Leftover leftover) {
    }

    private final class Walk {

        private final Consumer<List<Leftover>> found;
        private String from = "";
        private long looked;

        Walk(Consumer<List<Leftover>> found) {
            this.found = found;
        }

        /** @param there the objects from where the walk is up to this key */
        void to(String key, Set<String> there) {
            List<Row> rows;
            do {
                rows = between(from, key);
                looked += rows.size();
                found.accept(rows.stream().filter(row -> !there.contains(row.key())).filter(this::isLost)
                        .map(Row::leftover).toList());
                from = rows.size() < Inventory.PAGE ? key : rows.getLast().key();
            } while (rows.size() == Inventory.PAGE);
        }

        /** Asked once more: it may have come, or been deleted, since its page was listed. */
        private boolean isLost(Row row) {
            return !store.inventory().holds(row.key())
                    && between(row.key().substring(0, row.key().length() - 1), row.key()).stream()
                            .anyMatch(still -> still.key().equals(row.key()));
        }
    }

    private List<Row> between(String after, String last) {
        return Rows.ask(database, BETWEEN, row -> {
            String message = row.getString(3);
            return new Row(row.getString(1), new Leftover(
                    "file " + row.getString(2) + (message == null ? "" : " of message " + message), row.getString(1),
                    row.getLong(4), row.getObject(5, OffsetDateTime.class).toInstant()));
        }, after, last);
    }
}

package dev.parley.attachment.storage;

import java.util.Collection;
import java.util.Set;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.problem.Rows;

/** The objects of files and of their previews, until the sweeper has removed them. */
@Singleton
class MediaObjects implements KnownObjects {

    private static final String KNOWN = """
            select storage_key from media_attachments where storage_key collate "C" = any(?)
            union all
            select p.storage_key from media_previews p join media_attachments a on a.id = p.attachment_id
             where p.storage_key collate "C" = any(?) and a.storage_key is not null""";

    private final DataSource database;

    MediaObjects(DataSource database) {
        this.database = database;
    }

    @Override
    public Set<String> known(Collection<String> keys) {
        String[] asked = keys.toArray(String[]::new);
        return Set.copyOf(Rows.ask(database, KNOWN, row -> row.getString(1), asked, asked));
    }
}

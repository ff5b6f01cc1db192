package dev.parley.attachment.resumable;

import java.util.List;

import jakarta.inject.Singleton;

import dev.parley.attachment.PartialStore.Held;

/** What of the store belongs to resumable uploads: whoever looks for bytes that nobody knows of asks here. */
@Singleton
public class KnownPartials {

    private final UploadRows rows;

    KnownPartials(UploadRows rows) {
        this.rows = rows;
    }

    /**
     * Everything that may still be there. In a directory an upload is {@code partial/<key>} and, while it is being stored,
     * {@code partial/<key>-whole}; in a bucket a multipart upload of {@code <key>}, the objects {@code <key>} and
     * {@code <key>-tail}.
     */
    public List<Held> held() {
        return rows.held();
    }
}

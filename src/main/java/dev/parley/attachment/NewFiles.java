package dev.parley.attachment;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import dev.parley.problem.Rows;
import io.quarkus.narayana.jta.QuarkusTransaction;

/** The rows of files that have just come: one statement each, which is its own transaction unless there is more to it. */
@Singleton
class NewFiles {

    // The hash may not be null, and nobody reads it: the bytes under one address never change.
    private static final String INSERT = """
            insert into media_attachments (id, owner_id, state, kind, mime_type, size, width, height, duration,
                   original_name, storage_key, created_at, expires_at, scan_state, scan_reason, sha256)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, now() + make_interval(secs => ?), ?, ?, '')""";
    private static final String READY = "update media_attachments set state = ? where id = ? and state = ?";

    private final DataSource database;
    private final Quota quota;
    private final FileLimits limits;

    NewFiles(DataSource database, Quota quota, FileLimits limits) {
        this.database = database;
        this.quota = quota;
        this.limits = limits;
    }

    /**
     * Not within a transaction of the caller's: the row must be there before the bytes are.
     *
     * @param counted bytes of it that its owner's quota has counted as arriving
     * @throws dev.parley.problem.Refusal {@link dev.parley.problem.Code#QUOTA_EXCEEDED}
     */
    void add(Attachment file, long counted) {
        if (quota.isUnlimited()) {
            insert(file);
        } else {
            QuarkusTransaction.requiringNew().run(() -> {
                quota.require(file.ownerId, file.size, counted);
                insert(file);
            });
        }
    }

    /** @throws dev.parley.problem.Refusal {@link dev.parley.problem.Code#QUOTA_EXCEEDED} */
    void requireRoom(long ownerId, long size) {
        if (!quota.isUnlimited()) {
            QuarkusTransaction.requiringNew().run(() -> quota.require(ownerId, size, 0));
        }
    }

    /** A message may take it. In the caller's transaction if there is one. @return false when it was forgotten meanwhile */
    boolean ready(UUID file) {
        return Rows.change(database, READY, Attachment.READY, file, Attachment.PENDING) == 1;
    }

    /** Forgets files that no message took; in a transaction of its own. */
    void forget(Collection<UUID> files) {
        String[] ids = files.stream().map(UUID::toString).toArray(String[]::new);
        QuarkusTransaction.requiringNew()
                .run(() -> Rows.change(database, Attachment.DELETE + "id = any(?::uuid[]) and state in ('pending', 'ready')",
                        (Object) ids));
    }

    /** The same for a file that is ready, if it is this owner's. @return whether there was such a file */
    boolean withdraw(long ownerId, UUID file) {
        return QuarkusTransaction.requiringNew().call(() -> Rows.change(database,
                Attachment.DELETE + "id = ? and owner_id = ? and state = 'ready'", file, ownerId)) > 0;
    }

    private void insert(Attachment file) {
        Rows.change(database, INSERT, file.id, file.ownerId, file.state, file.kind, file.mimeType, file.size, file.width,
                file.height, file.duration, file.originalName, file.storageKey, time(file.createdAt),
                limits.unboundFor().toMillis() / 1000.0,
                file.scanState, file.scanReason);
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}

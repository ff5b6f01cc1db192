package dev.parley.attachment;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.attachment.preview.Previews;
import dev.parley.backplane.OneAtATime;
import dev.parley.problem.Outage;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;

/**
 * Removes bytes that nobody may fetch any more: of deleted messages, of uploads that no message took in
 * time, and of what the scanner blocked.
 */
@Singleton
class FileSweeper {

    private static final Logger LOG = Logger.getLogger(FileSweeper.class);
    private static final int AT_ONCE = 500;
    private static final int MOST_FAILURES = 3;

    private final ObjectStore store;
    private final Previews previews;
    private final OneAtATime alone;

    FileSweeper(ObjectStore store, Previews previews, OneAtATime alone) {
        this.store = store;
        this.previews = previews;
        this.alone = alone;
    }

    // Not while the program is still starting: it may yet have to stop, for a port that is taken.
    @Scheduled(delayed = "3s", every = "${parley.files.sweep-every:15s}", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void sweep() {
        try {
            alone.run("file sweep", () -> {
                expire();
                remove();
            });
        } catch (RuntimeException e) {
            if (!Outage.is(e)) {
                throw e;
            }
            LOG.debug("The database is away; sweeping later", e);
        }
    }

    private void expire() {
        QuarkusTransaction.requiringNew().run(() -> Attachment.update(
                "state = ?1, deletedAt = ?2 where state in ?3 and expiresAt < ?2", Attachment.DELETED, Instant.now(),
                Arrays.asList(Attachment.PENDING, Attachment.READY)));
        QuarkusTransaction.requiringNew().run(() -> Attachment.update("""
                update Attachment a set a.state = ?1, a.deletedAt = ?2
                 where a.state = ?3 and not exists (select 1 from User u where u.avatarId = a.id)""", Attachment.DELETED,
                Instant.now(), Attachment.AVATAR));
    }

    private void remove() {
        // What cannot be removed must not be in the way of all the others; what nothing can be removed from is away.
        Set<UUID> later = new HashSet<>(Set.of(new UUID(0, 0)));
        int failures = 0;
        List<Attachment> doomed = doomed(later);
        while (!doomed.isEmpty()) {
            for (Attachment file : doomed) {
                try {
                    if (!remove(file)) {
                        later.add(file.id);
                    }
                } catch (RuntimeException e) {
                    LOG.warnf("The bytes of a deleted file could not be removed, trying again later: %s", e.getMessage());
                    later.add(file.id);
                    if (++failures == MOST_FAILURES) {
                        return;
                    }
                }
            }
            doomed = doomed(later);
        }
    }

    private static List<Attachment> doomed(Set<UUID> later) {
        return QuarkusTransaction.requiringNew().call(() -> Attachment
                .<Attachment> find(
                        "storageKey is not null and (state = ?1 or scanState = ?2) and id not in ?3 order by deletedAt",
                        Attachment.DELETED, ScanState.BLOCKED.id(), later)
                .page(0, AT_ONCE).list());
    }

    /** False while previews of it are being made, which must go as well. */
    private boolean remove(Attachment file) {
        store.delete(file.storageKey);
        if (!previews.remove(file.id)) {
            return false;
        }
        // The row stays, without a key: it says that there was a file and when it went.
        QuarkusTransaction.requiringNew().run(() -> Attachment.update("storageKey = null where id = ?1", file.id));
        return true;
    }
}

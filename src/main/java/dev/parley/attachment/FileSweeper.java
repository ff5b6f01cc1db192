package dev.parley.attachment;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.attachment.preview.Previews;
import dev.parley.backplane.OneAtATime;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;

/**
 * Removes bytes that nobody may fetch any more: of deleted messages, of uploads that no message took in
 * time, and of what the scanner found something in. What it could not scan is kept.
 */
@Singleton
class FileSweeper {

    private static final Logger LOG = Logger.getLogger(FileSweeper.class);
    private static final int AT_ONCE = 500;

    private final ObjectStore store;
    private final Previews previews;
    private final OneAtATime alone;

    FileSweeper(ObjectStore store, Previews previews, OneAtATime alone) {
        this.store = store;
        this.previews = previews;
        this.alone = alone;
    }

    // Not while the program is still starting: it may yet have to stop, for a port that is taken.
    @Scheduled(delayed = "3s", every = "${parley.files.sweep-every}", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void sweep() {
        alone.runIfPossible("file sweep", () -> {
            try {
                expire();
            } finally {
                // Also when the database's disk is full: it may be the disk of the files.
                remove();
            }
        });
    }

    // States are written out in what is asked here: the server sees by them which index has those rows alone.
    private void expire() {
        QuarkusTransaction.requiringNew().run(() -> Attachment.update(
                "state = ?1, deletedAt = ?2 where state in ?3 and expiresAt < instant", Attachment.DELETED, Instant.now(),
                Arrays.asList(Attachment.PENDING, Attachment.READY)));
        QuarkusTransaction.requiringNew().run(() -> Attachment.update("""
                update Attachment a set a.state = ?1, a.deletedAt = ?2
                 where a.state = 'avatar' and not exists (select 1 from User u where u.avatarId = a.id)""", Attachment.DELETED,
                Instant.now()));
    }

    private void remove() {
        // What cannot be removed must not be in the way of all the others.
        UUID last = new UUID(0, 0);
        for (List<Attachment> doomed = doomed(last); !doomed.isEmpty(); doomed = doomed(last)) {
            for (Attachment file : doomed) {
                try {
                    remove(file);
                } catch (RuntimeException e) {
                    if (Outage.is(e) && !Outage.isFull(e)) {
                        throw e;
                    }
                    // A store tells by itself what is wrong with it.
                    if (!(e instanceof Refusal)) {
                        LOG.warnf("Bytes that nobody needs could not be removed, trying again later: %s", e.getMessage());
                    }
                    if (!store.reachable()) {
                        return;
                    }
                }
                last = file.id;
            }
        }
    }

    private static List<Attachment> doomed(UUID after) {
        return QuarkusTransaction.requiringNew().call(() -> Attachment.<Attachment> find("""
                storageKey is not null and id > ?1
                 and (state = 'deleted' or scanState = 'blocked' and scanReason not in ?2) order by id""", after,
                List.of(ScanState.FAILED, ScanState.TOO_LARGE)).page(0, AT_ONCE).list());
    }

    /** Not as a whole while previews of it are being made, which must go as well. */
    private void remove(Attachment file) {
        store.delete(file.storageKey);
        if (previews.remove(file.id)) {
            // The row stays, without a key: it says that there was a file and when it went.
            QuarkusTransaction.requiringNew().run(() -> Attachment.update("storageKey = null where id = ?1", file.id));
        }
    }
}

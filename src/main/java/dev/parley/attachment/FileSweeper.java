package dev.parley.attachment;

import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.attachment.preview.Previews;
import dev.parley.backplane.OneAtATime;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import dev.parley.problem.Rows;
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
    private static final String EMPTIED = "update media_attachments set storage_key = null where id = ?";
    /** A message's row stays, without a key: it says that there was a file and when it went. */
    private static final String FORGET = """
            delete from media_attachments where state = 'deleted' and message_id is null and storage_key is null""";

    private final DataSource database;
    private final ObjectStore store;
    private final Previews previews;
    private final OneAtATime alone;

    FileSweeper(DataSource database, ObjectStore store, Previews previews, OneAtATime alone) {
        this.database = database;
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
                Rows.change(database, FORGET);
            }
        });
    }

    // States are written out in what is asked here: the server sees by them which index has those rows alone.
    private void expire() {
        Rows.change(database, Attachment.DELETE + "state in ('pending', 'ready') and expires_at < now()");
        Rows.change(database, Attachment.DELETE + """
                state = 'avatar' and not exists (select 1 from users where avatar_id = media_attachments.id)""");
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
            Rows.change(database, EMPTIED, file.id);
        }
    }
}

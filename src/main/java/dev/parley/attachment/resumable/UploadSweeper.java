package dev.parley.attachment.resumable;

import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.parley.backplane.OneAtATime;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Removes uploads that nobody went on with, and the bytes of those that have ended. */
@Singleton
class UploadSweeper {

    private static final int AT_ONCE = 100;

    private final UploadRows rows;
    private final Finishing finishing;
    private final OneAtATime alone;

    UploadSweeper(UploadRows rows, Finishing finishing, OneAtATime alone) {
        this.rows = rows;
        this.finishing = finishing;
        this.alone = alone;
    }

    @Scheduled(delayed = "3s", every = "${parley.files.sweep-every}", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void sweep() {
        alone.runIfPossible("upload sweep", () -> {
            List<Upload> spare;
            do {
                spare = rows.spare(AT_ONCE, UUID.randomUUID());
                spare.forEach(finishing::discard);
            } while (spare.size() == AT_ONCE);
            rows.forgetExpired();
        });
    }
}

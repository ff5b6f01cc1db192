package dev.parley.attachment.scan;

import java.time.Duration;
import java.util.Set;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.parley.attachment.jobs.FileJobs;
import dev.parley.attachment.jobs.JobKind;
import dev.parley.attachment.jobs.Lane;
import dev.parley.problem.Outage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Scans while this instance runs; without a scanner it settles what none of those that had one has left. */
@Singleton
class ScanLane {

    /** Another instance may have a scanner, and then takes jobs sooner. */
    private static final Duration ABANDONED = Duration.ofMinutes(1);

    private final ScanSettings settings;
    private final FileJobs jobs;
    private final Lane lane;

    ScanLane(ScanSettings settings, FileJobs jobs, Scans scans) {
        this.settings = settings;
        this.jobs = jobs;
        this.lane = settings.address().isPresent()
                ? new Lane("scan", Set.of(JobKind.SCAN), settings.workers(), jobs, scans)
                : new Lane("scan", Set.of(JobKind.SCAN), 1, jobs, scans, ABANDONED);
    }

    /** Before anything begins that would have to end again. */
    static void refuseWrongAddress(@Observes @Priority(1) StartupEvent event, ScanSettings settings) {
        settings.address().ifPresent(Clamd::new);
    }

    void start(@Observes StartupEvent event) {
        if (settings.address().isPresent()) {
            jobs.addFailedScans();
        }
        lane.start();
    }

    /** The scanner may have been in trouble for longer than a file is tried. */
    @Scheduled(delayed = "1h", every = "1h", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void tryFailedScansAgain() {
        if (settings.address().isPresent()) {
            try {
                jobs.addFailedScans();
            } catch (RuntimeException e) {
                if (!Outage.is(e)) {
                    throw e;
                }
            }
        }
    }

    /** Before the writer stops, which it may be waiting for. */
    void stop(@Observes @Priority(400) ShutdownEvent event) throws InterruptedException {
        lane.stop();
    }
}

package dev.parley.attachment.scan;

import java.util.Set;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.jobs.FileJobs;
import dev.parley.attachment.jobs.JobKind;
import dev.parley.attachment.jobs.Lane;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

/** Scans while this instance runs, when a scanner is named. */
@Singleton
class ScanLane {

    private final @Nullable Lane lane;

    ScanLane(ScanSettings settings, FileJobs jobs, Scans scans) {
        this.lane = settings.address().isEmpty() ? null
                : new Lane("scan", Set.of(JobKind.SCAN), settings.workers(), jobs, scans);
    }

    void start(@Observes StartupEvent event) {
        if (lane != null) {
            lane.start();
        }
    }

    /** Before the writer stops, which it may be waiting for. */
    void stop(@Observes @Priority(400) ShutdownEvent event) throws InterruptedException {
        if (lane != null) {
            lane.stop();
        }
    }
}

package dev.parley.attachment.preview;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.jobs.FileJobs;
import dev.parley.attachment.jobs.Lane;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

/** Makes previews while this instance runs, of what it has the programs for. */
@Singleton
class PreviewLane {

    private final @Nullable Lane lane;

    PreviewLane(PreviewSettings settings, Programs programs, FileJobs jobs, PreviewWork work) {
        this.lane = programs.possible().isEmpty() ? null
                : new Lane("previews", programs.possible(), settings.workers(), jobs, work);
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

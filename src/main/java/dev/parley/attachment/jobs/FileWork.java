package dev.parley.attachment.jobs;

import java.util.Optional;

import jakarta.inject.Singleton;

import dev.parley.attachment.Attachment;
import dev.parley.attachment.FileType;
import dev.parley.attachment.ScanState;
import dev.parley.attachment.preview.PreviewSettings;
import dev.parley.attachment.preview.Programs;
import dev.parley.attachment.scan.ScanSettings;

/** What happens to a file after it is stored: it is scanned, and what is not blocked gets its previews. */
@Singleton
public class FileWork {

    private final FileJobs jobs;
    private final ScanSettings scanning;
    private final PreviewSettings previews;
    private final Programs programs;

    FileWork(FileJobs jobs, ScanSettings scanning, PreviewSettings previews, Programs programs) {
        this.jobs = jobs;
        this.scanning = scanning;
        this.previews = previews;
        this.programs = programs;
    }

    /** Before anything is known of it. */
    public void begin(Attachment file) {
        file.scanState = (scanning.address().isPresent() ? ScanState.SCANNING : ScanState.SKIPPED).id();
        file.scanReason = scanning.address().isPresent() ? null : "off";
    }

    /** Whether anything is to be done about it once its bytes are stored. */
    public boolean has(Attachment file) {
        return ScanState.of(file.scanState) == ScanState.SCANNING || preview(file).isPresent();
    }

    /** Its bytes are stored. Runs in the caller's transaction; {@link #wake} follows when that is committed. */
    public void stored(Attachment file) {
        if (ScanState.of(file.scanState) == ScanState.SCANNING) {
            jobs.add(file.id, JobKind.SCAN);
        } else {
            released(file);
        }
    }

    /** Its bytes may be read by those who may see it. Runs in the caller's transaction. */
    public void released(Attachment file) {
        preview(file).ifPresent(kind -> jobs.add(file.id, kind, previews.queue()));
    }

    private Optional<JobKind> preview(Attachment file) {
        return JobKind.previewOf(FileType.ofMime(file.mimeType)).filter(programs.possible()::contains);
    }

    public void wake() {
        jobs.wake();
    }
}

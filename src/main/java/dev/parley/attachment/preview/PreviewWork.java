package dev.parley.attachment.preview;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Attachment;
import dev.parley.attachment.DataDirectory;
import dev.parley.attachment.FileType;
import dev.parley.attachment.Finding;
import dev.parley.attachment.Findings;
import dev.parley.attachment.ObjectStore;
import dev.parley.attachment.ScanState;
import dev.parley.attachment.jobs.Job;
import dev.parley.attachment.jobs.Lane;
import dev.parley.attachment.jobs.Outcome;
import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import io.quarkus.narayana.jta.QuarkusTransaction;

/** Makes the previews of a file, stores them and says so. */
@Singleton
class PreviewWork implements Lane.Work {

    private static final Duration STORE_AWAY = Duration.ofSeconds(5);
    /** More than any camera has; a decoder takes ten seconds for nine times as many. */
    private static final long MOST_PIXELS = 100_000_000;
    private static final Set<String> LIVING = Set.of(Attachment.READY, Attachment.BOUND);
    private static final Set<ScanState> RELEASED = Set.of(ScanState.CLEAN, ScanState.SKIPPED);

    private final Maker maker;
    private final ObjectStore store;
    private final Previews previews;
    private final Findings findings;
    private final Path root;

    PreviewWork(Maker maker, ObjectStore store, Previews previews, Findings findings, DataDirectory data) {
        this.maker = maker;
        this.store = store;
        this.previews = previews;
        this.findings = findings;
        this.root = data.previews();
        data.sweep(root);
    }

    @Override
    public Outcome of(Job job) throws Exception {
        Attachment file = QuarkusTransaction.requiringNew().call(() -> Attachment.findById(job.file()));
        if (!wanted(file)) {
            return new Outcome.Done();
        }
        try (Workspace workspace = Workspace.in(root)) {
            Path input = input(file, workspace);
            Made made = maker.make(FileType.ofMime(file.mimeType), file.duration, input, workspace);
            previews.keep(file.id, made);
            findings.tell(file.id, new Finding.Previewed(made.placeholder(), made.width(), made.height()));
            return new Outcome.Done();
        } catch (Child.TooSlow e) {
            return new Outcome.Hopeless(String.valueOf(e.getMessage()));
        } catch (Refusal refusal) {
            if (Outage.is(refusal)) {
                throw refusal;
            }
            return refusal.code == Code.STORE_UNAVAILABLE || refusal.code == Code.STORAGE_FULL
                    ? new Outcome.NotNow(STORE_AWAY)
                    : new Outcome.Failed(refusal.detail());
        }
    }

    @Override
    public void giveUp(Job job, String why) {
        // Then it has none.
    }

    private static boolean wanted(@Nullable Attachment file) {
        return file != null && file.storageKey != null && !file.previewed && LIVING.contains(file.state)
                && RELEASED.contains(ScanState.of(file.scanState))
                && (file.width == null || file.height == null || (long) file.width * file.height <= MOST_PIXELS);
    }

    /** As a file of this machine, since the programs have no network. */
    private Path input(Attachment file, Workspace workspace) throws IOException {
        String key = String.valueOf(file.storageKey);
        Optional<Path> local = store.file(key);
        if (local.isPresent()) {
            return local.get();
        }
        Path copy = workspace.resolve("input");
        try (InputStream bytes = store.read(key, 0, file.size)) {
            Files.copy(bytes, copy);
        }
        return copy;
    }
}

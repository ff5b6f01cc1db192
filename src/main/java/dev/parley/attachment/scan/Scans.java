package dev.parley.attachment.scan;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Attachment;
import dev.parley.attachment.Finding;
import dev.parley.attachment.Findings;
import dev.parley.attachment.ObjectStore;
import dev.parley.attachment.ScanState;
import dev.parley.attachment.jobs.FileWork;
import dev.parley.attachment.jobs.Job;
import dev.parley.attachment.jobs.Lane;
import dev.parley.attachment.jobs.Outcome;
import dev.parley.attachment.scan.ScanSettings.Unscanned;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;

/** Decides about files: what clamd says of each, and what follows from it. */
@Singleton
class Scans implements Lane.Work {

    private static final Logger LOG = Logger.getLogger(Scans.class);
    private static final Duration AWAY = Duration.ofSeconds(2);
    private static final int MOST_DOUBLINGS = 3;

    private final @Nullable Clamd clamd;
    private final Unscanned unscanned;
    private final ObjectStore store;
    private final Findings findings;
    private final FileWork work;
    private final MeterRegistry metrics;
    private final AtomicBoolean there = new AtomicBoolean(true);
    private final AtomicInteger troubles = new AtomicInteger();

    Scans(ScanSettings settings, ObjectStore store, Findings findings, FileWork work, MeterRegistry metrics) {
        this.clamd = settings.address().map(Clamd::new).orElse(null);
        this.unscanned = settings.unscanned();
        this.store = store;
        this.findings = findings;
        this.work = work;
        this.metrics = metrics;
        if (clamd != null) {
            Gauge.builder("parley.scan.reachable", there, now -> now.get() ? 1 : 0)
                    .description("Whether clamd took the latest connection").register(metrics);
        }
    }

    @Override
    public Outcome of(Job job) {
        Attachment file = living(job);
        if (file == null) {
            return new Outcome.Done();
        }
        if (!undecided(file)) {
            // Whoever decided may have died before it could say so.
            release(file, ScanState.of(file.scanState));
            return new Outcome.Done();
        }
        if (clamd == null) {
            return decide(file, ScanState.SKIPPED, "off");
        }
        Verdict verdict;
        try (InputStream bytes = store.read(String.valueOf(file.storageKey), 0, file.size)) {
            verdict = clamd.scan(bytes);
        } catch (Refusal refusal) {
            return refusal.code == Code.STORE_UNAVAILABLE ? later() : new Outcome.Failed(refusal.detail());
        } catch (IOException e) {
            LOG.debugf(e, "File %s could not be read", file.id);
            return later();
        }
        reached(!(verdict instanceof Verdict.Away), verdict);
        return switch (verdict) {
            case Verdict.Clean() -> decide(file, ScanState.CLEAN, null);
            case Verdict.Infected(String signature) -> {
                LOG.infof("File %s of user %d is blocked: %s", file.id, file.ownerId, signature);
                yield decide(file, ScanState.BLOCKED, signature);
            }
            case Verdict.TooLarge() -> without(file, ScanState.TOO_LARGE);
            case Verdict.Undecided(String why) -> new Outcome.Failed(why);
            case Verdict.Away(String why) when unscanned == Unscanned.ALLOW -> without(file, "unreachable");
            case Verdict.Away(String why) -> later();
        };
    }

    @Override
    public void giveUp(Job job, String why) {
        Attachment file = living(job);
        if (file != null && undecided(file)) {
            if (unscanned != Unscanned.ALLOW && ScanState.of(file.scanState) == ScanState.SCANNING) {
                LOG.warnf("File %s could not be scanned (%s) and is withheld; it is tried again every hour", file.id, why);
            }
            without(file, ScanState.FAILED);
        }
    }

    /** The scanner or the store is in trouble, no file's fault: asked less often the longer it lasts. */
    private Outcome later() {
        return new Outcome.NotNow(AWAY.multipliedBy(1L << Math.min(troubles.getAndIncrement(), MOST_DOUBLINGS)));
    }

    /** The file, while its scan matters to anybody. */
    private static @Nullable Attachment living(Job job) {
        Attachment file = QuarkusTransaction.requiringNew().call(() -> Attachment.findById(job.file()));
        return file == null || file.storageKey == null || file.state.equals(Attachment.DELETED) ? null : file;
    }

    private static boolean undecided(Attachment file) {
        return switch (ScanState.of(file.scanState)) {
            case SCANNING -> true;
            case BLOCKED -> ScanState.FAILED.equals(file.scanReason);
            case CLEAN, SKIPPED -> false;
        };
    }

    /** What the setting says about files that the scanner cannot judge. */
    private Outcome without(Attachment file, String reason) {
        return decide(file, clamd == null || unscanned == Unscanned.ALLOW ? ScanState.SKIPPED : ScanState.BLOCKED, reason);
    }

    private Outcome decide(Attachment file, ScanState state, @Nullable String reason) {
        findings.tell(file.id, new Finding.Scanned(state, reason));
        Counter.builder("parley.files.scanned").description("Files that were scanned, and what came of it")
                .tag("state", state.id()).register(metrics).increment();
        release(file, state);
        // The bytes of what has a virus go with the next sweep; nobody gets them until then either.
        return new Outcome.Done();
    }

    private void release(Attachment file, ScanState state) {
        if (state != ScanState.BLOCKED) {
            QuarkusTransaction.requiringNew().run(() -> work.released(file));
            work.wake();
        }
    }

    private void reached(boolean now, Verdict verdict) {
        if (now) {
            troubles.set(0);
        }
        if (there.getAndSet(now) != now) {
            if (now) {
                LOG.info("clamd answers again");
            } else {
                LOG.warnf("clamd cannot be reached (%s); files that are not scanned are %s", verdict,
                        unscanned == Unscanned.ALLOW ? "served" : "withheld until it is back");
            }
        }
    }
}

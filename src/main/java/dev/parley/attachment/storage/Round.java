package dev.parley.attachment.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.attachment.storage.Reconciliation.Found;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;

/** One class of leftovers in one round: first counted, then, if they may go, removed. */
final class Round {

    private static final Logger LOG = Logger.getLogger(Round.class);
    private static final int SAMPLE = 10;

    private final Leftovers leftovers;
    private final Instant before;
    private final List<Leftover> sample = new ArrayList<>();
    private long looked;
    private long found;
    private long bytes;
    private long removed;
    private @Nullable Instant oldest;
    private @Nullable String note;

    Round(Leftovers leftovers, Instant before) {
        this.leftovers = leftovers;
        this.before = before;
    }

    /** @param force also what is suspiciously much */
    Found run(boolean dryRun, boolean force) {
        try {
            looked = leftovers.find(before, page -> page.forEach(this::count));
            if (found > 0 && !dryRun && leftovers.removable()) {
                if (leftovers.isSuspicious(found, looked) && !force) {
                    note = "Nothing was removed: %d of %d is too much to be left behind by accident.".formatted(found, looked)
                            + " Is this the right database, and is the store Parley's alone? If so, ask with force=true.";
                } else {
                    leftovers.find(before, page -> page.forEach(this::remove));
                }
            }
        } catch (RuntimeException e) {
            note = Outage.is(e) ? "The database is away" : "It broke off: " + e.getMessage();
            if (e instanceof Refusal) {
                LOG.warnf("The round that looks for %s ended early. %s", leftovers.kind(), note);
            } else {
                LOG.warnf(e, "The round that looks for %s failed", leftovers.kind());
            }
        }
        return new Found(leftovers.kind(), looked, found, bytes, removed, oldest, List.copyOf(sample), note);
    }

    private void count(Leftover one) {
        found++;
        bytes += one.bytes();
        if (oldest == null || one.since().isBefore(oldest)) {
            oldest = one.since();
        }
        if (sample.size() < SAMPLE) {
            sample.add(one);
        }
    }

    private void remove(Leftover one) {
        leftovers.remove(one);
        removed++;
    }
}

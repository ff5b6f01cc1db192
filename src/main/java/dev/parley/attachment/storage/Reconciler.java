package dev.parley.attachment.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.attachment.storage.Reconciliation.Found;
import dev.parley.backplane.Instance;
import dev.parley.backplane.OneAtATime;
import dev.parley.problem.Outage;
import io.quarkus.arc.All;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Compares what is stored with what is known, and removes what was left behind long enough ago. */
@Singleton
class Reconciler {

    private static final Logger LOG = Logger.getLogger(Reconciler.class);

    private final List<Leftovers> leftovers;
    private final TemporaryFiles temporary;
    private final Reconciliations rounds;
    private final StorageSettings settings;
    private final OneAtATime alone;
    private final Instance self;

    Reconciler(@All List<Leftovers> leftovers, TemporaryFiles temporary, Reconciliations rounds,
            StorageSettings settings, OneAtATime alone, Instance self) {
        this.leftovers = leftovers;
        this.temporary = temporary;
        this.rounds = rounds;
        this.settings = settings;
        this.alone = alone;
        this.self = self;
    }

    // Looks often whether it is time, so that a service that is restarted every day has its rounds as well.
    @Scheduled(delayed = "1m", every = "10m", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void whenDue() {
        try {
            // Each instance has a disk of its own.
            new Round(temporary, before()).run(settings.dryRun(), true);
            Optional<Instant> last = rounds.lastAsScheduled(settings.dryRun());
            if (last.isEmpty()) {
                // What a new database would remove may be all that another has.
                run(true, false);
            } else if (last.get().plus(settings.reconcileEvery()).isBefore(Instant.now())) {
                run(settings.dryRun(), false);
            }
        } catch (RuntimeException e) {
            if (!Outage.is(e)) {
                throw e;
            }
            LOG.debug("The database is away; reconciling later", e);
        }
    }

    /**
     * A round now.
     *
     * @param force also removes what is suspiciously much
     * @return empty when another is going on
     */
    Optional<Reconciliation> run(boolean dryRun, boolean force) {
        List<Found> found = new ArrayList<>();
        Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        boolean mine = alone.run("reconciliation",
                () -> leftovers.forEach(some -> found.add(new Round(some, before()).run(dryRun, force))));
        if (!mine) {
            return Optional.empty();
        }
        Reconciliation round = new Reconciliation(self.id(), start, Duration.between(start, Instant.now()).toMillis(), dryRun,
                found);
        rounds.keep(round);
        found.stream().filter(some -> some.found() > 0).forEach(some -> LOG.infof("%s: found %d (%d bytes), removed %d. %s",
                some.kind(), some.found(), some.bytes(), some.removed(), some.note() == null ? "" : some.note()));
        return Optional.of(round);
    }

    private Instant before() {
        return Instant.now().minus(settings.leftoverAge());
    }
}

package dev.parley.attachment;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Whether files can be stored; the database's own check comes with the framework. A store that all instances share is only
 * told of: whoever heeds readiness would take out all of them at once, and the text with the files. For the same reason it
 * is not waited for: of one that hangs, what was last known is told.
 */
@Readiness
@Singleton
class StoreHealth implements HealthCheck {

    /** Less than any who asks for readiness waits. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final ObjectStore store;
    private CompletableFuture<Boolean> asked = CompletableFuture.completedFuture(true);
    private volatile boolean known = true;

    StoreHealth(ObjectStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        boolean reachable = store.isShared()
                ? ask().copy().completeOnTimeout(known, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join()
                : store.reachable();
        return HealthCheckResponse.named("File store").status(reachable || store.isShared())
                .withData("store", reachable ? "there" : "away").build();
    }

    /** Once at a time, whoever else wants to know. */
    private synchronized CompletableFuture<Boolean> ask() {
        if (asked.isDone()) {
            asked = CompletableFuture.supplyAsync(() -> known = store.reachable(), Thread::startVirtualThread);
        }
        return asked;
    }
}

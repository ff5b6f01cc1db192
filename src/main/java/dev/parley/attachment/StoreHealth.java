package dev.parley.attachment;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Whether files can be stored; the database's own check comes with the framework. A store that all instances share is only
 * told of: whoever heeds readiness would take out all of them at once, and the text with the files.
 */
@Readiness
@Singleton
class StoreHealth implements HealthCheck {

    private final ObjectStore store;

    StoreHealth(ObjectStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        boolean reachable = store.reachable();
        return HealthCheckResponse.named("File store").status(reachable || store.isShared())
                .withData("store", reachable ? "there" : "away").build();
    }
}

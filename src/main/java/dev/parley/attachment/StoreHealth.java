package dev.parley.attachment;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether files can be stored; the database's own check comes with the framework. */
@Readiness
@Singleton
class StoreHealth implements HealthCheck {

    private final ObjectStore store;

    StoreHealth(ObjectStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("File store").status(store.reachable()).build();
    }
}

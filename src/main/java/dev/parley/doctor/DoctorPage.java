package dev.parley.doctor;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;

/** Shows the page by the name that people are told, wherever it seems to be asked for. */
@Singleton
class DoctorPage {

    private static final String PARTS = "/static/bundle/doctor-";
    private static final int BEFORE_ORIGINS_ARE_CHECKED = 10_000;

    /**
     * A browser names the page's origin when it loads a script, and where a proxy changes hosts it is not ours. Whoever
     * wants to know that must get the page to run.
     */
    void load(@Observes Filters filters) {
        filters.register(exchange -> {
            if (exchange.normalizedPath().startsWith(PARTS)) {
                exchange.request().headers().remove(HttpHeaders.ORIGIN);
            }
            exchange.next();
        }, BEFORE_ORIGINS_ARE_CHECKED);
    }

    void open(@Observes Router router) {
        router.route("/doctor").method(HttpMethod.GET).method(HttpMethod.HEAD)
                .handler(exchange -> exchange.reroute("/doctor.html"));
    }
}

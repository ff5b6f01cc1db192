package dev.parley.room;

import java.util.Optional;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.vertx.core.http.HttpServerRequest;

/** For whom the current request renders: its user, and the address files are reached at. */
@Singleton
public class Viewers {

    private final Optional<String> baseUrl;
    private final HttpServerRequest request;

    /** @param request the current one, whichever that is */
    Viewers(@ConfigProperty(name = "parley.base-url") Optional<String> baseUrl, HttpServerRequest request) {
        this.baseUrl = baseUrl;
        this.request = request;
    }

    public Viewer of(long userId) {
        return new Viewer(userId, base(baseUrl, request));
    }

    /** {@code parley.base-url}, else the address the request came to (behind trusted proxies: as they forward it). */
    public static String base(Optional<String> configured, HttpServerRequest request) {
        return configured.orElseGet(() -> request.scheme() + "://" + request.authority());
    }
}

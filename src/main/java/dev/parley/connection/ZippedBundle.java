package dev.parley.connection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.LaunchMode;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Scripts and styles of the web client, zipped for whoever takes that, and once each: their names change with what is in
 * them. The framework's own compression would be in the way of every answer, and of files that go out without a copy.
 */
@Singleton
class ZippedBundle {

    private static final String BUNDLE = "/static/bundle/";
    private static final String ROOT = "META-INF/resources";

    private final Map<String, Buffer> zipped = new ConcurrentHashMap<>();

    void serve(@Observes Router router) {
        // While somebody works on the client, names stay and contents change.
        if (LaunchMode.current() != LaunchMode.DEVELOPMENT) {
            router.get(BUNDLE + "*").handler(this::answer);
        }
    }

    private void answer(RoutingContext request) {
        String path = request.normalizedPath();
        String type = path.endsWith(".js") ? "text/javascript" : path.endsWith(".css") ? "text/css" : null;
        String accepted = request.request().getHeader("Accept-Encoding");
        Buffer body = type != null && accepted != null && accepted.contains("gzip")
                ? zipped.computeIfAbsent(path, ZippedBundle::zip)
                : null;
        if (type != null) {
            // It varies by the origin as well where others are allowed, as was said before.
            request.response().headers().add("Vary", "Accept-Encoding");
        }
        if (body == null) {
            request.next();
        } else {
            request.response().putHeader("Content-Type", type + ";charset=UTF-8").putHeader("Content-Encoding", "gzip")
                    .putHeader("Cache-Control", "public, immutable, max-age=31536000").end(body);
        }
    }

    /** Null when there is no such file. A few milliseconds, once. */
    private static @Nullable Buffer zip(String path) {
        try (InputStream file = Thread.currentThread().getContextClassLoader().getResourceAsStream(ROOT + path)) {
            if (file == null) {
                return null;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream zipping = new GZIPOutputStream(bytes)) {
                file.transferTo(zipping);
            }
            return Buffer.buffer(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

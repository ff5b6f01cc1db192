package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/** What is left of a request when it has become a socket, of which there are thousands that say nothing for hours. */
@QuarkusTest
class ForgottenRequestTest {

    @Singleton
    static class Handshakes {

        private final List<WeakReference<RoutingContext>> seen = new CopyOnWriteArrayList<>();
        private final List<MultiMap> headers = new CopyOnWriteArrayList<>();

        void watch(@Observes Filters filters) {
            filters.register(routing -> {
                if (routing.normalizedPath().equals(ChatSocket.PATH)) {
                    seen.add(new WeakReference<>(routing));
                    headers.add(routing.request().headers());
                }
                routing.next();
            }, 20_000);
        }
    }

    @TestHTTPResource("/")
    URI base;

    @Inject
    Handshakes handshakes;

    @Test
    void anOpenSocketKeepsNothingOfTheRequestThatItOnceWas() {
        Scene scene = Scene.set(base);
        handshakes.seen.clear();
        handshakes.headers.clear();
        try (Socket socket = scene.cast().member().socket(scene.room())) {
            assertThat(handshakes.seen).hasSize(1);
            assertThat(handshakes.headers.getFirst().names()).isEmpty();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                System.gc();
                assertThat(handshakes.seen.getFirst().get()).isNull();
            });
            socket.sendText("{\"type\":\"nonsense\"}");
            assertThat(socket.await("error").path("code").asText()).isEqualTo("unknown_frame");
        }
    }
}

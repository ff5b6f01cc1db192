package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.testsupport.LowLimits;
import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

/**
 * What pages of other origins may ask for (Fetch standard, 3.2): by the same list as for sockets, see {@link HandshakeTest}.
 */
@QuarkusTest
@TestProfile(LowLimits.class)
class CorsTest {

    private static final String OURS = "https://app.example";
    private static final String ROOMS = "/api/chat/rooms";

    @TestHTTPResource("/")
    URI base;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "PATCH  | /api/chat/rooms/1          | authorization,content-type",
            "DELETE | /api/chat/messages/1/like  | authorization",
            "PUT    | /api/auth/me/avatar        | authorization,content-type",
            "POST   | /api/chat/rooms/1/messages | authorization,content-type,idempotency-key",
            "POST   | /messages/upload           | authorization",
            "PATCH  | /api/uploads/x        | authorization,content-type,tus-resumable,upload-offset,upload-checksum" })
    void aPageOfAConfiguredOriginMayAskForEverything(String method, String path, String headers) {
        Wire answer = Wire.call(base, "OPTIONS", path, Map.of("Origin", OURS, "Access-Control-Request-Method", method,
                "Access-Control-Request-Headers", headers), null);

        assertThat(answer.status()).isEqualTo(200);
        String head = answer.head().toLowerCase(Locale.ROOT);
        assertThat(head).contains("access-control-allow-origin: " + OURS)
                .contains("access-control-allow-methods: " + method.toLowerCase(Locale.ROOT));
        assertThat(head.lines().filter(line -> line.startsWith("access-control-allow-headers: ")).findAny().orElseThrow())
                .contains(headers.split(","));
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://evil.example", "null", "http://app.example", "https://app.example.evil.example" })
    void aPageOfAnotherOriginIsRefusedBeforeAnythingHappens(String origin) {
        Scene.Cast cast = Scene.Cast.at(base);
        Wire answer = Wire.call(base, "GET", ROOMS, Map.of("Origin", origin, "Authorization", "Bearer " + cast.member().token),
                null);
        Wire asked = Wire.call(base, "OPTIONS", ROOMS, Map.of("Origin", origin, "Access-Control-Request-Method", "POST"), null);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(asked.status()).isEqualTo(403);
        assertThat(answer.everything() + asked.everything()).doesNotContain(origin).doesNotContainIgnoringCase("allow-origin");
    }

    /**
     * Or what a cache keeps of an answer to one page would be given to another (Fetch standard, "CORS protocol and HTTP
     * caches").
     */
    @Test
    void cachesAreToldThatAnswersDependOnTheOrigin() {
        for (Map<String, String> origin : List.of(Map.of("Origin", OURS), Map.<String, String> of())) {
            Wire answer = Wire.call(base, "GET", "/", origin, null);
            assertThat(answer.head().toLowerCase(Locale.ROOT)).contains("vary: origin");
        }
    }

    @Test
    void scriptsAndStylesDependOnTheOriginAndOnWhatIsUnderstood() {
        Matcher style = Pattern.compile("/static/bundle/[^\"]+\\.css")
                .matcher(Wire.call(base, "GET", "/", Map.of(), null).everything());
        assertThat(style.find()).isTrue();
        Wire answer = Wire.call(base, "GET", style.group(), Map.of("Origin", OURS, "Accept-Encoding", "gzip"), null);
        assertThat(answer.head().toLowerCase(Locale.ROOT)).contains("vary: origin", "vary: accept-encoding");
    }
}

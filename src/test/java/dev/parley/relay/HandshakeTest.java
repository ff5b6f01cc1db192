package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.account.Forgery;
import dev.parley.testsupport.Logs;
import dev.parley.testsupport.LowLimits;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

/** Who may open a socket, as the handshake's own status says. */
@QuarkusTest
@TestProfile(LowLimits.class)
class HandshakeTest {

    private static final String PATH = "/api/chat/ws";

    @TestHTTPResource("/")
    URI base;

    @Test
    void aGoodTokenOpensASocketInEachOfThreeWays() {
        String token = Scene.Cast.at(base).admin().token;
        assertThat(open(PATH + "?token=" + token, Map.of()).status()).isEqualTo(101);
        assertThat(open(PATH + "/?token=" + token, Map.of()).status()).isEqualTo(101);
        assertThat(open(PATH, Map.of("Authorization", "Bearer " + token)).status()).isEqualTo(101);
        assertThat(open(PATH, subprotocol(token)).status()).isEqualTo(101);
    }

    @Test
    void aBadTokenIsRefusedWith401() {
        Person admin = Scene.Cast.at(base).admin();
        Map<String, String> bad = new LinkedHashMap<>(Forgery.tokens(admin.id));
        bad.put("empty", "");
        bad.put("nonsense", "nonsense");
        bad.put("cut", admin.token.substring(0, admin.token.length() - 5));
        bad.forEach((why, token) -> {
            assertThat(open(PATH + "?token=" + token, Map.of()).status()).as(why).isEqualTo(401);
            assertThat(open(PATH + "?room_id=1&token=" + token, Map.of()).status()).as(why).isEqualTo(401);
            assertThat(open(PATH, Map.of("Authorization", "Bearer " + token)).status()).as(why).isEqualTo(401);
            assertThat(open(PATH, subprotocol(token)).status()).as(why).isEqualTo(401);
        });
        assertThat(open(PATH, Map.of()).status()).isEqualTo(401);
        assertThat(open(PATH, Map.of("Authorization", "Basic " + admin.token)).status()).isEqualTo(401);
        assertThat(open(PATH, Map.of("Cookie", "token=" + admin.token)).status()).isEqualTo(401);
        // The first of two counts, and a good one behind a bad one does not help.
        assertThat(open(PATH + "?token=bad&token=" + admin.token, Map.of()).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://evil.example", "null", "", "http://localhost", "https://localhost:{port}",
            "http://localhost:{port}.evil.example", "http://localhost:{port}@evil.example", "https://app.example.evil.example",
            "https://app.example:444", "http://app.example", "https://evil.example#https://app.example", "*",
            "https://app.example,https://evil.example", "file://" })
    void aPageOfAnotherOriginIsRefusedWith403(String origin) {
        assertThat(withOrigin(origin).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://localhost:{port}", "https://app.example", "https://other.example:8443" })
    void pagesOfOursAndOfConfiguredOriginsMayOpenASocket(String origin) {
        assertThat(withOrigin(origin).status()).isEqualTo(101);
    }

    @Test
    void anAllowedOriginWithoutATokenIsStillRefused() {
        assertThat(open(PATH, Map.of("Origin", "https://app.example")).status()).isEqualTo(401);
    }

    @Test
    void theCompressionThatBrowsersOfferIsDeclined() {
        Wire opened = open(PATH + "?token=" + Scene.Cast.at(base).admin().token, Map.of("Sec-WebSocket-Extensions",
                "permessage-deflate; client_max_window_bits, x-webkit-deflate-frame"));
        assertThat(opened.status()).isEqualTo(101);
        assertThat(opened.head().toLowerCase(java.util.Locale.ROOT)).doesNotContain("sec-websocket-extensions");
    }

    @Test
    void noTokenReachesALogWhateverBecomesOfIt() {
        Person admin = Scene.Cast.at(base).admin();
        List<String> tokens = new java.util.ArrayList<>(Forgery.tokens(admin.id).values());
        tokens.add(Forgery.good(admin.id));
        try (Logs logs = Logs.from(Level.FINE)) {
            for (String token : tokens) {
                for (String path : List.of(PATH, PATH + "/", PATH + "/x", PATH + ";a=b", "/nowhere", "/api/auth/me",
                        "/api/chat/rooms/1/messages", "/q/health", "/q/openapi")) {
                    String target = path + "?token=" + token;
                    open(target, Map.of());
                    open(target + "&room_id=x", Map.of("Origin", "https://evil.example"));
                    open(target, Map.of("Sec-WebSocket-Version", "1"));
                    Wire.call(base, "GET", target, Map.of(), null);
                    Wire.call(base, "GET", path, Map.of("Authorization", "Bearer " + token), null);
                    open(path, subprotocol(token));
                }
                Wire.call(base, "POST", "/api/auth/login?token=" + token, token, "application/json", new byte[] { '{' });
                Wire.raw(base, "GET " + PATH + "?token=" + token + "\u0001 HTTP/1.1\r\n\r\n", null);
                Wire.raw(base, "GET " + PATH + "?token=%zz" + token + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                        null);
            }
            for (String line : logs.lines()) {
                for (String token : tokens) {
                    String[] parts = token.split("\\.");
                    assertThat(line).doesNotContain(parts[1]).doesNotContain(parts[2]);
                }
            }
            assertThat(logs.faults()).isEmpty();
        }
    }

    @Test
    void aHandshakeThatFailsDoesNotSpoilTheNextOnItsConnection() throws IOException {
        Person admin = Scene.Cast.at(base).admin();
        String chat = PATH + "?token=" + admin.token;
        for (String next : List.of(chat, "/socket.io/?EIO=4&transport=websocket")) {
            try (java.net.Socket socket = new java.net.Socket(base.getHost(), base.getPort())) {
                socket.setSoTimeout(10_000);
                assertThat(handshake(socket, chat, 12)).startsWith("HTTP/1.1 426 ");
                assertThat(handshake(socket, chat, 12)).startsWith("HTTP/1.1 426 ");
                assertThat(handshake(socket, next, 13)).startsWith("HTTP/1.1 101 ");
                if (next.equals(chat)) {
                    socket.getOutputStream().write(new byte[] { (byte) 0x89, (byte) 0x80, 0, 0, 0, 0 });
                }
                assertThat(socket.getInputStream().read()).as("a frame").isGreaterThan(0x80);
            }
        }
    }

    /** The head of the answer, whose body is skipped. */
    private String handshake(java.net.Socket socket, String target, int version) throws IOException {
        socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: " + base.getAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: " + version
                + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        socket.getInputStream().skipNBytes(length.find() ? Long.parseLong(length.group(1)) : 0);
        return head.toString();
    }

    private Wire withOrigin(String origin) {
        return open(PATH + "?token=" + Scene.Cast.at(base).admin().token,
                Map.of("Origin", origin.replace("{port}", Integer.toString(base.getPort()))));
    }

    private Wire open(String target, Map<String, String> more) {
        return Wire.handshake(base, target, more);
    }

    private static Map<String, String> subprotocol(String token) {
        return Map.of("Sec-WebSocket-Protocol", "bearer-token-carrier, "
                + URLEncoder.encode("quarkus-http-upgrade#Authorization#Bearer " + token, StandardCharsets.UTF_8)
                        .replace("+", "%20"));
    }
}

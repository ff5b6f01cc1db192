package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Cluster;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Nginx;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.SocketIo;
import dev.parley.testsupport.Wire;

/** Two instances behind a real nginx, set up as the project tells people to. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NginxIT {

    private static final int REGISTRATIONS = 20;
    private static final int MEBIBYTE = 1 << 20;
    private static final Pattern SOCKETS = Pattern.compile("^parley_sockets(?:\\{[^}]*})? ([\\d.]+)$", Pattern.MULTILINE);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Cluster cluster;
    private static Nginx nginx;

    @BeforeAll
    static void start() {
        Nginx.require();
        int port = ParleyProcess.freePort();
        cluster = Cluster.start("behind-nginx", 2,
                Map.of("PARLEY_BASE_URL", "http://127.0.0.1:" + port, "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true",
                        "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", "127.0.0.1",
                        "PARLEY_AUTH_REGISTRATIONS", Integer.toString(REGISTRATIONS), "PARLEY_ORIGINS", "*"));
        nginx = Nginx.start("nginx", port, cluster.base(0), cluster.base(1));
    }

    @AfterAll
    static void stop() {
        if (nginx != null) {
            nginx.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void socketsPassToBothInstancesAndHearEachOther() throws Exception {
        Person ann = Person.register(nginx.base(), "Ann");
        Person ben = Person.register(nginx.base(), "Ben");
        long room = ann.room(ben);
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sockets.add((i % 2 == 0 ? ann : ben).socket(room));
        }
        assertThat(List.of(sockets(0), sockets(1))).as("sockets of each instance").allMatch(number -> number > 0);
        for (Socket from : sockets) {
            String content = UUID.randomUUID().toString();
            from.send("send_message", Map.of("room_id", room, "content", content, "message_type", "text"));
            for (Socket each : sockets) {
                assertThat(each.await("new_message").at("/data/content").asText()).isEqualTo(content);
            }
        }
        sockets.forEach(Socket::close);
        await().untilAsserted(() -> assertThat(nginx.accessLog()).contains("GET /api/chat/ws"));
        assertThat(nginx.accessLog()).doesNotContain(ann.token).doesNotContain("token=");
    }

    @Test
    @Order(2)
    void pollingClientsStayWithTheirInstance() {
        Person ann = Person.register(nginx.base(), "Ann");
        Person ben = Person.register(nginx.base(), "Ben");
        long room = ann.room(ben);
        try (SocketIo polling = SocketIo.connect(ben, SocketIo.POLLING);
                SocketIo upgrading = SocketIo.connect(ben, SocketIo.DEFAULT)) {
            for (int number = 0; number < 20; number++) {
                ann.post(room, "number " + number);
                assertThat(polling.await("new_message").get("content").asText()).isEqualTo("number " + number);
                assertThat(upgrading.await("new_message").get("content").asText()).isEqualTo("number " + number);
            }
        }
    }

    @Test
    @Order(3)
    void whoSendsAFileThatIsTooLargeReadsWhy() throws IOException {
        Person ann = Person.register(nginx.base(), "Ann");
        long room = ann.room(Person.register(nginx.base(), "Ben"));
        byte[] photo = Files.readAllBytes(SampleFiles.get("photo.jpg"));
        for (int size : List.of(10 * MEBIBYTE + 1, 60 * MEBIBYTE)) {
            JsonNode problem = ann.post(room, new Form().file("photo.jpg", Arrays.copyOf(photo, size))).expect(413);
            assertThat(problem.get("detail").asText()).isEqualTo("File too large. Maximum size: 10.0MB");
        }
        ann.post(room, new Form().file("photo.jpg", Arrays.copyOf(photo, 10 * MEBIBYTE))).expect(201);
    }

    @Test
    @Order(4)
    void filesComeByTheAddressOfTheProxyWholeAndInParts() throws Exception {
        Person ann = Person.register(nginx.base(), "Ann");
        long room = ann.room(Person.register(nginx.base(), "Ben"));
        byte[] clip = Files.readAllBytes(SampleFiles.get("start.mp4"));
        URI address = URI.create(ann.post(room, new Form().file("clip.mp4", clip)).expect(201)
                .at("/files_data/0/file_path").asText());
        assertThat(address.getAuthority()).isEqualTo(nginx.base().getAuthority());
        assertThat(HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray()).body())
                .isEqualTo(clip);
        HttpResponse<byte[]> part = HTTP.send(
                HttpRequest.newBuilder(address).header("Range", "bytes=1000-1999").build(), BodyHandlers.ofByteArray());
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 1000-1999/" + clip.length);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(clip, 1000, 2000));
    }

    @Test
    @Order(5)
    void aClientsAddressIsTheOneThatTheTrustedProxySawAndNobodysClaim() throws Exception {
        for (int number = 0; number < 2 * REGISTRATIONS; number++) {
            // Each instance counts for itself, and both get their share.
            register(nginx.base(), "127.0.0.2", "192.0.2." + number);
        }
        assertThat(register(nginx.base(), "127.0.0.2", "192.0.2.200")).as("an invented address").isEqualTo(429);
        assertThat(register(nginx.base(), "127.0.0.3", null)).as("another client").isEqualTo(201);
        for (int number = 0; number < REGISTRATIONS; number++) {
            register(cluster.base(0), "127.0.0.4", "192.0.2." + number);
        }
        assertThat(register(cluster.base(0), "127.0.0.4", "192.0.2.200")).as("past the proxy").isEqualTo(429);
    }

    @Test
    @Order(6)
    void nobodyOutsideReadsMetricsAndHealth() throws Exception {
        for (String path : List.of("/q/metrics", "/q/metrics/", "/q//metrics", "/q/%6detrics", "/x/../q/metrics", "/q/health",
                "/q/health/ready")) {
            assertThat(status(nginx.base(), path)).as(path).isEqualTo(404);
        }
        assertThat(status(nginx.base(), "/q/openapi")).isEqualTo(200);
        assertThat(status(cluster.base(0), "/q/metrics")).as("past the proxy").isEqualTo(200);
    }

    /** The address of one's own, which is allowed as well, must not keep the others out. */
    @Test
    @Order(7)
    void pagesOfAllOriginsMayAskAndListenWhereAllMay() {
        Map<String, String> elsewhere = Map.of("Origin", "https://app.example");
        assertThat(Wire.call(nginx.base(), "OPTIONS", "/api/chat/rooms",
                Map.of("Origin", "https://app.example", "Access-Control-Request-Method", "POST"), null).status())
                .isEqualTo(200);
        Wire answer = Wire.call(nginx.base(), "GET", "/api/chat/rooms", elsewhere, null);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.head()).containsIgnoringCase("access-control-allow-origin: https://app.example");
        String token = Person.register(nginx.base(), "Ann").token;
        assertThat(Wire.handshake(nginx.base(), "/api/chat/ws?token=" + token, elsewhere).status()).isEqualTo(101);
    }

    @Test
    @Order(8)
    void anInstanceThatStopsIsMissedByNobody() {
        Person ann = Person.register(nginx.base(), "Ann");
        long room = ann.room(Person.register(nginx.base(), "Ben"));
        try (Socket one = ann.socket(room); Socket other = ann.socket(room)) {
            assertThat(cluster.instance(0).stop()).isZero();
            for (int number = 1; number <= 20; number++) {
                assertThat(ann.post(room, "number " + number).get("seq").asInt()).isEqualTo(number);
            }
            Socket left = one.isOpen() ? one : other;
            for (int number = 1; number <= 20; number++) {
                assertThat(left.await("new_message").at("/data/seq").asInt()).isEqualTo(number);
            }
            assertThat((one.isOpen() ? other : one).closeCode()).isEqualTo(1012);
        }
        ann.socket(room).close();
    }

    /** Registers somebody from one of this machine's own addresses, claiming to come from elsewhere. */
    private static int register(URI base, String from, @Nullable String claim) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().localAddress(InetAddress.getByName(from)).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/api/auth/register"))
                    .header("Content-Type", "application/json").POST(BodyPublishers.ofString("""
                            {"email": "%s@example.org", "name": "Somebody", "password": "a long secret"}"""
                            .formatted(UUID.randomUUID()), StandardCharsets.UTF_8));
            if (claim != null) {
                request.header("X-Forwarded-For", claim);
            }
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }

    private static int status(URI base, String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.discarding()).statusCode();
    }

    private static double sockets(int instance) throws Exception {
        String metrics = HTTP.send(HttpRequest.newBuilder(cluster.base(instance).resolve("/q/metrics")).build(),
                BodyHandlers.ofString()).body();
        Matcher matcher = SOCKETS.matcher(metrics);
        assertThat(matcher.find()).isTrue();
        return Double.parseDouble(matcher.group(1));
    }
}

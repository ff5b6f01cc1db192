package dev.parley.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Map;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;

/** Nobody is told that a request took too long to arrive which is there. */
@QuarkusTest
class ArrivingRequestsTest {

    private static final String JSON = "{\"a\":1}";

    @TestHTTPResource("/")
    URI base;

    /** Asks, as the connection does of a request that takes its time. */
    @Path("/test/pieces")
    @PermitAll
    @RunOnVirtualThread
    public static class Asking {

        @POST
        @Path("read")
        @Consumes("application/json")
        public String read(Map<String, Object> body, @Context RoutingContext routing) {
            return answer(routing);
        }

        @POST
        @Path("first")
        @Consumes("text/plain")
        public String first(InputStream body, @Context RoutingContext routing) throws IOException {
            body.read();
            return answer(routing);
        }

        @POST
        @Path("unread")
        @Consumes("text/plain")
        public String unread(@Context RoutingContext routing) {
            await().until(() -> !Exchange.of(routing).expectsMore());
            return answer(routing);
        }

        private static String answer(RoutingContext routing) {
            return Exchange.of(routing).expectsMore() ? "expected" : "whole";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "Content-Length: 7\r\n\r\n" + JSON,
            "Transfer-Encoding: chunked\r\n\r\n7\r\n" + JSON + "\r\n0\r\n\r\n" })
    void aBodyThatWasReadIsThere(String body) throws IOException {
        assertThat(send("read", "application/json", body)).endsWith("whole");
    }

    @ParameterizedTest
    @ValueSource(strings = { "Content-Length: 1\r\n\r\na", "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n" })
    void aBodyThatNobodyReadsIsThereToo(String body) throws IOException {
        assertThat(send("unread", "text/plain", body)).endsWith("whole");
    }

    @Test
    void ofAShortBodyMoreIsExpected() throws IOException {
        assertThat(send("first", "text/plain", "Content-Length: 2\r\n\r\na")).endsWith("expected");
    }

    @Test
    void requestsSentTogetherAreToldApart() throws IOException {
        assertThat(send("unread", "text/plain", "Content-Length: 1\r\n\r\na" + head("read", "application/json")
                + "Content-Length: 7\r\n\r\n" + JSON + head("first", "text/plain") + "Content-Length: 2\r\n\r\na"))
                .containsSubsequence("whole", "whole", "expected");
    }

    @Test
    void whoseBodyWasReadMayAskAgainAfterARefusal() throws IOException {
        String wrong = "{\"email\":\"nobody@example.org\",\"password\":\"a long secret\"}";
        String request = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + wrong.length() + "\r\n\r\n" + wrong;
        assertThat(raw(request + request, 2)).doesNotContainIgnoringCase("Connection: close");
    }

    @Test
    void aRequestThatWasRoutedAnewCountsOnce() throws IOException {
        assertThat(
                raw("GET /doctor HTTP/1.1\r\nHost: x\r\n\r\n" + head("unread", "text/plain") + "Content-Length: 1\r\n\r\na", 2))
                .endsWith("whole");
    }

    @Test
    void aClientDoesNotNumberItsRequests() throws IOException {
        assertThat(send("first", "text/plain", "X-Parley-Request: 0\r\nContent-Length: 2\r\n\r\na")).endsWith("expected");
    }

    private String send(String what, String type, String body) throws IOException {
        String request = head(what, type) + body;
        return raw(request, request.split("POST ", -1).length - 1);
    }

    private static String head(String what, String type) {
        return "POST /test/pieces/" + what + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\n";
    }

    /** @return so many answers */
    private String raw(String request, int answers) throws IOException {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < answers; i++) {
                all.append(answer(socket.getInputStream()));
            }
            return all.toString();
        }
    }

    private static String answer(InputStream in) throws IOException {
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("behind " + answer).isNotNegative();
            answer.append((char) next);
        }
        int length = Integer.parseInt(answer.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1"));
        return answer.append(new String(in.readNBytes(length), US_ASCII)).toString();
    }
}

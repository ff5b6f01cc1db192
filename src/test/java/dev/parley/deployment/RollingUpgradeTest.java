package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.sun.net.httpserver.HttpServer;

import dev.parley.testsupport.Nginx;
import dev.parley.testsupport.ParleyProcess;

/** Instances of two versions behind a real nginx: the parts of the client are named by what is in them. */
class RollingUpgradeTest {

    @BeforeAll
    static void isThere() {
        Nginx.require();
    }

    @Test
    void aPartOfTheClientComesFromTheInstanceThatHasIt() throws Exception {
        HttpServer older = instance("older");
        HttpServer newer = instance("newer");
        try (Nginx nginx = Nginx.start("nginx-rolling", ParleyProcess.freePort(), base(older), base(newer));
                HttpClient http = HttpClient.newHttpClient()) {
            for (String version : new String[] { "older", "newer" }) {
                // Each instance is asked in its turn.
                for (int time = 0; time < 4; time++) {
                    HttpResponse<String> part = http.send(HttpRequest.newBuilder(part(nginx, version)).build(),
                            BodyHandlers.ofString());
                    assertThat(part.statusCode()).isEqualTo(200);
                    assertThat(part.body()).isEqualTo(version);
                }
            }
            assertThat(http.send(HttpRequest.newBuilder(part(nginx, "none")).build(), BodyHandlers.discarding()).statusCode())
                    .isEqualTo(404);
        } finally {
            older.stop(0);
            newer.stop(0);
        }
    }

    private static URI part(Nginx nginx, String version) {
        return nginx.base().resolve("/static/bundle/" + version + ".js");
    }

    private static URI base(HttpServer instance) {
        return URI.create("http://127.0.0.1:" + instance.getAddress().getPort());
    }

    /** Has the one part that only this version has. */
    private static HttpServer instance(String version) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean has = exchange.getRequestURI().getPath().equals("/static/bundle/" + version + ".js");
            byte[] body = (has ? version : "nothing").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(has ? 200 : 404, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        return server;
    }
}

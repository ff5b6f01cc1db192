package dev.parley.connection;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.logging.Level;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.parley.testsupport.Logs;
import dev.parley.testsupport.LowLimits;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.http.HttpServerRequest;

/** Behind a proxy a client is who the proxy says it is, whatever the client says. */
@QuarkusTest
@TestProfile(LowLimits.class)
class NearestProxiesTest {

    @TestHTTPResource("/")
    URI base;

    @Path("/test/address")
    @PermitAll
    public static class Address {
        @GET
        public String get(HttpServerRequest request) {
            return request.remoteAddress().hostAddress();
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', value = { "9.9.9.9, 9.9.9.9", "'10.0.0.1, 9.9.9.9', 9.9.9.9",
            "'10.0.0.1,9.9.9.9 , ,', 9.9.9.9",
            "', 9.9.9.9', 9.9.9.9", "9.9.9.9:4711, 9.9.9.9", "2001:db8::1, 2001:db8:0:0:0:0:0:1",
            "[2001:db8::1]:4711, 2001:db8:0:0:0:0:0:1", "',', 127.0.0.1", "'9.9.9.9, unknown', 127.0.0.1", "':80', 127.0.0.1",
            "9.9.9.9:99999, 9.9.9.9" })
    void theNearestProxysWordCounts(String header, String address) {
        try (Logs logs = Logs.from(Level.WARNING)) {
            assertThat(
                    given().header("X-Forwarded-For", header).get("/test/address").then().statusCode(200).extract().asString())
                    .isEqualTo(address);
            assertThat(logs.lines()).isEmpty();
        }
    }

    @Test
    void aLineThatTheProxyAddedCountsAsAnElement() throws IOException {
        assertThat(Wire.raw(base, "GET /test/address HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.0.1\r\n"
                + "X-Forwarded-For: 9.9.9.9\r\nConnection: close\r\n\r\n", null).body()).isEqualTo("9.9.9.9");
    }

    @Test
    void ofSeveralProxiesTheOutermostCountsAndOfFewerTheFirst() {
        assertThat(NearestProxies.nearest(List.of("1.1.1.1, 2.2.2.2,", "3.3.3.3"), 2)).isEqualTo("2.2.2.2");
        assertThat(NearestProxies.nearest(List.of("1.1.1.1"), 2)).isEqualTo("1.1.1.1");
        assertThat(NearestProxies.nearest(List.of(" , "), 2)).isEmpty();
    }
}

package dev.parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Test;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** How the client is served. */
@QuarkusTest
class ClientPageTest {

    private static final int MOST_BYTES = 60_000;
    /** What a script imports at once; import() is for later. */
    private static final Pattern PART = Pattern.compile("(?:from|import)\\s*\"(/static/bundle/[^\"]+\\.js)\"");

    @TestHTTPResource("/")
    URI base;

    @Test
    void thePageIsAskedForAgainEachTimeAndMayRunNothingButItsOwnFiles() throws Exception {
        for (String path : new String[] { "/", "/index.html", "/doctor" }) {
            HttpResponse<byte[]> page = get(path);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().allValues("Cache-Control")).containsExactly("no-cache");
            assertThat(page.headers().allValues("Content-Security-Policy")).singleElement().asString()
                    .contains("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(new String(page.body())).doesNotContain("<style").doesNotContainPattern("<script[^>]*>[^<]")
                    .doesNotContainPattern("\\son[a-z]+=");
        }
    }

    @Test
    void whatTheFirstViewNeedsIsSmall() throws Exception {
        String page = new String(get("/").body());
        Set<String> wanted = new LinkedHashSet<>();
        Pattern.compile("(?:src|href)=\"(/static/bundle/[^\"]+)\"").matcher(page).results()
                .forEach(match -> parts(match.group(1), wanted));
        assertThat(wanted).anyMatch(path -> path.endsWith(".css")).filteredOn(path -> path.endsWith(".js"))
                .hasSizeGreaterThan(1);
        int sum = page.length();
        for (String path : wanted) {
            HttpResponse<byte[]> part = get(path, "Accept-Encoding", "gzip, deflate, br");
            assertThat(part.statusCode()).as(path).isEqualTo(200);
            assertThat(part.headers().allValues("Vary")).as(path).containsExactly("Origin", "Accept-Encoding");
            sum += part.body().length;
            HttpResponse<byte[]> plain = get(path);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(part.body())).readAllBytes()).isEqualTo(plain.body());
            assertThat(part.headers().allValues("Content-Type")).isEqualTo(plain.headers().allValues("Content-Type"));
        }
        assertThat(sum).isLessThan(MOST_BYTES);
    }

    @Test
    void otherPagesOfTheServiceKeepTheirOwnRules() throws Exception {
        HttpResponse<byte[]> swagger = get("/q/swagger-ui/");
        assertThat(swagger.statusCode()).isEqualTo(200);
        assertThat(swagger.headers().map()).doesNotContainKey("content-security-policy");
        assertThat(get("/nowhere").statusCode()).isEqualTo(404);
    }

    private void parts(String path, Set<String> wanted) {
        if (!wanted.add(path) || !path.endsWith(".js")) {
            return;
        }
        try {
            PART.matcher(new String(get(path).body())).results()
                    .forEach(match -> parts(match.group(1), wanted));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), BodyHandlers.ofByteArray());
        }
    }
}

package dev.parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** How the client is served. */
@QuarkusTest
class ClientPageTest {

    private static final int MOST_BYTES = 60_000;
    /** What a script imports at once; import() is for later. */
    private static final Pattern PART = Pattern.compile("(?:from|import)\\s*\"(\\./[^\"]+\\.js)\"");

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
        assertThat(wanted).anyMatch(path -> path.endsWith(".css")).anyMatch(path -> path.endsWith(".js"));
        int sum = zipped(page.getBytes());
        for (String path : wanted) {
            HttpResponse<byte[]> part = get(path);
            assertThat(part.statusCode()).as(path).isEqualTo(200);
            sum += zipped(part.body());
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
                    .forEach(match -> parts("/static/bundle/" + match.group(1).substring(2), wanted));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static int zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.size();
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.ofByteArray());
        }
    }
}

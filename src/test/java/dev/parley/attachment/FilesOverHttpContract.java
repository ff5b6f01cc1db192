package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.quarkus.test.common.http.TestHTTPResource;

/** What a client sees of files, whatever the store. */
@Timeout(120)
abstract class FilesOverHttpContract {

    private static final int MIB = 1024 * 1024;
    private static final int SIZE = 300_000;

    @TestHTTPResource("/test/files")
    URI files;

    @ConfigProperty(name = "parley.data-dir")
    Path data;

    @Inject
    ObjectStore store;

    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void noUploadStaysBehind() {
        Awaitility.await().untilAsserted(() -> assertThat(Files.list(data.resolve("tmp/uploads"))).isEmpty());
    }

    @Test
    void aFileComesBackWithTheHeadersThatMakeItSafe() throws Exception {
        String key = upload("Füße \"1\".png", "image/png", SIZE);

        HttpResponse<byte[]> answer = get(key);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(RandomFiles.bytes(SIZE));
        assertThat(header(answer, "content-type")).isEqualTo("image/png");
        assertThat(header(answer, "content-length")).isEqualTo("300000");
        assertThat(header(answer, "accept-ranges")).isEqualTo("bytes");
        assertThat(header(answer, "etag")).isEqualTo('"' + key + '"');
        assertThat(header(answer, "cache-control")).isEqualTo("private, no-cache");
        assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(answer, "content-security-policy")).startsWith("sandbox; default-src 'none'");
        assertThat(header(answer, "content-disposition"))
                .isEqualTo("inline; filename=\"F__e _1_.png\"; filename*=UTF-8''F%C3%BC%C3%9Fe%20%221%22.png");
    }

    @Test
    void whatIsNotForShowingIsForSaving() throws Exception {
        assertThat(header(get(upload("a.html", "text/html", 10)), "content-disposition")).startsWith("attachment;");
    }

    @Test
    void headTellsTheSameWithoutTheBytes() throws Exception {
        String key = upload("a.png", "image/png", SIZE);
        HttpResponse<byte[]> head = send(HttpRequest.newBuilder(uri(key)).HEAD().header("Range", "bytes=0-1"));
        HttpResponse<byte[]> whole = get(key);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : List.of("content-length", "content-type", "etag", "content-disposition", "accept-ranges")) {
            assertThat(header(head, name)).isEqualTo(header(whole, name));
        }
    }

    @Test
    void rangesAreServed() throws Exception {
        String key = upload("a.mp4", "video/mp4", SIZE);

        assertRange(get(key, "Range", "bytes=0-9"), 0, 10);
        assertRange(get(key, "Range", "bytes=150000-150009"), 150_000, 10);
        assertRange(get(key, "Range", "bytes=299990-"), 299_990, 10);
        assertRange(get(key, "Range", "bytes=-5"), 299_995, 5);
        assertRange(get(key, "Range", "bytes=0-"), 0, SIZE);
        assertThat(get(key, "Range", "bytes=0-1,5-6").statusCode()).isEqualTo(200);
    }

    @Test
    void aRangeBeyondTheEndIsRefused() throws Exception {
        HttpResponse<byte[]> answer = get(upload("a.mp4", "video/mp4", SIZE), "Range", "bytes=300000-");

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(header(answer, "content-range")).isEqualTo("bytes */300000");
        assertThat(text(answer)).contains("\"code\":\"range_not_satisfiable\"");
    }

    @Test
    void aClientThatHasTheBytesGetsNone() throws Exception {
        String key = upload("a.png", "image/png", SIZE);
        String tag = header(get(key), "etag");

        for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
            HttpResponse<byte[]> answer = get(key, "If-None-Match", known);
            assertThat(answer.statusCode()).as(known).isEqualTo(304);
            assertThat(answer.body()).isEmpty();
            assertThat(header(answer, "etag")).isEqualTo(tag);
            assertThat(header(answer, "cache-control")).isEqualTo("private, no-cache");
        }
        assertThat(get(key, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void aRangeOfAnotherVersionIsTheWhole() throws Exception {
        String key = upload("a.mp4", "video/mp4", SIZE);
        String tag = header(get(key), "etag");

        assertThat(get(key, "Range", "bytes=0-9", "If-Range", tag).statusCode()).isEqualTo(206);
        assertThat(get(key, "Range", "bytes=0-9", "If-Range", "\"other\"").statusCode()).isEqualTo(200);
        assertThat(get(key, "Range", "bytes=0-9", "If-Range", "W/" + tag).statusCode()).isEqualTo(200);
    }

    @Test
    void bytesThatAreGoneAreNotFound() throws Exception {
        String key = upload("a.png", "image/png", 10);
        store.delete(key);

        HttpResponse<byte[]> answer = get(key);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer)).contains("\"code\":\"file_not_found\"");
    }

    @Test
    void aDownloadThatIsAbandonedDisturbsNobody() throws Exception {
        String key = upload("a.mp4", "video/mp4", 30 * MIB, 100L * MIB);
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket(files.getHost(), files.getPort())) {
                socket.getOutputStream().write(ascii("GET /test/files/" + key + " HTTP/1.1\r\nHost: x\r\n\r\n"));
                assertThat(socket.getInputStream().readNBytes(1_000)).hasSize(1_000);
            }
        }
        assertThat(get(key).body()).hasSize(30 * MIB);
    }

    @Test
    void aDownloadThatTheStoreBreaksOffEndsAsBroken() {
        assertThatThrownBy(() -> get("broken")).isInstanceOf(IOException.class);
    }

    @Test
    void severalFilesAndFieldsArriveInOneForm() throws Exception {
        String body = """
                --XX\r
                Content-Disposition: form-data; name="content"\r
                \r
                Grüße\r
                --XX\r
                Content-Disposition: form-data; name="files"; filename="a.txt"\r
                \r
                one\r
                --XX\r
                Content-Disposition: form-data; name="files"; filename="b.txt"\r
                \r
                two\r
                --XX--\r
                """;
        HttpResponse<byte[]> answer = send(form(BodyPublishers.ofString(body)));

        assertThat(answer.statusCode()).isEqualTo(200);
        String[] keys = text(answer).replaceAll("[\\[\\]\"]", "").split(",");
        assertThat(keys[0]).isEqualTo("content=Grüße");
        assertThat(text(get(keys[1]))).isEqualTo("one");
        assertThat(text(get(keys[2]))).isEqualTo("two");
    }

    @Test
    void aRefusedUploadHearsWhyAfterSendingAll() throws Exception {
        for (boolean chunked : new boolean[] { false, true }) {
            try (Socket socket = new Socket(files.getHost(), files.getPort())) {
                String answer = sendTooMuch(socket, 60 * MIB, chunked);

                assertThat(answer).startsWith("HTTP/1.1 413").containsIgnoringCase("connection: close")
                        .contains("application/problem+json").contains("File too large. Maximum size: 5.0MB");
            }
        }
    }

    @Test
    void aClientThatGoesOnSendingIsCutOff() throws Exception {
        try (Socket socket = new Socket(files.getHost(), files.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(ascii("POST /test/files HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                    + "Content-Length: 1000000\r\n\r\n"));
            long start = System.nanoTime();
            // Never sends the body: the answer comes at once, the end soon after.
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 415");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void aFormShorterThanItsContentLengthLeavesNothing() throws Exception {
        try (Socket socket = new Socket(files.getHost(), files.getPort())) {
            socket.getOutputStream().write(ascii(requestHead("Content-Length: 1000000") + partHead() + "half"));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).doesNotContain(" 500 ").doesNotContain(" 200 ");
        }
    }

    @Test
    void malformedFormsAreBadRequests() throws Exception {
        for (String body : List.of("", "garbage", "--XX\r\n\r\nno name\r\n--XX--\r\n", partHead() + "half")) {
            HttpResponse<byte[]> answer = send(form(BodyPublishers.ofString(body)));

            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(text(answer)).contains("\"code\":\"bad_request\"");
        }
    }

    @Test
    void aBodyBeyondTheTransportsLimitGetsAProblemToo() throws Exception {
        try (Socket socket = new Socket(files.getHost(), files.getPort())) {
            socket.getOutputStream().write(ascii(requestHead("Content-Length: 999999999999")));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 413").contains("\"code\":\"request_too_large\"");
        }
    }

    @Test
    void onlyFormsMayBeLarge() throws Exception {
        for (String length : List.of("Content-Length: 17000000", "Transfer-Encoding: chunked")) {
            try (Socket socket = new Socket(files.getHost(), files.getPort())) {
                socket.getOutputStream().write(ascii("POST /api/auth/login HTTP/1.1\r\nHost: x\r\n"
                        + "Content-Type: application/json\r\n" + length + "\r\n\r\n"));
                if (length.startsWith("T")) {
                    piece(socket.getOutputStream(), ascii("{" + " ".repeat(17_000_000)), true);
                }
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

                assertThat(answer).as(length).startsWith("HTTP/1.1 413");
            }
        }
    }

    private String sendTooMuch(Socket socket, int size, boolean chunked) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] head = ascii(partHead());
        byte[] end = ascii("\r\n--XX--\r\n");
        out.write(ascii(requestHead(chunked ? "Transfer-Encoding: chunked"
                : "Content-Length: " + (head.length + size + end.length))));
        piece(out, head, chunked);
        for (int sent = 0; sent < size; sent += MIB) {
            piece(out, new byte[MIB], chunked);
        }
        piece(out, end, chunked);
        out.write(ascii(chunked ? "0\r\n\r\n" : ""));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void piece(OutputStream out, byte[] bytes, boolean chunked) throws IOException {
        if (chunked) {
            out.write(ascii(Integer.toHexString(bytes.length) + "\r\n"));
        }
        out.write(bytes);
        if (chunked) {
            out.write(ascii("\r\n"));
        }
    }

    private static String requestHead(String length) {
        return "POST /test/files HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=XX\r\n" + length
                + "\r\n\r\n";
    }

    private static String partHead() {
        return "--XX\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\n";
    }

    private void assertRange(HttpResponse<byte[]> answer, int from, int length) {
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(header(answer, "content-range")).isEqualTo("bytes " + from + "-" + (from + length - 1) + "/" + SIZE);
        assertThat(header(answer, "content-length")).isEqualTo(Integer.toString(length));
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(RandomFiles.bytes(SIZE), from, from + length));
    }

    private String upload(String name, String type, int size) throws Exception {
        return upload(name, type, size, FilesForTests.LIMIT);
    }

    private String upload(String name, String type, int size, long limit) throws Exception {
        String head = "--XX\r\nContent-Disposition: form-data; name=\"files\"; filename=\""
                + name.replace("\"", "%22") + "\"\r\nContent-Type: " + type + "\r\n\r\n";
        List<byte[]> body = List.of(head.getBytes(StandardCharsets.UTF_8), RandomFiles.bytes(size),
                ascii("\r\n--XX--\r\n"));
        HttpResponse<byte[]> answer = send(form(BodyPublishers.ofByteArrays(body)).header("X-Limit", "" + limit));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return text(answer).replaceAll("[\\[\\]\"]", "");
    }

    private HttpRequest.Builder form(HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(files).header("Content-Type", "multipart/form-data; boundary=XX").POST(body);
    }

    private HttpResponse<byte[]> get(String key, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(key));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private URI uri(String key) {
        return URI.create(files + "/" + key);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return String.join(" | ", answer.headers().allValues(name));
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

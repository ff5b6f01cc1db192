package dev.parley.attachment.resumable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Person;

/** An upload as a client of tus sees it, one request at a time. */
final class TusClient {

    static final String BYTES = "application/offset+octet-stream";
    static final Map<String, String> VERSION = Map.of("Tus-Resumable", "1.0.0");

    private final Person person;
    final String path;

    private TusClient(Person person, String path) {
        this.person = person;
        this.path = path;
    }

    static String metadata(Map<String, String> values) {
        return values.entrySet().stream().map(entry -> entry.getKey() + " " + Base64.getEncoder()
                .encodeToString(entry.getValue().getBytes(StandardCharsets.UTF_8))).collect(Collectors.joining(","));
    }

    static Answer create(Person person, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(VERSION);
        all.putAll(headers);
        return person.call("POST", "/api/uploads", null, all);
    }

    static TusClient begin(Person person, long length, Map<String, String> metadata) {
        return of(person, create(person, Map.of("Upload-Length", "" + length, "Upload-Metadata", metadata(metadata))));
    }

    /** What was created. */
    static TusClient of(Person person, Answer created) {
        created.expect(201);
        return new TusClient(person, URI.create(created.headers().firstValue("location").orElseThrow()).getPath());
    }

    /** The same upload in somebody else's hands, or at another instance. */
    TusClient as(Person other) {
        return new TusClient(other, path);
    }

    Answer patch(long offset, byte[] bytes, String... headers) {
        List<String> all = new ArrayList<>(List.of("Tus-Resumable", "1.0.0", "Upload-Offset", "" + offset));
        all.addAll(List.of(headers));
        return person.send("PATCH", path, BodyPublishers.ofByteArray(bytes), BYTES, all.toArray(String[]::new));
    }

    Answer head() {
        return person.call("HEAD", path, null, VERSION);
    }

    Answer delete() {
        return person.call("DELETE", path, null, VERSION);
    }

    JsonNode state() {
        return person.get(path).expect(200);
    }

    long offset() {
        Answer head = head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers().firstValue("cache-control")).hasValue("no-store");
        return Long.parseLong(head.headers().firstValue("upload-offset").orElseThrow());
    }

    /** A PATCH that has announced so many bytes and sent these; whoever has the socket goes on with it. */
    Socket patching(long offset, long announced, byte[] sent, String... headers) throws IOException {
        Socket socket = new Socket(person.base.getHost(), person.base.getPort());
        OutputStream out = socket.getOutputStream();
        out.write(patchHead(offset, announced, headers));
        out.write(sent);
        out.flush();
        return socket;
    }

    /** What a PATCH begins with on its line. */
    byte[] patchHead(long offset, long announced, String... headers) {
        return ("PATCH " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + person.token
                + "\r\nTus-Resumable: 1.0.0\r\nContent-Type: " + BYTES + "\r\nUpload-Offset: " + offset
                + "\r\nContent-Length: " + announced + "\r\n" + String.join("\r\n", headers)
                + (headers.length == 0 ? "" : "\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** A question for the {@link #state} that ends its connection. */
    byte[] lastQuestion() {
        return ("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + person.token
                + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}

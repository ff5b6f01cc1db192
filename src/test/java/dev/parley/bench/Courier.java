package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.testsupport.Form;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;

/** Brings files into the crowd's hall and fetches them, one request after the other on each thread. */
final class Courier {

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;
    private final long hall;

    Courier(ParleyProcess parley, Crowd crowd) {
        this.base = parley.base();
        this.hall = crowd.hall;
    }

    /** What begins as an archive does, and is noise after that: nobody makes a preview of it meanwhile. */
    static byte[] archive(int length) {
        byte[] content = new byte[length];
        new Random(1).nextBytes(content);
        // The header of its first file, whose name is "n".
        byte[] head = ("PK\u0003\u0004\u0014" + "\0".repeat(21) + "\u0001\0\0\0n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, content, 0, head.length);
        return content;
    }

    /** @return where it can be fetched */
    String form(Person sender, byte[] content) {
        Form form = new Form().field("conversation_id", hall).file("file", "noise.zip", content);
        String answer = send(request(sender, "/messages/upload").header("Content-Type", Form.TYPE).POST(form.body()), 200,
                BodyHandlers.ofString()).body();
        try {
            return new ObjectMapper().readTree(answer).findValue("media_url").asText();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of it in one PATCH. */
    void tus(Person sender, byte[] content) {
        String location = send(request(sender, "/api/uploads").header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", "" + content.length)
                .header("Upload-Metadata", "filename " + base64("noise.zip") + ",room_id " + base64("" + hall))
                .POST(BodyPublishers.noBody()), 201, BodyHandlers.discarding()).headers().firstValue("Location").orElseThrow();
        HttpResponse<Void> finished = send(request(sender, location).header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", "0").header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", BodyPublishers.ofByteArray(content)), 204, BodyHandlers.discarding());
        assertThat(finished.headers().firstValue("Upload-Message")).isPresent();
    }

    /** @return how many bytes it was */
    int fetch(Person who, String where) {
        return send(request(who, where), 200, BodyHandlers.ofByteArray()).body().length;
    }

    private HttpRequest.Builder request(Person who, String where) {
        return HttpRequest.newBuilder(base.resolve(where)).header("Authorization", "Bearer " + who.token);
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, int expected, BodyHandler<T> handler) {
        try {
            HttpResponse<T> answer = client.send(request.build(), handler);
            assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(expected);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

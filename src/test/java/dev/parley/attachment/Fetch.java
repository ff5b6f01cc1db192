package dev.parley.attachment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;

/** Asks for an address as an {@code <img>} does: with no header but those named. */
record Fetch(HttpResponse<byte[]> answer) {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static Fetch get(String url, String... headers) {
        return of("GET", url, headers);
    }

    static Fetch of(String method, String url, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).method(method,
                HttpRequest.BodyPublishers.noBody());
        try {
            return new Fetch(CLIENT.send((headers.length == 0 ? request : request.headers(headers)).build(),
                    BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    int status() {
        return answer.statusCode();
    }

    byte[] body() {
        return answer.body();
    }

    /** The header's only value, empty when it was not sent. */
    String header(String name) {
        Optional<String> value = answer.headers().firstValue(name);
        return value.orElse("");
    }
}

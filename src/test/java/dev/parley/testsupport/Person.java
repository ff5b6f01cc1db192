package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/** Somebody with an account, who talks to a running Parley over HTTP and sockets, as any client would. */
public final class Person {

    public static final String PASSWORD = "correct horse";
    static final String ADMIN_CODE = "open sesame";
    static final ObjectMapper JSON = new ObjectMapper();
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();

    public final URI base;
    public final long id;
    public final String name;
    public final String email;
    public final String token;

    private Person(URI base, long id, String name, String email, String token) {
        this.base = base;
        this.id = id;
        this.name = name;
        this.email = email;
        this.token = token;
    }

    /** Makes an account with an e-mail that nobody else has. */
    public static Person register(URI base, String name) {
        String email = "p" + UUID.randomUUID() + "@example.com";
        JsonNode made = call(base, "POST", "/api/auth/register",
                Map.of("email", email, "name", name, "password", PASSWORD), Map.of()).expect(201);
        return new Person(base, made.at("/user/id").asLong(), name, email, made.get("access_token").asText());
    }

    /** Somebody who runs the service, where {@code parley.admin-code} is {@link #ADMIN_CODE}. */
    public static Person admin(URI base) {
        Person admin = register(base, "Admin");
        admin.post("/api/auth/admin", Map.of("code", ADMIN_CODE)).expect(200);
        return admin;
    }

    /** The same person, served by another instance. */
    public Person at(URI instance) {
        return new Person(instance, id, name, email, token);
    }

    /** The same person, with another token. */
    public Person with(String other) {
        return new Person(base, id, name, email, other);
    }

    public Answer get(String path) {
        return call(base, "GET", path, null, authorization());
    }

    /** @param body anything Jackson can write, null for none */
    public Answer post(String path, @Nullable Object body) {
        return call(base, "POST", path, body, authorization());
    }

    public Answer put(String path, @Nullable Object body) {
        return call(base, "PUT", path, body, authorization());
    }

    public Answer patch(String path, @Nullable Object body) {
        return call(base, "PATCH", path, body, authorization());
    }

    public Answer delete(String path) {
        return call(base, "DELETE", path, null, authorization());
    }

    /** Any other request. The headers come in addition to the token. */
    public Answer call(String method, String path, @Nullable Object body, Map<String, String> headers) {
        Map<String, String> all = new java.util.HashMap<>(authorization());
        all.putAll(headers);
        return call(base, method, path, body, all);
    }

    /** The direct room with somebody. */
    public long room(Person other) {
        return post("/api/chat/rooms", Map.of("receiver_id", other.id)).body().get("id").asLong();
    }

    public long group(String title, Person... others) {
        long[] members = Arrays.stream(others).mapToLong(other -> other.id).toArray();
        return post("/api/chat/rooms", Map.of("name", title, "member_ids", members)).expect(201).get("id").asLong();
    }

    /** The number of a room's newest message, 0 without any. */
    public long lastSeq(long room) {
        return get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong();
    }

    /** Posts a message with files. */
    public Answer post(long room, Form form, String... headers) {
        return send("POST", "/api/chat/rooms/" + room + "/messages", form.body(), Form.TYPE, headers);
    }

    /** Sends any body of any type. */
    public Answer send(String method, String path, HttpRequest.BodyPublisher body, String type, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60))
                .method(method, body).header("Content-Type", type).header("Authorization", "Bearer " + token);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** Posts a text and returns the message. */
    public JsonNode post(long room, String content) {
        return post("/api/chat/rooms/" + room + "/messages", Map.of("content", content)).expect(201);
    }

    /** A socket without a room: it hears every room of this person. */
    public Socket socket() {
        return Socket.open(base, token, null);
    }

    /** A socket that has joined a room. */
    public Socket socket(long room) {
        Socket socket = Socket.open(base, token, room);
        socket.await("joined");
        return socket;
    }

    private Map<String, String> authorization() {
        return Map.of("Authorization", "Bearer " + token);
    }

    private static Answer call(URI base, String method, String path, @Nullable Object body, Map<String, String> headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(20))
                    .method(method, body == null ? BodyPublishers.noBody()
                            : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
            if (body != null) {
                request.header("Content-Type", "application/json");
            }
            headers.forEach(request::setHeader);
            return send(request.build());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Answer send(HttpRequest request) {
        try {
            HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
            return new Answer(answer.statusCode(), json(answer.body()), answer.headers());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static JsonNode json(String body) {
        try {
            return body.isEmpty() ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }
}

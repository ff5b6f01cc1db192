package dev.parley.attachment.resumable;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.attachment.Arrivals;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.S3Bucket;
import dev.parley.testsupport.Sql;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import software.amazon.awssdk.services.s3.S3Client;

/** Files that a client puts into the bucket itself. */
@QuarkusTest
@WithTestResource(S3Bucket.class)
class DirectUploadsTest {

    private static final byte[] HELLO = "Hello, bucket\n".getBytes(StandardCharsets.UTF_8);

    @TestHTTPResource("/")
    URI base;

    @Inject
    S3Client s3;

    @Inject
    DataSource database;

    @Inject
    Arrivals arrivals;

    private final HttpClient http = HttpClient.newHttpClient();
    private Person ann;
    private long room;
    private long objects;

    @BeforeEach
    void enter() {
        ann = Person.register(base, "Ann");
        room = ann.group("Files");
        objects = objects();
    }

    @Test
    void aSmallFileIsOnePutAndAMessage() throws Exception {
        JsonNode begun = begin(HELLO.length);
        assertThat(begun.get("puts")).hasSize(1);
        assertThat(put(begun.at("/puts/0"), Arrays.copyOf(HELLO, 5))).as("another length").isBetween(400, 499);
        assertThat(put(begun.at("/puts/0"), HELLO, "text/html")).as("another type").isBetween(400, 499);
        complete(begun, 409);
        assertThat(put(begun.at("/puts/0"), HELLO)).isEqualTo(200);
        JsonNode done = complete(begun, 200);

        JsonNode message = message();
        assertThat(message.get("id")).isEqualTo(done.get("message"));
        assertThat(message.get("content").asText()).isEqualTo("Straight there");
        assertThat(message.at("/files_data/0/mime_type").asText()).isEqualTo("text/plain");
        assertThat(fetched(message)).isEqualTo(HELLO);
        assertThat(complete(begun, 200)).isEqualTo(done);
        assertThat(objects()).isEqualTo(objects + 1);
    }

    @Test
    void aLargeFileIsSeveralPutsInAnyOrder() throws Exception {
        byte[] text = "All work and no play\n".repeat(900_000).getBytes(StandardCharsets.US_ASCII);
        JsonNode begun = begin(text.length);
        JsonNode puts = begun.get("puts");
        assertThat(puts).hasSize(3);
        int offset = text.length;
        for (int part = puts.size() - 1; part >= 0; part--) {
            complete(begun, 409);
            int size = puts.get(part).get("size").asInt();
            offset -= size;
            assertThat(put(puts.get(part), Arrays.copyOfRange(text, offset, offset + size))).isEqualTo(200);
        }
        Person stranger = Person.register(base, "Stranger");
        stranger.post("/api/direct-uploads/" + begun.get("id").asText() + "/complete", null).expect(404);
        complete(begun, 200);

        assertThat(fetched(message())).isEqualTo(text);
        assertThat(objects()).isEqualTo(objects + 1);
    }

    @Test
    void aPartThatIsPutAgainTakesThePlaceOfTheFirst() throws Exception {
        byte[] text = "All work and no play\n".repeat(450_000).getBytes(StandardCharsets.US_ASCII);
        JsonNode begun = begin(text.length);
        int first = begun.at("/puts/0/size").asInt();
        put(begun.at("/puts/1"), Arrays.copyOfRange(text, first, text.length));
        put(begun.at("/puts/0"), Arrays.copyOf(text, first));
        // As if other parts had been there when it was looked last.
        new Sql(database).change("update resumable_uploads set received = length, part_tags = '{\"a\",\"b\"}' where id = '"
                + begun.get("id").asText() + "'");
        ann.get("/api/uploads/" + begun.get("id").asText()).expect(409);
        complete(begun, 200);

        assertThat(fetched(message())).isEqualTo(text);
    }

    @Test
    void finishingCountsAsAnUploadThatArrives() throws Exception {
        JsonNode begun = begin(HELLO.length);
        put(begun.at("/puts/0"), HELLO);
        List<Arrivals.Arrival> all = new ArrayList<>();
        try {
            for (int number = 0; number < 100; number++) {
                all.add(arrivals.begin(ann.id));
            }
            complete(begun, 429);
        } finally {
            all.forEach(Arrivals.Arrival::close);
        }
        complete(begun, 200);
    }

    @Test
    void whatTheBytesAreIsSeenBeforeAnybodySeesThem() throws Exception {
        byte[] noise = new byte[9 * 1024 * 1024];
        new Random(2).nextBytes(noise);
        JsonNode begun = begin(noise.length);
        for (JsonNode put : begun.get("puts")) {
            int from = (put.get("number").asInt() - 1) * 8 * 1024 * 1024;
            put(put, Arrays.copyOfRange(noise, from, from + put.get("size").asInt()));
        }
        assertThat(complete(begun, 415).get("code").asText()).isEqualTo("type_not_allowed");
        complete(begun, 410);
        assertThat(ann.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong()).isZero();

        JsonNode givenUp = begin(HELLO.length);
        put(givenUp.at("/puts/0"), HELLO);
        ann.delete("/api/direct-uploads/" + givenUp.get("id").asText()).expect(204);
        complete(givenUp, 404);
        assertThat(objects()).isEqualTo(objects);
    }

    @Test
    void whatCannotBeTakenIsNotBegun() {
        ann.post("/api/direct-uploads", Map.of("size", 104_857_601)).expect(413);
        ann.post("/api/direct-uploads", Map.of("size", 0)).expect(400);
        ann.post("/api/direct-uploads", Map.of("size", -1)).expect(400);
        ann.post("/api/direct-uploads", Map.of()).expect(400);
        ann.post("/api/direct-uploads", Map.of("size", 5, "room_id", Person.register(base, "Ben").group("Theirs"))).expect(404);
    }

    private JsonNode begin(long size) {
        return ann.post("/api/direct-uploads",
                Map.of("size", size, "name", "a.txt", "room_id", room, "content", "Straight there")).expect(201);
    }

    private JsonNode complete(JsonNode begun, int status) {
        return ann.post("/api/direct-uploads/" + begun.get("id").asText() + "/complete", null).expect(status);
    }

    private int put(JsonNode place, byte[] bytes) throws Exception {
        return put(place, bytes, null);
    }

    /** @param type another than it was given */
    private int put(JsonNode place, byte[] bytes, @Nullable String type) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(place.get("url").asText()))
                .PUT(BodyPublishers.ofByteArray(bytes));
        place.get("headers").properties().forEach(header -> request.header(header.getKey(), header.getValue().asText()));
        if (type != null) {
            request.setHeader("content-type", type);
        }
        return http.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    private JsonNode message() {
        return ann.get("/api/chat/rooms/" + room + "/messages?page=1").expect(200).get("messages").get(0);
    }

    private byte[] fetched(JsonNode message) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(message.at("/files_data/0/file_path").asText())).build(),
                BodyHandlers.ofByteArray()).body();
    }

    private long objects() {
        String bucket = ConfigProvider.getConfig().getValue("parley.s3.bucket", String.class);
        return s3.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream().count()
                + s3.listMultipartUploads(list -> list.bucket(bucket)).uploads().size();
    }
}

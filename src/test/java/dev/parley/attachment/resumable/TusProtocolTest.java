package dev.parley.attachment.resumable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What tus 1.0 asks of a server, and what Parley asks of its clients. */
@QuarkusTest
class TusProtocolTest {

    private static final byte[] HELLO = "Hello, resumable world\n".getBytes(StandardCharsets.UTF_8);

    @TestHTTPResource("/")
    URI base;

    private Person ann;

    @BeforeEach
    void enter() {
        ann = Person.register(base, "Ann");
    }

    @Test
    void anybodyMayAskWhatIsSpokenHere() {
        Wire answer = Wire.call(base, "OPTIONS", "/api/uploads", Map.of(), null);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.head()).containsIgnoringCase("Tus-Resumable: 1.0.0").containsIgnoringCase("Tus-Version: 1.0.0")
                .containsIgnoringCase("Tus-Max-Size: 104857600").containsIgnoringCase("Tus-Checksum-Algorithm: sha1,")
                .containsIgnoringCase("Tus-Extension: creation,creation-with-upload,creation-defer-length,expiration,"
                        + "checksum,termination");
    }

    @Test
    void anotherVersionIsNotServed() {
        Answer none = ann.call("POST", "/api/uploads", null, Map.of("Upload-Length", "5"));
        Answer old = ann.call("POST", "/api/uploads", null, Map.of("Upload-Length", "5", "Tus-Resumable", "0.2.2"));

        for (Answer answer : new Answer[] { none, old }) {
            answer.expect(412);
            assertThat(answer.headers().firstValue("tus-version")).hasValue("1.0.0");
        }
        assertThat(TusClient.begin(ann, 5, Map.of()).head().headers().firstValue("tus-resumable")).hasValue("1.0.0");
    }

    @Test
    void whatCannotBeAnUploadIsNotBegun() {
        assertThat(TusClient.create(ann, Map.of("Upload-Length", "104857601")).expect(413).get("detail").asText())
                .isEqualTo("File too large. Maximum size: 100.0MB");
        for (String length : new String[] { "-1", "many", "", "1e3", "99999999999999999999" }) {
            TusClient.create(ann, Map.of("Upload-Length", length)).expect(400);
        }
        TusClient.create(ann, Map.of()).expect(400);
        TusClient.create(ann, Map.of("Upload-Length", "5", "Upload-Defer-Length", "1")).expect(400);
        TusClient.create(ann, Map.of("Upload-Defer-Length", "2")).expect(400);
        assertThat(TusClient.create(ann, Map.of("Upload-Length", "0")).expect(400).get("code").asText())
                .isEqualTo("empty_file");
        for (String bad : new String[] { "filename !!!", "filename YQ==,filename YQ==", "a b c", "filename gICA" }) {
            TusClient.create(ann, Map.of("Upload-Length", "5", "Upload-Metadata", bad)).expect(400);
        }
        long foreign = Person.register(base, "Ben").group("Theirs");
        for (String room : new String[] { "" + foreign, "0", "kitchen" }) {
            JsonNode refused = TusClient.create(ann, Map.of("Upload-Length", "5", "Upload-Metadata",
                    TusClient.metadata(Map.of("room_id", room)))).expect(404);
            assertThat(refused.get("detail").asText()).isEqualTo("Room not found");
        }
    }

    @Test
    void anUploadIsItsOwnersAlone() {
        TusClient upload = TusClient.begin(ann, HELLO.length, Map.of());
        TusClient strangers = upload.as(Person.register(base, "Stranger"));

        assertThat(strangers.head().status()).isEqualTo(404);
        assertThat(strangers.patch(0, HELLO).expect(404).get("detail").asText()).isEqualTo("Upload not found");
        strangers.delete().expect(404);
        assertThat(upload.offset()).isZero();
        upload.patch(0, HELLO).expect(204);
        assertThat(strangers.head().status()).isEqualTo(404);
    }

    @Test
    void bytesGoWhereTheUploadStandsAndNowhereElse() {
        TusClient upload = TusClient.begin(ann, HELLO.length, Map.of());
        upload.patch(1, HELLO).expect(409);
        upload.patch(0, Arrays.copyOf(HELLO, HELLO.length + 1)).expect(413);
        ann.send("PATCH", upload.path, BodyPublishers.ofByteArray(HELLO), "application/octet-stream", "Tus-Resumable", "1.0.0",
                "Upload-Offset", "0").expect(415);
        ann.send("PATCH", upload.path, BodyPublishers.ofByteArray(HELLO), TusClient.BYTES, "Tus-Resumable", "1.0.0")
                .expect(400);
        upload.patch(0, HELLO, "Upload-Length", "5").expect(400);
        assertThat(upload.offset()).isZero();
        Answer last = upload.patch(0, HELLO);
        last.expect(204);
        assertThat(last.headers().firstValue("upload-expires").orElseThrow()).endsWith("GMT");
    }

    @Test
    void aChunkedBodyBeyondTheLengthIsRefused() {
        TusClient upload = TusClient.begin(ann, HELLO.length, Map.of());
        Map<String, String> headers = new HashMap<>(Map.of("Authorization", "Bearer " + ann.token, "Tus-Resumable", "1.0.0",
                "Upload-Offset", "0", "Content-Type", TusClient.BYTES, "Transfer-Encoding", "chunked"));
        byte[] body = ("40\r\n" + "x".repeat(64) + "\r\n0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);

        assertThat(Wire.call(base, "PATCH", upload.path, headers, body).status()).isEqualTo(413);
        assertThat(upload.offset()).isZero();
    }

    @Test
    void aFileMayComeWithItsCreation() {
        Answer whole = ann.send("POST", "/api/uploads", BodyPublishers.ofByteArray(HELLO), TusClient.BYTES, "Tus-Resumable",
                "1.0.0", "Upload-Length", "" + HELLO.length, "Upload-Metadata",
                TusClient.metadata(Map.of("filename", "hello.txt")));
        whole.expect(201);
        assertThat(whole.headers().firstValue("upload-offset")).hasValue("" + HELLO.length);
        assertThat(whole.headers().firstValue("upload-attachment")).isPresent();

        Answer part = ann.send("POST", "/api/uploads", BodyPublishers.ofByteArray(Arrays.copyOf(HELLO, 5)), TusClient.BYTES,
                "Tus-Resumable", "1.0.0", "Upload-Length", "" + HELLO.length);
        TusClient upload = TusClient.of(ann, part);
        assertThat(upload.offset()).isEqualTo(5);
        upload.patch(5, Arrays.copyOfRange(HELLO, 5, HELLO.length)).expect(204);
        assertThat(upload.state().get("state").asText()).isEqualTo("finished");
    }

    private Answer beginWith(String length, byte[] bytes, @Nullable String checksum) {
        List<String> headers = new ArrayList<>(List.of("Tus-Resumable", "1.0.0", "Upload-Length", length));
        if (checksum != null) {
            headers.addAll(List.of("Upload-Checksum", checksum));
        }
        return ann.send("POST", "/api/uploads", BodyPublishers.ofByteArray(bytes), TusClient.BYTES,
                headers.toArray(String[]::new));
    }

    @Test
    void whoCannotSendAPatchSaysSo() {
        TusClient upload = TusClient.begin(ann, HELLO.length, Map.of());
        ann.send("POST", upload.path, BodyPublishers.ofByteArray(HELLO), TusClient.BYTES, "Tus-Resumable", "1.0.0",
                "X-HTTP-Method-Override", "PATCH", "Upload-Offset", "0").expect(204);
        assertThat(upload.offset()).isEqualTo(HELLO.length);
        ann.send("POST", upload.path, BodyPublishers.noBody(), TusClient.BYTES, "Tus-Resumable", "1.0.0",
                "X-HTTP-Method-Override", "DELETE").expect(204);
        assertThat(upload.head().status()).isEqualTo(404);
    }

    @Test
    void thePhotoThatIsTooLargeIsRefusedAtItsFirstBytes() throws IOException {
        byte[] photo = Files.readAllBytes(SampleFiles.get("photo.png"));
        TusClient upload = TusClient.begin(ann, 20_000_000, Map.of());
        assertThat(upload.patch(0, photo).expect(413).get("detail").asText())
                .isEqualTo("File too large. Maximum size: 10.0MB");
        assertThat(upload.state().get("state").asText()).isEqualTo("failed");
    }

    @Test
    void oneRequestWritesAtATime() throws IOException {
        TusClient upload = TusClient.begin(ann, HELLO.length, Map.of());
        try (Socket first = upload.patching(0, HELLO.length, Arrays.copyOf(HELLO, 7))) {
            // Elsewhere, lest it is the first to come.
            await().untilAsserted(() -> assertThat(upload.patch(99, HELLO).status()).isEqualTo(423));
            upload.patch(0, HELLO).expect(423);
            upload.delete().expect(423);
            first.getOutputStream().write(HELLO, 7, 3);
            first.shutdownOutput();
            first.getInputStream().readAllBytes();
        }
        // What came last may have been between the network and us.
        await().untilAsserted(() -> assertThat(upload.patch(99, HELLO).status()).isEqualTo(409));
        int offset = (int) upload.offset();
        assertThat(offset).isBetween(7, 10);
        upload.patch(offset, Arrays.copyOfRange(HELLO, offset, HELLO.length)).expect(204);
    }

    @Test
    void twoAtOnceWriteTheFileOnce() {
        long room = ann.group("Once");
        for (int round = 0; round < 5; round++) {
            TusClient upload = TusClient.begin(ann, HELLO.length, Map.of("room_id", "" + room));
            CompletableFuture<Answer> other = CompletableFuture.supplyAsync(() -> upload.patch(0, HELLO));
            assertThat(new int[] { upload.patch(0, HELLO).status(), other.join().status() }).contains(204)
                    .containsAnyOf(409, 423);
            assertThat(ann.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong()).isEqualTo(round + 1);
        }
    }

    @Test
    void whoLeftTheRoomPostsNothingThere() {
        Person ben = Person.register(base, "Ben");
        long room = ann.group("Ours", ben);
        TusClient upload = TusClient.begin(ben, HELLO.length, Map.of("room_id", "" + room));
        ann.delete("/api/chat/rooms/" + room + "/members/" + ben.id).expect(204);

        assertThat(upload.patch(0, HELLO).expect(404).get("detail").asText()).isEqualTo("Room not found");
        assertThat(upload.state().get("error").asText()).isEqualTo("room_not_found");
        assertThat(ann.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong()).isZero();
    }

    @Test
    void unfinishedUploadsAreCountedAndThoseRefusedWithTheirFirstBytesAreNone() {
        beginWith("5", HELLO, "crc99 AAAA").expect(400);
        beginWith("5", HELLO, null).expect(413);
        beginWith("" + HELLO.length, HELLO, "sha1 AAAA").expect(460);
        for (int i = 0; i < 100; i++) {
            TusClient.begin(ann, 5, Map.of());
        }
        Answer tooMany = TusClient.create(ann, Map.of("Upload-Length", "5"));
        assertThat(tooMany.expect(429).get("detail").asText()).isEqualTo("Too many unfinished uploads. Maximum: 100");
        assertThat(tooMany.headers().firstValue("Retry-After")).hasValue("60");
    }
}

package dev.parley.attachment.resumable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.attachment.storage.Leftovers;
import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.arc.All;
import io.quarkus.test.common.http.TestHTTPResource;

/** What every store keeps of uploads that are interrupted. */
@Timeout(120)
abstract class ResumableUploadsContract {

    private static final int MIB = 1024 * 1024;
    /** Two parts of a bucket and something. */
    private static final byte[] TEXT = text(17 * MIB + 4_321);

    @TestHTTPResource("/")
    URI base;

    @Inject
    @All
    List<Leftovers> leftovers;

    @Inject
    DataSource database;

    @Inject
    UploadSweeper sweeper;

    @Inject
    UploadRows rows;

    private Person ann;
    private Set<String> others;

    @BeforeEach
    void enter() {
        ann = Person.register(base, "Ann");
        others = held();
    }

    /** Whatever the store has of uploads that have not ended. */
    abstract Set<String> held();

    private void assertNothingHeld() {
        assertThat(others).containsAll(held());
    }

    @Test
    void whatIsArrivingIsNoLeftoverUntilTheDatabaseForgetsIt() {
        TusClient small = TusClient.begin(ann, MIB, Map.of());
        small.patch(0, new byte[100]).expect(204);
        TusClient large = TusClient.begin(ann, TEXT.length, Map.of());
        large.patch(0, Arrays.copyOf(TEXT, 9 * MIB)).expect(204);
        Set<String> mine = held();
        mine.removeAll(others);
        Set<String> before = leftovers();

        forget(small);
        forget(large);

        Set<String> after = leftovers();
        after.removeAll(before);
        assertThat(mine).isNotEmpty().allSatisfy(held -> assertThat(after).anyMatch(held::endsWith));
        assertThat(after).allSatisfy(leftover -> assertThat(mine).anyMatch(held -> held.endsWith(leftover)));
        leftovers.forEach(kind -> kind.find(Instant.now().plusSeconds(60), page -> page.stream()
                .filter(leftover -> after.contains(leftover.name())).forEach(kind::remove)));
        assertNothingHeld();
    }

    /** Whatever their age. */
    private Set<String> leftovers() {
        Set<String> names = new HashSet<>();
        leftovers.stream().filter(kind -> Set.of("object_without_row", "unfinished_upload").contains(kind.kind()))
                .forEach(kind -> kind.find(Instant.now().plusSeconds(60),
                        page -> page.forEach(leftover -> names.add(leftover.name()))));
        return names;
    }

    private void forget(TusClient upload) {
        assertThat(upload.offset()).isPositive();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("delete from resumable_uploads where id = ?::uuid")) {
            statement.setString(1, upload.path.substring(upload.path.lastIndexOf('/') + 1));
            assertThat(statement.executeUpdate()).isEqualTo(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void piecesOfAnySizeBecomeOneFileAndOneMessage() throws Exception {
        long room = ann.group("Texts");
        TusClient upload = TusClient.begin(ann, TEXT.length,
                Map.of("filename", "Füße.txt", "filetype", "application/pdf", "room_id", "" + room, "content", "Read this"));

        Answer last = null;
        int offset = 0;
        for (int piece : List.of(1, 5 * MIB + 7, 300, 0, 4 * MIB, TEXT.length)) {
            byte[] bytes = Arrays.copyOfRange(TEXT, offset, Math.min(TEXT.length, offset + piece));
            last = upload.patch(offset, bytes);
            last.expect(204);
            offset += bytes.length;
            assertThat(last.headers().firstValue("upload-offset")).hasValue("" + offset);
            assertThat(upload.offset()).isEqualTo(offset);
        }

        JsonNode message = ann.get("/api/chat/rooms/" + room + "/messages?page=1").expect(200).get("messages").get(0);
        assertThat(message.get("content").asText()).isEqualTo("Read this");
        assertThat(last.headers().firstValue("upload-message")).hasValue(message.get("id").asText());
        JsonNode file = message.get("files_data").get(0);
        assertThat(last.headers().firstValue("upload-attachment")).hasValue(file.get("id").asText());
        assertThat(file.get("file_name").asText()).isEqualTo("Füße.txt");
        assertThat(file.get("mime_type").asText()).isEqualTo("text/plain");
        assertThat(fetched(file)).isEqualTo(TEXT);
        assertNothingHeld();
        JsonNode state = upload.state();
        assertThat(state.get("state").asText()).isEqualTo("finished");
        assertThat(state.get("offset").asLong()).isEqualTo(TEXT.length);
        assertThat(state.get("message")).isEqualTo(message.get("id"));
        assertThat(state.get("attachment")).isEqualTo(file.get("id"));
        // A client that did not hear of the end asks, or sends its last bytes again.
        assertThat(upload.offset()).isEqualTo(TEXT.length);
        upload.patch(TEXT.length - 1, new byte[1]).expect(409);
        assertThat(ann.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong()).isEqualTo(1);
    }

    @Test
    void whatArrivedBeforeABreakCounts() throws Exception {
        TusClient upload = TusClient.begin(ann, TEXT.length, Map.of("filename", "a.txt"));
        int offset = 0;
        for (int sent : List.of(5 * MIB + 123, 4 * MIB + 1)) {
            try (Socket socket = upload.patching(offset, TEXT.length - offset,
                    Arrays.copyOfRange(TEXT, offset, offset + sent))) {
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            }
            long from = offset;
            // All but what was between the network and us.
            await().untilAsserted(() -> assertThat(upload.offset()).isBetween(from + sent - 2 * MIB, from + sent));
            offset = (int) upload.offset();
        }
        int from = offset;
        await().until(() -> upload.patch(from, Arrays.copyOfRange(TEXT, from, TEXT.length)).status() == 204);

        assertThat(fetched(taken(upload))).isEqualTo(TEXT);
        assertNothingHeld();
    }

    /** All of them come with the last bytes of the piece, which the store has yet to take. */
    @Test
    void requestsBehindAPieceAreAnsweredAfterItInTheirOrder() throws Exception {
        TusClient large = TusClient.begin(ann, TEXT.length, Map.of("filename", "large.txt"));
        byte[] note = Arrays.copyOf(TEXT, 1_000);
        TusClient small = TusClient.begin(ann, note.length, Map.of("filename", "small.txt"));
        int most = TEXT.length - 1_000;
        ByteArrayOutputStream last = new ByteArrayOutputStream();
        last.write(TEXT, most, 1_000);
        last.write(small.patchHead(0, note.length));
        last.write(note);
        last.write(large.lastQuestion());

        String[] answers;
        try (Socket socket = large.patching(0, TEXT.length, Arrays.copyOf(TEXT, most))) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(last.toByteArray());
            answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("HTTP/1\\.1 ");
        }

        assertThat(answers).hasSize(4);
        assertThat(answers[1]).startsWith("204").containsIgnoringCase("\r\nupload-offset: " + TEXT.length + "\r\n")
                .containsIgnoringCase("upload-attachment: ");
        assertThat(answers[2]).startsWith("204").containsIgnoringCase("\r\nupload-offset: " + note.length + "\r\n")
                .containsIgnoringCase("upload-attachment: ");
        assertThat(answers[3]).startsWith("200").contains("\"finished\"", "\"offset\":" + TEXT.length);
        assertThat(fetched(taken(large))).isEqualTo(TEXT);
        assertThat(fetched(taken(small))).isEqualTo(note);
        assertNothingHeld();
    }

    @Test
    void bytesThatAreNotThoseOfTheChecksumAreNotTaken() throws Exception {
        TusClient upload = TusClient.begin(ann, TEXT.length, Map.of());
        byte[] half = Arrays.copyOf(TEXT, 9 * MIB);
        upload.patch(0, half, "Upload-Checksum", "sha1 " + hash("SHA-1", TEXT)).expect(460);
        upload.patch(0, TEXT, "Upload-Checksum", "sha1 " + hash("SHA-1", half)).expect(460);
        assertThat(upload.offset()).isZero();
        upload.patch(0, half, "Upload-Checksum", "sha1 " + hash("SHA-1", half)).expect(204);
        byte[] rest = Arrays.copyOfRange(TEXT, half.length, TEXT.length);
        upload.patch(half.length, rest, "Upload-Checksum", "sha256 " + hash("SHA-256", half)).expect(460);
        upload.patch(half.length, rest, "Upload-Checksum", "crc99 AAAA").expect(400);
        assertThat(upload.offset()).isEqualTo(half.length);
        upload.patch(half.length, rest, "Upload-Checksum", "sha256 " + hash("SHA-256", rest)).expect(204);

        assertThat(fetched(taken(upload))).isEqualTo(TEXT);
    }

    /** Although what came is what the checksum says. */
    @Test
    void whatArrivedBeforeABreakDoesNotCountWhereAChecksumIsOfTheWhole() throws Exception {
        TusClient upload = TusClient.begin(ann, TEXT.length, Map.of());
        byte[] half = Arrays.copyOf(TEXT, 9 * MIB);
        try (Socket socket = upload.patching(0, TEXT.length, half, "Upload-Checksum: sha1 " + hash("SHA-1", half))) {
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
        await().until(() -> upload.patch(0, new byte[0]).status() == 204);
        assertThat(upload.offset()).isZero();
    }

    /** As after a crash between the message and the word that it was sent. */
    @Test
    void anUploadThatWasNotRememberedAsFinishedIsNoSecondMessage() throws Exception {
        long room = ann.group("Texts");
        TusClient upload = TusClient.begin(ann, 1_000, Map.of("filename", "a.txt", "room_id", "" + room));
        upload.patch(0, Arrays.copyOf(TEXT, 1_000)).expect(204);
        JsonNode message = upload.state().get("message");
        change(upload, "state = 'receiving', message_id = null");

        assertThat(upload.offset()).isEqualTo(1_000);

        assertThat(upload.state().get("state").asText()).isEqualTo("finished");
        assertThat(upload.state().get("message")).isEqualTo(message);
        assertThat(ann.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong()).isEqualTo(1);
    }

    @Test
    void aLengthMayBeToldAtTheEnd() throws Exception {
        TusClient upload = TusClient.of(ann, TusClient.create(ann, Map.of("Upload-Defer-Length", "1")));
        assertThat(upload.head().headers().firstValue("upload-defer-length")).hasValue("1");
        upload.patch(0, TEXT).expect(204);
        assertThat(upload.state().get("state").asText()).isEqualTo("receiving");
        // Said by a request that comes to nothing, it does not make a whole of what lies there.
        upload.patch(TEXT.length, new byte[0], "Upload-Length", "" + TEXT.length, "Upload-Checksum",
                "sha1 " + hash("SHA-1", TEXT)).expect(460);
        assertThat(upload.state().get("state").asText()).isEqualTo("receiving");
        upload.patch(TEXT.length, new byte[0], "Upload-Length", "" + TEXT.length).expect(204);

        assertThat(fetched(taken(upload))).isEqualTo(TEXT);
    }

    @Test
    void whatWasStoredButNotRememberedDoesNotCount() throws Exception {
        TusClient upload = TusClient.begin(ann, TEXT.length, Map.of());
        upload.patch(0, Arrays.copyOf(TEXT, 3 * MIB)).expect(204);
        try (Socket socket = upload.patching(3 * MIB, 10 * MIB, Arrays.copyOfRange(TEXT, 3 * MIB, 12 * MIB))) {
            loseLease(upload);
            socket.getOutputStream().write(TEXT, 12 * MIB, MIB);
            assertThat(status(socket)).isEqualTo(423);
        }
        assertThat(upload.offset()).isEqualTo(3 * MIB);
        upload.patch(3 * MIB, Arrays.copyOfRange(TEXT, 3 * MIB, TEXT.length)).expect(204);

        assertThat(fetched(taken(upload))).isEqualTo(TEXT);
        assertNothingHeld();
    }

    @Test
    void whoHasLostAnUploadNeitherEndsItNorGoesOnWithIt() throws Exception {
        byte[] photo = Files.readAllBytes(SampleFiles.get("photo.png"));
        TusClient upload = TusClient.begin(ann, 20_000_000, Map.of());
        try (Socket tooLarge = upload.patching(0, photo.length, new byte[0])) {
            loseLease(upload);
            tooLarge.getOutputStream().write(photo);
            assertThat(status(tooLarge)).isEqualTo(423);
        }
        assertThat(upload.state().get("state").asText()).isEqualTo("receiving");
        assertThat(held()).hasSizeGreaterThan(others.size());

        UUID id = UUID.fromString(upload.state().get("id").asText());
        UUID writer = UUID.randomUUID();
        change(upload, "expires_at = now() + interval '2 seconds'");
        Upload written = rows.lock(ann.id, id, writer).orElseThrow();
        assertThat(written.expiresAt()).isAfter(Instant.now().plusSeconds(4));
        change(upload, "expires_at = now(), writer_until = now()");
        assertThat(rows.spare(1_000, UUID.randomUUID())).extracting(Upload::id).contains(id);
        assertThat(rows.save(id, writer, written.held(), written.length())).isEmpty();
    }

    @Test
    void whatIsRefusedGivenUpOrForgottenLeavesNothing() throws Exception {
        Random random = new Random(1);
        byte[] noise = new byte[9 * MIB];
        random.nextBytes(noise);
        TusClient refused = TusClient.begin(ann, noise.length, Map.of("filename", "noise.txt"));
        Answer answer = refused.patch(0, noise);
        assertThat(answer.expect(415).get("code").asText()).isEqualTo("type_not_allowed");
        assertThat(refused.state().get("state").asText()).isEqualTo("failed");
        assertThat(refused.state().get("error").asText()).isEqualTo("type_not_allowed");
        assertThat(refused.head().status()).isEqualTo(410);
        refused.patch(0, noise).expect(410);
        assertNothingHeld();

        TusClient givenUp = TusClient.begin(ann, TEXT.length, Map.of());
        givenUp.patch(0, Arrays.copyOf(TEXT, 10 * MIB)).expect(204);
        assertThat(held()).hasSizeGreaterThan(others.size());
        givenUp.delete().expect(204);
        assertThat(givenUp.head().status()).isEqualTo(404);
        givenUp.delete().expect(404);
        assertNothingHeld();

        TusClient forgotten = TusClient.begin(ann, TEXT.length, Map.of());
        forgotten.patch(0, Arrays.copyOf(TEXT, 10 * MIB)).expect(204);
        expire(forgotten);
        assertThat(forgotten.head().status()).isEqualTo(404);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            sweeper.sweep();
            assertNothingHeld();
        });
    }

    /** Lets a message take the finished upload. */
    private JsonNode taken(TusClient upload) {
        JsonNode state = upload.state();
        assertThat(state.get("state").asText()).isEqualTo("finished");
        return ann.post("/api/chat/rooms/" + ann.group("Files") + "/messages",
                Map.of("attachment_ids", List.of(state.get("attachment").asText()))).expect(201).get("files_data").get(0);
    }

    private void expire(TusClient upload) throws SQLException {
        change(upload, "expires_at = now()");
    }

    /** As when the request that writes has been silent for so long that another has gone on, and ended since. */
    private void loseLease(TusClient upload) throws SQLException {
        await().untilAsserted(() -> assertThat(upload.patch(TEXT.length, new byte[1]).status()).isEqualTo(423));
        change(upload, "writer = gen_random_uuid(), writer_until = now()");
    }

    private static int status(Socket socket) throws IOException {
        String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        return Integer.parseInt(answer.substring(9));
    }

    private void change(TusClient upload, String values) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection
                        .prepareStatement("update resumable_uploads set " + values + " where id = ?::uuid")) {
            statement.setString(1, upload.path.substring(upload.path.lastIndexOf('/') + 1));
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private static byte[] fetched(JsonNode file) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(file.get("file_path").asText())).build(),
                    BodyHandlers.ofByteArray()).body();
        }
    }

    private static String hash(String algorithm, byte[] bytes) throws Exception {
        return Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    private static byte[] text(int size) {
        StringBuilder text = new StringBuilder(size + 20);
        for (int line = 0; text.length() < size; line++) {
            text.append("This is line ").append(line).append('\n');
        }
        return text.substring(0, size).getBytes(StandardCharsets.US_ASCII);
    }
}

package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.attachment.jobs.FileJobs;
import dev.parley.testsupport.Clamav;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Scanner;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;

/** Files are scanned by a real clamd before anybody gets their bytes; what cannot be scanned is withheld. */
@QuarkusTest
@WithTestResource(Scanner.class)
class ScanningTest extends FilesScene {

    private static final String EICAR_NAME = "Eicar-Test-Signature.UNOFFICIAL";
    private static final String PROGRAM_NAME = "Clam-Test-Program.UNOFFICIAL";

    private static Clamav clamav;

    @Inject
    FileJobs jobs;

    @BeforeAll
    static void start() {
        clamav = Clamav.start(Scanner.DIRECTORY);
    }

    @AfterAll
    static void stop() {
        if (clamav != null) {
            clamav.close();
        }
    }

    @Test
    void nobodyGetsBytesByAnyRouteUntilTheScannerHasDecidedAndThenTheRoomHears() {
        try (Socket bens = ben.socket()) {
            clamav.freeze();
            JsonNode message = posted(new Form().file(SampleFiles.get("photo.jpg")));
            JsonNode file = message.at("/files_data/0");
            assertThat(file.get("scan_state").asText()).isEqualTo("scanning");
            assertThat(bens.await("new_message").at("/data/files_data/0/scan_state").asText()).isEqualTo("scanning");
            String picture = avatar(sample("photo.png"));
            for (Person person : List.of(ann, ben)) {
                for (String route : routes(message)) {
                    assertWithheld(Fetch.of("GET", route, "Authorization", "Bearer " + person.token), 423, "file_scanning");
                    assertWithheld(Fetch.get(route, "Authorization", "Bearer " + person.token, "Range", "bytes=0-9"), 423,
                            "file_scanning");
                    assertWithheld(Fetch.get(route, "Authorization", "Bearer " + person.token, "If-None-Match", "*"), 423,
                            "file_scanning");
                    assertThat(Fetch.of("HEAD", route, "Authorization", "Bearer " + person.token).status()).isEqualTo(423);
                }
            }
            assertWithheld(Fetch.get(picture), 423, "file_scanning");
            assertThat(Fetch.get(picture).header("retry-after")).isEqualTo("2");
            for (String route : routes(message)) {
                assertThat(Fetch.get(route, "Authorization", "Bearer " + stranger.token).status()).isEqualTo(404);
            }

            clamav.thaw();
            JsonNode update = bens.await("message_update");
            assertThat(update.at("/data/files_data/0/scan_state").asText()).isEqualTo("clean");
            assertThat(update.at("/data/version").asLong()).isGreaterThan(message.get("version").asLong());
            for (String route : routes(message)) {
                assertThat(Fetch.get(route, "Authorization", "Bearer " + ben.token).body()).isEqualTo(sample("photo.jpg"));
            }
            Awaitility.await().until(() -> Fetch.get(picture).status() == 200);
            JsonNode missed = ben.get("/api/chat/rooms/" + room + "/changes?since=" + message.get("version").asLong())
                    .expect(200);
            assertThat(missed.at("/changes/0/data/files_data/0/scan_state").asText()).isEqualTo("clean");
        } finally {
            clamav.thaw();
        }
    }

    @Test
    void whatTheScannerFindsIsBlockedThroughEveryDoorAndItsBytesGo() throws IOException {
        try (Socket bens = ben.socket()) {
            JsonNode eicar = posted(new Form().file("harmless.txt", Clamav.EICAR));
            assertBlocked(bens, EICAR_NAME);
            posted(new Form().file("clam.zip", Clamav.sample("clam.zip")));
            assertBlocked(bens, PROGRAM_NAME);
            ann.send("POST", "/messages/upload", new Form().field("conversation_id", room)
                    .file("file", "clam.exe", Clamav.sample("clam.exe")).body(), Form.TYPE).expect(200);
            assertBlocked(bens, PROGRAM_NAME);
            ann.send("POST", "/api/chat/conversations/" + room + "/send-file", new Form()
                    .file("file", "clam.7z", Clamav.sample("clam.7z")).body(), Form.TYPE).expect(201);
            JsonNode last = assertBlocked(bens, PROGRAM_NAME);
            JsonNode added = ann.send("POST", "/api/v1/media/upload", new Form().field("message_id", last.get("id").asText())
                    .file("file", "clam.pdf", Clamav.sample("clam.pdf")).body(), Form.TYPE).expect(201);
            Awaitility.await()
                    .until(() -> count("select count(*) from media_attachments where scan_state = 'blocked' and id = '"
                            + added.get("id").asText() + "' and 0 < ?", 1) == 1);

            for (Person person : List.of(ann, ben)) {
                for (String route : routes(eicar)) {
                    assertWithheld(Fetch.get(route, "Authorization", "Bearer " + person.token), 403, "file_blocked");
                }
            }
            JsonNode page = ben.get("/api/chat/rooms/" + room + "/messages").expect(200);
            assertThat(page.at("/messages/0/files_data/0/file_name").asText()).isEqualTo("harmless.txt");
            assertThat(page.at("/messages/0/files_data/0/scan_reason").asText()).isEqualTo(EICAR_NAME);
        }
        byte[] disguised = (new String(sample("photo.bmp"), StandardCharsets.ISO_8859_1)
                + new String(Clamav.EICAR, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
        String picture = avatar(disguised);
        Awaitility.await().until(() -> Fetch.get(picture).status() == 403);
        assertThat(ann.patch("/api/auth/me", java.util.Collections.singletonMap("avatar_url", null)).status()).isEqualTo(200);
        sweptUntil(() -> assertThat(count("""
                select count(*) from media_attachments
                 where owner_id = ? and scan_state = 'blocked' and storage_key is not null""", ann.id)).isZero());
    }

    @Test
    void aScannerThatIsAwayIsWaitedForAndItsAbsenceIsNoTry() {
        clamav.kill();
        try (Socket bens = ben.socket()) {
            JsonNode message = posted(new Form().file("a.txt", utf8("Hello")));
            String url = message.at("/files_data/0/file_path").asText();
            String id = message.at("/files_data/0/id").asText();
            Awaitility.await().until(() -> count("select count(*) from file_jobs where attachment_id = '" + id
                    + "' and due_at < now() + interval '1 minute' and tries = ?", 0) == 1);
            // As if it had been tried twice: one try more would be the last.
            change("update file_jobs set tries = 2, due_at = 'epoch' where attachment_id = '" + id + "'");
            Awaitility.await().until(() -> {
                jobs.wake();
                return count("select count(*) from file_jobs where attachment_id = '" + id
                        + "' and due_at between now() - interval '1 hour' and now() + interval '1 minute' and tries = ?",
                        2) == 1;
            });
            assertWithheld(Fetch.get(url), 423, "file_scanning");

            clamav.restart();
            assertThat(bens.await(frame -> frame.path("type").asText().equals("message_update"), Duration.ofSeconds(30))
                    .at("/data/files_data/0/scan_state").asText()).isEqualTo("clean");
            assertThat(Fetch.get(url).body()).isEqualTo(utf8("Hello"));
        } finally {
            clamav.kill();
            clamav.restart();
        }
    }

    @Test
    void whatCannotBeScannedIsBlockedWhereNothingMayPassUnscannedAndItsBytesAreKept() {
        try (Socket bens = ben.socket()) {
            JsonNode large = posted(new Form().file("large.txt", utf8("x".repeat(Clamav.LIMIT + 1))));
            assertBlocked(bens, "too_large");

            clamav.freeze();
            JsonNode message = posted(new Form().file("poison.txt", utf8("Hello")));
            String id = message.at("/files_data/0/id").asText();
            Awaitility.await().until(() -> count("select count(*) from file_jobs where attachment_id = '" + id
                    + "' and tries = ?", 1) == 1);
            // The server has died in the middle of it, three times: the lease of the last is over.
            change("update file_jobs set tries = 3, due_at = now() where attachment_id = '" + id + "'");
            jobs.wake();
            assertBlocked(bens, "failed");
            Awaitility.await().until(
                    () -> count("select count(*) from file_jobs where attachment_id = '" + id + "' and tries > ?", 0) == 0);
            ann.delete("/api/chat/messages/" + large.get("id").asText()).expect(200);
            sweptUntil(() -> assertThat(count("select count(*) from media_attachments where storage_key is not null and id = '"
                    + large.at("/files_data/0/id").asText() + "' and 0 < ?", 1)).isZero());

            // Whoever was taken for dead comes to an end after all, which needs the bytes.
            clamav.thaw();
            assertThat(bens.await(frame -> frame.at("/data/files_data/0/id").asText().equals(id)
                    && frame.at("/data/files_data/0/scan_state").asText().equals("clean"), Duration.ofSeconds(20))).isNotNull();
            assertThat(Fetch.get(message.at("/files_data/0/file_path").asText()).body()).isEqualTo(utf8("Hello"));

            change("update media_attachments set scan_state = 'blocked', scan_reason = 'failed' where id = '" + id + "'");
            jobs.addFailedScans();
            jobs.wake();
            Awaitility.await().until(() -> count("select count(*) from media_attachments where scan_state = 'clean' and id = '"
                    + id + "' and 0 < ?", 1) == 1);
        } finally {
            clamav.thaw();
        }
    }

    /** By an update, or already by the new message when the scanner was quicker than the post. */
    private JsonNode assertBlocked(Socket bens, String reason) {
        JsonNode message = bens.await(frame -> frame.at("/data/files_data/0/scan_state").asText().equals("blocked"),
                Duration.ofSeconds(20)).get("data");
        assertThat(message.at("/files_data/0/scan_reason").asText()).isEqualTo(reason);
        assertWithheld(Fetch.get(message.at("/files_data/0/file_path").asText()), 403, "file_blocked");
        return message;
    }

    /** Every address that yields the bytes of a message's first file. */
    private List<String> routes(JsonNode message) {
        String id = message.at("/files_data/0/id").asText();
        return List.of(base + "api/files/" + id, base + "api/v1/media/files/" + id + ".jpg",
                base + "api/v1/media/files/" + id);
    }

    private String avatar(byte[] bytes) {
        return base.resolve(ann.send("PUT", "/api/auth/me/avatar", BodyPublishers.ofByteArray(bytes), "image/png").expect(200)
                .get("avatar_url").asText()).toString();
    }

    private static void assertWithheld(Fetch answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"" + code + "\"");
    }
}

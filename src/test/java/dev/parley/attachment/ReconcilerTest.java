package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.junit.QuarkusTest;

/** Every class of leftovers is found, told of, and removed after its age; nothing else is touched. */
@QuarkusTest
class ReconcilerTest extends FilesScene {

    private static final FileTime LONG_AGO = FileTime.from(Instant.now().minus(Duration.ofDays(2)));

    @Inject
    ObjectStore store;

    private final List<Path> made = new ArrayList<>();
    private Person admin;

    @BeforeEach
    void anAdmin() {
        admin = Person.admin(base);
        // What other tests, or runs of days ago, have left.
        reconcile("object_without_row", "?dry_run=false&force=true");
    }

    @AfterEach
    void tidyUp() throws IOException {
        for (Path file : made) {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void anObjectThatNoRowKnowsIsRemovedOnceItIsOldAndAFileOfAMessageNever() throws IOException {
        Path bound = old(object(photo().at("/files_data/0/id").asText()));
        Path orphan = old(stray(ObjectStore.newKey()));
        Path young = stray(ObjectStore.newKey());
        Path foreign = old(stray("notes-of-another-program"));

        JsonNode dry = reconcile("object_without_row", "");

        assertThat(dry.get("found").asInt()).isEqualTo(1);
        assertThat(dry.get("bytes").asInt()).isEqualTo(3);
        assertThat(dry.get("removed").asInt()).isZero();
        assertThat(dry.at("/sample/0/name").asText()).isEqualTo(orphan.getFileName().toString());
        assertThat(orphan).exists();

        JsonNode real = reconcile("object_without_row", "?dry_run=false");

        assertThat(real.get("removed").asInt()).isEqualTo(1);
        assertThat(orphan).doesNotExist();
        assertThat(List.of(bound, young, foreign)).allMatch(Files::exists);
        assertThat(admin.get("/api/admin/storage").expect(200).at("/last_reconciliation/dry_run").asBoolean(true)).isFalse();
        assertThat(reconcile("object_without_row", "?dry_run=false").get("found").asInt()).isZero();
    }

    @Test
    void whatLooksLikeTheWrongDatabaseIsNotRemovedUnlessSomebodyInsists() throws IOException {
        int many = 6 + reconcile("object_without_row", "").get("looked").asInt() / 5;
        List<Path> objects = new ArrayList<>();
        for (int number = 0; number < many; number++) {
            objects.add(old(stray(ObjectStore.newKey())));
        }

        JsonNode held = reconcile("object_without_row", "?dry_run=false");

        assertThat(held.get("found").asInt()).isEqualTo(many);
        assertThat(held.get("sample")).hasSize(10);
        assertThat(held.get("removed").asInt()).isZero();
        assertThat(held.get("note").asText()).contains("force=true");
        assertThat(objects).allMatch(Files::exists);

        assertThat(reconcile("object_without_row", "?dry_run=false&force=true").get("removed").asInt()).isEqualTo(many);
        assertThat(objects).noneMatch(Files::exists);
    }

    @Test
    void whatIsMistypedRemovesNothing() throws IOException {
        Path orphan = old(stray(ObjectStore.newKey()));

        for (String query : List.of("?dry_run=1", "?dry_run=yes", "?dry_run=fasle", "?dry_run=FALSE",
                "?dry_run=false&force=1")) {
            assertRefused(admin.post("/api/admin/storage/reconcile" + query, null), 400, "bad_request",
                    query.contains("force") ? "force must be true or false" : "dry_run must be true or false");
        }

        assertThat(orphan).exists();
    }

    @Test
    void theReportCountsUploadsThatHaveNotEndedAndBytesOfBlockedFiles() {
        JsonNode before = admin.get("/api/admin/storage").expect(200);
        String file = photo().at("/files_data/0/id").asText();
        try {
            // With a key that no store takes, so that no sweep is quicker than we are.
            change("insert into resumable_uploads (id, owner_id, metadata, file_name, content, received, storage_key, expires_at)"
                    + " values (gen_random_uuid(), " + ann.id
                    + ", '', 'a', '', 123, 'ReconcilerTest', now() + interval '1 hour')");
            change("update media_attachments set scan_state = 'blocked', size = 456, storage_key = 'ReconcilerTest-' || storage_key"
                    + " where id = '" + file + "'");

            JsonNode after = admin.get("/api/admin/storage").expect(200);

            assertThat(after.at("/arriving/uploads").asLong()).isEqualTo(before.at("/arriving/uploads").asLong() + 1);
            assertThat(after.at("/arriving/bytes").asLong()).isEqualTo(before.at("/arriving/bytes").asLong() + 123);
            assertThat(after.at("/to_remove/files").asLong()).isEqualTo(before.at("/to_remove/files").asLong() + 1);
            assertThat(after.at("/to_remove/bytes").asLong()).isEqualTo(before.at("/to_remove/bytes").asLong() + 456);
        } finally {
            change("delete from resumable_uploads where storage_key = 'ReconcilerTest'");
            change("update media_attachments set scan_state = 'clean', storage_key = replace(storage_key, 'ReconcilerTest-', '')"
                    + " where id = '" + file + "'");
        }
    }

    @Test
    void aFileWhoseBytesAreLostIsToldOfAndStaysInItsMessage() throws IOException {
        JsonNode message = photo();
        String id = message.at("/files_data/0/id").asText();
        int others = reconcile("row_without_object", "").get("found").asInt();
        Files.delete(object(id));

        JsonNode found = reconcile("row_without_object", "?dry_run=false");

        assertThat(found.get("found").asInt()).as("however young").isEqualTo(others + 1);
        assertThat(found.get("sample").findValuesAsText("name"))
                .contains("file " + id + " of message " + message.get("id").asText());
        assertThat(found.get("removed").asInt()).isZero();
        assertThat(ben.get("/api/chat/rooms/" + room + "/messages").expect(200).at("/messages/0/files_data/0/id").asText())
                .isEqualTo(id);
        ann.delete("/api/chat/messages/" + message.get("id").asText()).expect(200);
        assertThat(reconcile("row_without_object", "").get("found").asInt()).isEqualTo(others);
    }

    @Test
    void oldTemporaryFilesAndHalfCopiesAreRemovedAndYoungOnesAreNot() throws IOException {
        Path part = old(made(data.uploads().resolve(ObjectStore.newKey() + ".part")));
        Path arriving = made(data.uploads().resolve(ObjectStore.newKey() + ".part"));
        Path half = old(made(data.files().resolve("incoming").resolve(ObjectStore.newKey())));
        Path copying = made(data.files().resolve("incoming").resolve(ObjectStore.newKey()));

        JsonNode round = admin.post("/api/admin/storage/reconcile?dry_run=false", null).expect(200);

        assertThat(of(round, "temporary_file").get("removed").asInt()).isEqualTo(1);
        assertThat(of(round, "unfinished_upload").get("removed").asInt()).isEqualTo(1);
        assertThat(List.of(part, half)).noneMatch(Files::exists);
        assertThat(List.of(arriving, copying)).allMatch(Files::exists);
    }

    @Test
    void theReportSaysWhatOfDeletedMessagesIsStillThereAndThoseThatCannotGoDelayNoOther() throws IOException {
        List<Path> inTheWay = new ArrayList<>();
        List<Path> locks = new ArrayList<>();
        List<Path> go = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < 4; i++) {
            JsonNode stuck = photo();
            JsonNode other = photo();
            Path object = object(stuck.at("/files_data/0/id").asText());
            bytes += Files.size(object);
            Files.delete(object);
            Files.createDirectory(object);
            locks.add(made(object.resolve("lock")));
            inTheWay.add(object);
            go.add(object(other.at("/files_data/0/id").asText()));
            ann.delete("/api/chat/messages/" + stuck.get("id").asText()).expect(200);
            ann.delete("/api/chat/messages/" + other.get("id").asText()).expect(200);
        }

        sweptUntil(() -> assertThat(go).noneMatch(Files::exists));
        JsonNode waiting = admin.get("/api/admin/storage").expect(200).get("to_remove");
        assertThat(waiting.get("files").asInt()).isEqualTo(locks.size());
        assertThat(waiting.get("bytes").asLong()).isEqualTo(bytes);
        change("update media_attachments set deleted_at = now() - interval '90 seconds' where state = 'deleted' and"
                + " storage_key is not null");
        assertThat(admin.get("/api/admin/storage").expect(200).at("/to_remove/oldest_seconds").asLong()).isBetween(90L, 120L);

        for (Path lock : locks) {
            Files.delete(lock);
        }

        sweptUntil(() -> assertThat(inTheWay).noneMatch(Files::exists));
        assertThat(admin.get("/api/admin/storage").expect(200).at("/to_remove/files").asInt()).isZero();
    }

    /** Nobody sweeps here but the schedule, as it is where nobody sets it. */
    @Test
    void theBytesOfADeletedMessageAreGoneWithinAMinuteAndTheReportSaysSo() {
        assertThat(ConfigProvider.getConfig().getValue("parley.files.sweep-every", String.class)).as("the default")
                .isEqualTo("15s");
        JsonNode before = inState("bound");
        JsonNode message = photo();
        Path object = object(message.at("/files_data/0/id").asText());
        assertThat(object).exists();
        assertThat(inState("bound").get("files").asLong()).isEqualTo(before.path("files").asLong() + 1);

        ann.delete("/api/chat/messages/" + message.get("id").asText()).expect(200);

        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(object).doesNotExist();
            JsonNode waiting = admin.get("/api/admin/storage").expect(200).get("to_remove");
            assertThat(List.of(waiting.get("files").asLong(), waiting.get("bytes").asLong(),
                    waiting.get("oldest_seconds").asLong())).containsOnly(0L);
        });
        assertThat(inState("bound").path("files").asLong()).isEqualTo(before.path("files").asLong());
        assertThat(inState("bound").path("bytes").asLong()).isEqualTo(before.path("bytes").asLong());
    }

    @Test
    void theReportAddsUpFilesByStateAndByPerson() {
        JsonNode before = inState("bound");
        long previews = admin.get("/api/admin/storage").expect(200).at("/previews/bytes").asLong();
        JsonNode photo = photo().at("/files_data/0");
        long size = photo.get("file_size").asLong();
        change("""
                insert into media_previews (attachment_id, size, storage_key, mime_type, bytes, sha256, width, height)
                values ('%s', 'small', 'a key', 'image/webp', 1000, '', 1, 1)""".formatted(photo.get("id").asText()));
        assertThat(admin.get("/api/admin/storage").expect(200).at("/previews/bytes").asLong()).isEqualTo(previews + 1000);

        JsonNode after = inState("bound");

        assertThat(after.get("files").asLong()).isEqualTo(before.path("files").asLong() + 1);
        assertThat(after.get("bytes").asLong()).isEqualTo(before.path("bytes").asLong() + size);
        Person cyd = Person.register(base, "Cyd");
        String ofCyd = cyd.post(cyd.group("Mine"), new Form().file(SampleFiles.get("photo.jpg"))).expect(201)
                .at("/files_data/0/id").asText();
        // More than anybody else has.
        long huge = 1L << 50;
        change("update media_attachments set size = size + %d where id = '%s'".formatted(huge, ofCyd));
        JsonNode largest = admin.get("/api/admin/storage").expect(200).get("largest");
        change("update media_attachments set size = size - %d where id = '%s'".formatted(huge, ofCyd));
        assertThat(largest.at("/0/user_id").asLong()).isEqualTo(cyd.id);
        assertThat(largest.at("/0/name").asText()).isEqualTo("Cyd");
        assertThat(largest.at("/0/files").asLong()).isEqualTo(1);
        assertThat(largest.at("/0/bytes").asLong()).isEqualTo(huge + size);
        assertThat(largest.findValues("bytes")).extracting(JsonNode::asLong)
                .isSortedAccordingTo((one, other) -> Long.compare(other, one));
    }

    private JsonNode inState(String state) {
        for (JsonNode line : admin.get("/api/admin/storage").expect(200).get("files")) {
            if (line.get("state").asText().equals(state)) {
                return line;
            }
        }
        return MissingNode.getInstance();
    }

    private JsonNode reconcile(String kind, String query) {
        return of(admin.post("/api/admin/storage/reconcile" + query, null).expect(200), kind);
    }

    private static JsonNode of(JsonNode round, String kind) {
        for (JsonNode some : round.get("leftovers")) {
            if (some.get("kind").asText().equals(kind)) {
                return some;
            }
        }
        throw new AssertionError("no " + kind + " in " + round);
    }

    private JsonNode photo() {
        return posted(new Form().file(SampleFiles.get("photo.jpg")));
    }

    private Path object(String fileId) {
        String key = text("select storage_key from media_attachments where id = '" + fileId + "'");
        return store.file(key).orElseThrow();
    }

    private Path stray(String name) throws IOException {
        return made(Files.createDirectories(data.files().resolve(name.substring(0, 2))).resolve(name));
    }

    private Path made(Path file) throws IOException {
        made.add(file);
        return Files.writeString(file, "abc");
    }

    private static Path old(Path file) throws IOException {
        return Files.setLastModifiedTime(file, LONG_AGO);
    }
}

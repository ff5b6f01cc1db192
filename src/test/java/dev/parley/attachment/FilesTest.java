package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.junit.QuarkusTest;

/** Messages with files, posted as forms. */
@QuarkusTest
class FilesTest extends FilesScene {

    private static final int IMAGE_LIMIT = 10 * 1024 * 1024;

    @Test
    void aPhotoComesWithItsCaptionAndWhatItsBytesTell() {
        long first = ann.post(room, "Look at this").get("id").asLong();

        JsonNode message = posted(new Form().field("content", "At the sea").field("reply_to", first)
                .field("local_temp_id", "tmp-1").file(SampleFiles.get("photo.jpg")));

        assertThat(message.get("content").asText()).isEqualTo("At the sea");
        assertThat(message.get("message_type").asText()).isEqualTo("image");
        assertThat(message.get("local_temp_id").asText()).isEqualTo("tmp-1");
        assertThat(message.get("reply_to").asLong()).isEqualTo(first);
        assertThat(message.at("/reply_preview/content").asText()).isEqualTo("Look at this");
        assertThat(message.get("has_media").asBoolean()).isTrue();
        assertThat(message.get("duration").isNull()).isTrue();
        JsonNode file = message.at("/files_data/0");
        assertThat(file.get("file_name").asText()).isEqualTo("photo.jpg");
        assertThat(file.get("mime_type").asText()).isEqualTo("image/jpeg");
        assertThat(file.get("kind").asText()).isEqualTo("image");
        assertThat(file.get("file_size").asLong()).isEqualTo(sample("photo.jpg").length);
        assertThat(file.get("width").asInt()).isEqualTo(321);
        assertThat(file.get("height").asInt()).isEqualTo(123);
        assertThat(file.get("duration").isNull()).isTrue();
        assertThat(Fetch.get(file.get("file_path").asText()).body()).isEqualTo(sample("photo.jpg"));
        JsonNode page = ben.get("/api/chat/rooms/" + room + "/messages").expect(200);
        assertThat(page.at("/messages/1/files_data/0/id")).isEqualTo(file.get("id"));
        assertThat(page.at("/messages/1/local_temp_id").isNull()).isTrue();
        assertThat(ann.get("/api/chat/rooms/" + room).expect(200).at("/last_message/has_media").asBoolean()).isTrue();
    }

    /** The size is that of what is stored, and a retry is the same request still. */
    @Test
    void whatAPhotoTellsOfItsMakerIsGoneBeforeAnybodyCanFetchIt() {
        byte[] photo = sample("photo.jpg");
        byte[] comment = utf8("\0\rSecretPlace");
        byte[] telling = ByteBuffer.allocate(photo.length + 2 + comment.length + 12).put(photo, 0, 2).put((byte) 0xff)
                .put((byte) 0xfe).put(comment).put(photo, 2, photo.length - 2).put(utf8("SecretFilm..")).array();

        JsonNode message = posted(new Form().file("beach.jpg", telling));
        JsonNode file = message.at("/files_data/0");
        assertThat(file.get("file_size").asLong()).isEqualTo(photo.length);
        assertThat(Fetch.get(file.get("file_path").asText()).body()).isEqualTo(photo);
        String key = UUID.randomUUID().toString();
        Answer first = ann.post(room, new Form().file("beach.jpg", telling), "Idempotency-Key", key);
        Answer second = ann.post(room, new Form().file("beach.jpg", telling), "Idempotency-Key", key);
        assertThat(second.expect(200).get("id")).isEqualTo(first.expect(201).get("id"));
        JsonNode picture = ann.send("PUT", "/api/auth/me/avatar", new Form().file("me.jpg", telling).body(), Form.TYPE)
                .expect(200);
        assertThat(Fetch.get(base.resolve(picture.get("avatar_url").asText()).toString()).body()).isEqualTo(photo);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            "photo.jpg, -, image",
            "photo.jpg photo.png photo.gif, -, image",
            "voice.wav, -, voice",
            "clip.webm start.mp4, -, video",
            "photo.jpg voice.wav, -, file",
            "photo.jpg clip.webm, text, file",
            "photo.jpg, text, image",
            "photo.jpg, image, image",
            "voice.wav, voice, voice",
            "clip.webm, video, video",
            "photo.jpg, file, file",
            "photo.jpg voice.wav clip.webm, file, file" })
    void theTypeOfAMessageFollowsItsFilesUnlessItIsSaid(String files, String said, String type) {
        Form form = form(files);

        JsonNode message = posted(said == null ? form : form.field("message_type", said));

        assertThat(message.get("message_type").asText()).isEqualTo(type);
        List<String> names = message.get("files_data").findValuesAsText("file_name");
        assertThat(names).containsExactly(files.split(" "));
        message.get("files_data").forEach(file -> assertThat(Fetch.get(file.get("file_path").asText()).body())
                .isEqualTo(sample(file.get("file_name").asText())));
    }

    @ParameterizedTest
    @CsvSource({ "photo.jpg voice.wav, image", "clip.webm, image", "photo.jpg, voice", "start.mp4, voice",
            "voice.wav photo.jpg, video" })
    void aMessageOfOneKindTakesNoOther(String files, String type) {
        JsonNode problem = assertRefused(ann.post(room, form(files).field("message_type", type)), 415, "type_not_allowed",
                "File type not allowed. Allowed types: ");

        assertThat(problem.get("detail").asText()).contains(Kind.of(type) == Kind.VOICE ? "audio/mpeg" : type + "/");
        assertNothingLeft();
    }

    @Test
    void howLongItLastsIsMeasuredElseBelievedAndNeverAReasonToRefuse() {
        JsonNode told = posted(form("voice.wav").field("duration", 99));
        assertThat(told.get("duration").asDouble()).isEqualTo(2);
        assertThat(told.at("/files_data/0/duration").asDouble()).isEqualTo(2);

        JsonNode video = posted(form("start.mp4").field("duration", 99));
        assertThat(video.at("/files_data/0/duration").asDouble()).isEqualTo(2);
        assertThat(video.get("duration").isNull()).as("only of voice messages").isTrue();

        // A header alone: nothing tells how long it lasts.
        byte[] untold = Arrays.copyOf(sample("voice.wav"), 36);
        JsonNode voice = posted(new Form().field("duration", "12.5").file("cut.wav", untold));
        assertThat(voice.get("message_type").asText()).isEqualTo("voice");
        assertThat(voice.get("duration").asDouble()).isEqualTo(12.5);
        assertThat(voice.at("/files_data/0/duration").asDouble()).isEqualTo(12.5);

        assertThat(posted(form("photo.jpg").field("duration", 5)).at("/files_data/0/duration").isNull()).isTrue();
        for (String nonsense : List.of("", "abc", "-1", "NaN", "Infinity", "1e300")) {
            JsonNode message = posted(new Form().file("cut.wav", untold).field("duration", nonsense));
            assertThat(message.get("duration").isNull()).as(nonsense).isTrue();
            assertThat(message.at("/files_data/0/duration").isNull()).as(nonsense).isTrue();
        }
    }

    @Test
    void aRetryFindsTheFirstMessageAndKeepsNoSecondFile() {
        String key = UUID.randomUUID().toString();
        long first = ann.post(room, form("photo.jpg").field("content", "once"), "Idempotency-Key", key).expect(201)
                .get("id").asLong();
        int objects = stored().size();
        byte[] changed = sample("photo.jpg");
        changed[changed.length - 3] ^= 1;

        JsonNode again = ann.post(room, form("photo.jpg").field("content", "once").field("local_temp_id", "other"),
                "Idempotency-Key", key).expect(200);

        assertThat(again.get("id").asLong()).isEqualTo(first);
        assertThat(Fetch.get(again.at("/files_data/0/file_path").asText()).status()).isEqualTo(200);
        for (Form other : List.of(form("photo.png").field("content", "once"), form("photo.jpg").field("content", "twice"),
                form("photo.jpg photo.jpg").field("content", "once"),
                new Form().file("photo.jpg", changed).field("content", "once"))) {
            assertRefused(ann.post(room, other, "Idempotency-Key", key), 422, "key_reused", "This idempotency key");
        }
        sweptUntil(() -> assertThat(stored()).hasSizeLessThanOrEqualTo(objects));
        ann.delete("/api/chat/messages/" + first).expect(200);
        assertNothingLeftOf(ann);
        assertThat(ann.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong()).isEqualTo(1);
    }

    @Test
    void aFormMayNameFilesThatWereUploadedBefore() {
        List<String> uploaded = ann.send("POST", "/api/upload", form("photo.gif photo.bmp").body(), Form.TYPE).expect(201)
                .get("files").findValuesAsText("id");
        assertRefused(ben.post(room, form("photo.png").field("attachment_ids", uploaded.get(0))), 404, "file_not_found",
                "File");

        JsonNode files = posted(form("photo.png").field("attachment_ids", uploaded.get(0))
                .field("attachment_ids", uploaded.get(1))).get("files_data");

        assertThat(files.findValuesAsText("file_name")).containsExactly("photo.gif", "photo.bmp", "photo.png");
        assertThat(files.findValuesAsText("id")).startsWith(uploaded.toArray(String[]::new));
    }

    @Test
    void tenFilesAreTakenAndElevenAreNot() {
        JsonNode message = posted(form("photo.png ".repeat(10).strip()));
        assertThat(message.get("files_data")).hasSize(10);
        assertThat(message.at("/files_data").findValuesAsText("id")).doesNotHaveDuplicates();
        ann.delete("/api/chat/messages/" + message.get("id").asLong()).expect(200);

        room = ann.group("Eleven", ben);
        assertRefused(ann.post(room, form("photo.png ".repeat(11).strip())), 400, "too_many_files",
                "Too many files. Maximum: 10");
        assertNothingLeft();
    }

    @Test
    void anImageOfTenMebibytesIsTheLargest() {
        byte[] largest = Arrays.copyOf(sample("photo.jpg"), IMAGE_LIMIT);
        long id = posted(new Form().file("large.jpg", largest)).get("id").asLong();
        ann.delete("/api/chat/messages/" + id).expect(200);

        room = ann.group("Too large", ben);
        assertRefused(ann.post(room, new Form().file("larger.jpg", Arrays.copyOf(largest, IMAGE_LIMIT + 1))), 413,
                "file_too_large", "File too large. Maximum size: 10.0MB");
        assertRefused(ann.post(room, form("photo.png").file("far-larger.mp4", Arrays.copyOf(largest, 3 * IMAGE_LIMIT))),
                413, "file_too_large", "File too large. Maximum size: 10.0MB");
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = { "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            "<!DOCTYPE html><script>alert(1)</script>", " \n<html><script>alert(1)</script>",
            "\ufeff<?xml version=\"1.0\"?><x/>",
            "MZ\u0000\u0001 a program", "\u007fELF\u0002", "#!/bin/sh\u0000" })
    void whatIsNoneOfTheKnownTypesIsRefusedWhateverItIsCalled(String content) {
        for (String name : List.of("photo.png", "letter.pdf", "x.svg", "x.html", "x.txt")) {
            JsonNode problem = assertRefused(ann.post(room, new Form().file(name, utf8(content))), 415,
                    "type_not_allowed", "File type not allowed. Allowed types: ");
            assertThat(problem.get("detail").asText()).contains("image/jpeg", "video/mp4", "audio/mpeg", "application/pdf");
        }
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = { "photo.gif", "photo.png", "photo.jpg", "photo.bmp", "voice.wav" })
    void aFileThatIsTwoThingsAtOnceIsServedAsTheFirstAndNeverSniffed(String name) {
        byte[] honest = sample(name);
        byte[] script = utf8("<html><script>alert(1)</script></html>");
        byte[] both = Arrays.copyOf(honest, honest.length + script.length);
        System.arraycopy(script, 0, both, honest.length, script.length);

        JsonNode file = posted(new Form().file("page.html", both)).at("/files_data/0");

        Fetch served = Fetch.get(file.get("file_path").asText());
        assertThat(served.header("content-type")).isEqualTo(FileType.ofMime(file.get("mime_type").asText()).mime)
                .doesNotContain("html");
        assertThat(served.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(served.header("content-security-policy")).startsWith("sandbox; default-src 'none'");
    }

    @Test
    void whatIsWrongWithTheRestOfTheFormLeavesNoFileEither() {
        assertRefused(ann.post(room, new Form().file("empty.png", new byte[0])), 400, "empty_file", "The file is empty");
        assertRefused(ann.post(room, form("photo.jpg").file("empty.png", new byte[0])), 400, "empty_file",
                "The file is empty");
        assertRefused(ann.post(room, new Form()), 400, "bad_request", "The form is malformed");
        assertRefused(ann.post(room, new Form().field("content", " ")), 400, "empty_message", "A message needs text");
        assertRefused(ann.post(room, new Form().file("", new byte[0])), 400, "empty_message", "A message needs text");
        assertRefused(ann.post(room, form("photo.jpg").field("content", "x".repeat(5001))), 400, "message_too_long",
                "Message too long");
        assertRefused(ann.post(room, form("photo.jpg").field("content", "a\0b")), 400, "bad_request", "The field content");
        assertRefused(ann.post(room, form("photo.jpg").field("reply_to", "0.5")), 400, "bad_request", "reply_to must be");
        assertRefused(ann.post(room, form("photo.jpg").field("reply_to", 1)), 404, "message_not_found",
                "The message replied to was not found");
        assertRefused(ann.post(room, form("photo.jpg").field("message_type", "sticker")), 400, "bad_request",
                "message_type must be");
        assertRefused(ann.post(room, form("photo.jpg").field("message_type", "image").field("local_temp_id", "x".repeat(256))),
                400, "bad_request", "local_temp_id is longer");
        assertRefused(ann.post(room, new Form().field("message_type", "image").field("content", "no image")), 400,
                "bad_request", "A message of type image needs a file");
        assertRefused(ann.post(room, form("photo.jpg"), "Idempotency-Key", "x".repeat(256)), 400, "bad_request",
                "idempotency key is longer");
        assertNothingLeft();
    }

    @Test
    void aStrangersUploadIsNotEvenReceived() {
        assertRefused(stranger.post(room, form("photo.jpg")), 404, "room_not_found", "Room not found");
        assertNothingLeftOf(stranger);
        assertNothingLeft();
    }

    @Test
    void aFileOfADeletedMessageIsUnreachableAtOnceAndGoneSoonAfter() {
        JsonNode message = posted(form("photo.jpg").field("content", "gone"));
        String url = message.at("/files_data/0/file_path").asText();
        assertThat(Fetch.get(url).status()).isEqualTo(200);

        ann.delete("/api/chat/messages/" + message.get("id").asLong()).expect(200);

        assertThat(Fetch.get(url).status()).isEqualTo(404);
        assertThat(Fetch.get(url, "If-None-Match", "*").status()).isEqualTo(404);
        assertNothingLeftOf(ann);
        assertThat(Fetch.get(url).status()).isEqualTo(404);
        JsonNode tombstone = ben.get("/api/chat/rooms/" + room + "/messages").expect(200).at("/messages/0");
        assertThat(tombstone.get("is_deleted").asBoolean()).isTrue();
        assertThat(tombstone.get("content").asText()).isEmpty();
        assertThat(tombstone.get("files_data").isNull()).isTrue();
    }

    /** They go on counting as one's own. */
    @Test
    void whoHasLeftDeletesTheirOwnFilesStillAndNothingElse() {
        long bens = ben.post(room, form("photo.jpg")).expect(201).get("id").asLong();
        JsonNode two = ben.post(room, form("photo.gif voice.wav")).expect(201);
        long anns = posted(form("photo.jpg")).get("id").asLong();
        ben.delete("/api/chat/rooms/" + room + "/members/" + ben.id).expect(204);

        assertThat(ben.delete("/api/chat/messages/" + anns).status()).isEqualTo(404);
        assertThat(ben.put("/api/chat/messages/" + bens, Map.of("content", "more")).status()).isEqualTo(404);
        JsonNode gone = ben.delete("/api/chat/messages/" + bens).expect(200);
        assertThat(gone.get("version").asLong()).as("how much happened there").isZero();
        assertThat(ben.delete("/api/v1/media/" + two.at("/files_data/0/id").asText()).status()).isEqualTo(204);

        JsonNode left = ann.get("/api/chat/rooms/" + room + "/messages").expect(200).get("messages");
        assertThat(left.at("/0/is_deleted").asBoolean()).isTrue();
        assertThat(left.at("/1/files_data")).hasSize(1);
        assertThat(left.at("/2/files_data")).hasSize(1);
        assertThat(ben.delete("/api/chat/messages/" + bens).status()).isEqualTo(404);
    }

    @Test
    void nothingTellsWhatADeletedFileWas() {
        String taken = posted(form("photo.jpg").field("content", "gone")).at("/files_data/0/id").asText();
        String detached = posted(form("photo.gif").field("content", "stays")).at("/files_data/0/id").asText();
        change("update media_attachments set placeholder = 'blurred' where owner_id = " + ann.id);

        ann.delete("/api/chat/messages/" + text("select message_id from media_attachments where id = '" + taken + "'"))
                .expect(200);
        ann.delete("/api/v1/media/" + detached);

        for (String file : List.of(taken, detached)) {
            assertThat(text("select state || original_name || coalesce(placeholder, '') from media_attachments where id = '"
                    + file + "'")).isEqualTo("deleted");
        }
    }

    @Test
    void ofAnUploadThatNoMessageTookNothingIsLeft() {
        List<String> unused = Stream.of("photo.jpg", "photo.gif").map(name -> ann
                .send("POST", "/api/upload", form(name).body(), Form.TYPE).expect(201).findValue("id").asText()).toList();
        ann.delete("/api/v1/media/" + unused.getFirst());
        change("update media_attachments set expires_at = now() where id = '" + unused.getLast() + "'");

        sweptUntil(() -> assertThat(text("select count(*) from media_attachments where id in ('"
                + String.join("', '", unused) + "')")).isEqualTo("0"));
        assertThat(Fetch.get(base + "api/files/" + unused.getFirst(), "Authorization", "Bearer " + ann.token).status())
                .isEqualTo(404);
        assertNothingLeft();
    }

    @Test
    void ofAnInfectedUploadThatNoMessageTookNothingIsLeft() {
        String id = ann.send("POST", "/api/upload", form("photo.gif").body(), Form.TYPE).expect(201).findValue("id").asText();
        change("update media_attachments set scan_state = 'blocked', scan_reason = 'Worm' where id = '" + id + "'");
        sweptUntil(() -> assertThat(text("select coalesce(storage_key, 'none') from media_attachments where id = '" + id + "'"))
                .isEqualTo("none"));

        change("update media_attachments set expires_at = now() where id = '" + id + "'");
        sweptUntil(() -> assertThat(text("select count(*) from media_attachments where id = '" + id + "'")).isEqualTo("0"));
    }

    @Test
    void aFileThatIsTakenBackWhileItIsSentIsNotShownToAnybody() throws Exception {
        try (ExecutorService posting = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                String id = ann.send("POST", "/api/upload", form("photo.gif").body(), Form.TYPE).expect(201)
                        .findValue("id").asText();
                Future<Answer> post = posting.submit(() -> ann.post("/api/chat/rooms/" + room + "/messages",
                        Map.of("content", "Look", "attachment_ids", List.of(id))));
                Answer back = ann.delete("/api/v1/media/" + id);
                assertThat(post.get().status()).isLessThan(500);
                int seen = Fetch.get(base + "api/files/" + id, "Authorization", "Bearer " + ben.token).status();
                assertThat(seen).as("after " + back.status()).isEqualTo(back.status() == 204 ? 404 : 200);
            }
        }
    }

    @Test
    void editingACaptionKeepsTheFiles() {
        JsonNode message = posted(form("photo.jpg photo.png").field("content", "before"));
        String path = "/api/chat/messages/" + message.get("id").asLong();

        for (String caption : List.of("after", "")) {
            Answer answer = ann.put(path, Map.of("content", caption));
            JsonNode edited = answer.expect(200);
            assertThat(edited.get("content").asText()).isEqualTo(caption);
            assertThat(edited.get("files_data").findValuesAsText("id"))
                    .isEqualTo(message.get("files_data").findValuesAsText("id"));
            assertThat(Fetch.get(edited.at("/files_data/1/file_path").asText()).body()).isEqualTo(sample("photo.png"));
        }
    }

    private static Form form(String files) {
        Form form = new Form();
        for (String file : files.split(" ")) {
            form.file(SampleFiles.get(file));
        }
        return form;
    }
}

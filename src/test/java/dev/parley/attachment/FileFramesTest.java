package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;
import io.quarkus.test.junit.QuarkusTest;

/** Files within frames of a socket, and the addresses of files in the frames that it hears. */
@QuarkusTest
class FileFramesTest extends FilesScene {

    private final List<Socket> sockets = new ArrayList<>();

    @Inject
    Uploads uploads;

    @AfterEach
    void leave() {
        sockets.forEach(Socket::close);
    }

    @Test
    void aPhotoInAFrameIsStoredAndEverybodyIsToldHowToFetchIt() {
        Socket sender = open(ann);
        Socket reader = open(ben);

        sender.send("send_message", Map.of("room_id", room, "content", "At the sea", "local_temp_id", "tmp-1", "files_data",
                List.of(Map.of("file_name", "sea.jpg", "file_data", base64("photo.jpg"), "duration", 3))));

        JsonNode echo = sender.await("new_message").get("data");
        assertThat(echo.get("local_temp_id").asText()).isEqualTo("tmp-1");
        JsonNode heard = reader.await("new_message").get("data");
        assertThat(heard.get("message_type").asText()).isEqualTo("image");
        assertThat(heard.get("content").asText()).isEqualTo("At the sea");
        assertThat(heard.at("/files_data/0/file_name").asText()).isEqualTo("sea.jpg");
        assertThat(heard.at("/files_data/0/width").asInt()).isEqualTo(321);
        assertThat(heard.at("/files_data/0/duration").isNull()).isTrue();
        assertThat(Fetch.get(heard.at("/files_data/0/file_path").asText()).body()).isEqualTo(sample("photo.jpg"));
    }

    @Test
    void everyRecipientGetsAnAddressOfTheirOwn() {
        List<Person> people = List.of(ann, ben, cleo);
        List<Socket> open = people.stream().map(this::open).toList();
        Socket inbox = ben.socket();
        sockets.add(inbox);

        JsonNode answer = ann.post(room, new Form().file(SampleFiles.get("photo.png"))).expect(201);

        List<String> urls = new ArrayList<>();
        for (int i = 0; i < people.size(); i++) {
            JsonNode frame = open.get(i).await("new_message").get("data");
            String url = frame.at("/files_data/0/file_path").asText();
            assertThat(frame.get("id")).isEqualTo(answer.get("id"));
            assertThat(url).startsWith(base.toString()).contains("?user=" + people.get(i).id + "&expires=")
                    .matches(".*&signature=[^&]+");
            assertThat(Fetch.get(url).body()).isEqualTo(sample("photo.png"));
            urls.add(url);
        }
        assertThat(urls).doesNotHaveDuplicates();
        assertThat(inbox.await("new_message").at("/data/files_data/0/file_path").asText()).isEqualTo(urls.get(1));
        assertThat(answer.at("/files_data/0/file_path").asText()).isEqualTo(urls.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = { "%s", "data:image/png;base64,%s", "data:image\\/png;base64,%s", "data:;base64,%s" })
    void base64ComesInTheWaysThatWritersWriteIt(String pattern) {
        Socket sender = open(ann);
        String plain = base64("photo.png");
        assertThat(plain).contains("/", "+").endsWith("=");
        List<String> written = List.of(plain,
                plain.replace("/", "\\/"),
                plain.replace("+", "\\u002B").replace("/", "\\u002f"),
                plain.replace("=", "\\u003d"),
                plain.replaceAll("(.{76})", "$1\\\\n"),
                plain.replaceAll("(.{76})", "$1\\\\r\\\\n") + "\\n");
        for (String text : written) {
            sender.sendText("{\"type\":\"send_message\",\"data\":{\"files_data\":[{\"file_data\":\""
                    + pattern.formatted(text) + "\",\"file_name\":\"a.png\"}],\"room_id\":" + room + "}}");

            JsonNode file = awaitMessage(sender).at("/data/files_data/0");
            assertThat(Fetch.get(file.get("file_path").asText()).body()).isEqualTo(sample("photo.png"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"%%%%\"", "\"QUJD*\"", "\"QUJDR\"", "\"data:image/png;base64\"", "\"\"", "\"data:,\"",
            "\"QUJD\\\\\"", "\"QUJD\\u00\"", "\"\\u0041\\u0\"", "\"QUJDé\"", "\"QU=JD\"", "\"QUJD\\t\"", "null", "17", "[]",
            "{\"a\":\"QUJD\"}", "\"AAECAwQFBgc=\"" })
    void whatIsNoFileIsAnErrorThatNamesTheLabel(String data) {
        Socket sender = open(ann);

        sender.sendText("{\"type\":\"send_message\",\"data\":{\"local_temp_id\":\"tmp-9\",\"room_id\":" + room
                + ",\"files_data\":[{\"file_data\":\"" + base64("photo.png") + "\"},{\"file_data\":" + data + "}]}}");

        JsonNode error = awaitError(sender);
        assertThat(error.get("code").asText()).isIn("bad_request", "empty_file", "type_not_allowed");
        if (!error.get("message").asText().contains("JSON")) {
            assertThat(error.get("local_temp_id").asText()).isEqualTo("tmp-9");
        }
        sender.send("ping", Map.of());
        sender.await("pong");
        assertNothingLeft();
    }

    @Test
    void anOddDurationIsNoReasonToRefuseAFile() {
        Socket sender = open(ann);
        for (String odd : List.of("null", "\"2\"", "[]", "{\"a\":[1]}", "1e999", "-1")) {
            sender.sendText("{\"type\":\"send_message\",\"data\":{\"room_id\":" + room
                    + ",\"files_data\":[{\"duration\":" + odd + ",\"file_name\":\"a.png\",\"file_data\":\""
                    + base64("photo.png")
                    + "\"}],\"content\":\"" + odd.length() + "\"}}");
            JsonNode message = awaitMessage(sender);
            assertThat(message.at("/data/files_data/0/file_name").asText()).as(odd).isEqualTo("a.png");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "2.5", "\"2.5\"" })
    void aDurationIsTakenAlsoInQuotesWhereTheBytesDoNotTell(String duration) {
        Socket sender = open(ann);
        sender.sendText(
                "{\"type\":\"send_message\",\"data\":{\"room_id\":" + room + ",\"files_data\":[{\"duration\":" + duration
                        + ",\"file_name\":\"cut.wav\",\"file_data\":\""
                        + Base64.getEncoder().encodeToString(Arrays.copyOf(sample("voice.wav"), 36)) + "\"}]}}");
        assertThat(awaitMessage(sender).at("/data/files_data/0/duration").asDouble()).isEqualTo(2.5);
    }

    @Test
    void tenFilesFitIntoAMessageAndElevenDoNot() {
        Socket sender = open(ann);
        sender.send("send_message", files(11, Map.of("local_temp_id", "eleven")));
        assertThat(awaitError(sender).get("code").asText()).isEqualTo("too_many_files");
        Attachment uploaded = upload(ann, "photo.jpg");
        sender.send("send_message", files(10, Map.of("attachment_ids", List.of(uploaded.id), "local_temp_id", "eleven")));
        JsonNode error = awaitError(sender);
        assertThat(error.get("code").asText()).isEqualTo("too_many_files");
        assertThat(error.get("local_temp_id").asText()).isEqualTo("eleven");
        uploads.discard(List.of(uploaded.id));
        assertNothingLeft();

        sender.send("send_message", files(10, Map.of()));
        assertThat(awaitMessage(sender).at("/data/files_data")).hasSize(10);
    }

    @Test
    void whyAMessageWasRefusedIsToldThoughItsFilesCannotBeForgottenNow() {
        Socket sender = open(ann);
        change("""
                create function keep_files() returns trigger language plpgsql
                    as 'begin raise exception ''not now''; end'""");
        try {
            change("""
                    create trigger keep_files before update on media_attachments for each row
                      when (new.state = 'deleted' and new.owner_id = %d) execute function keep_files()""".formatted(ann.id));
            sender.send("send_message", Map.of("room_id", room, "local_temp_id", "kept", "files_data",
                    List.of(Map.of("file_name", "sea.jpg", "file_data", base64("photo.jpg")),
                            Map.of("file_name", "what", "file_data", Base64.getEncoder().encodeToString(new byte[100])))));
            JsonNode error = awaitError(sender);
            assertThat(error.get("code").asText()).isEqualTo("type_not_allowed");
            assertThat(error.get("local_temp_id").asText()).isEqualTo("kept");
        } finally {
            change("drop function keep_files() cascade");
        }
        change("update media_attachments set expires_at = now() where state = 'ready' and owner_id = " + ann.id);
        sweptUntil(() -> assertThat(count("select count(*) from media_attachments where state = 'ready' and owner_id = ?",
                ann.id)).isZero());
        assertNothingLeft();
    }

    @Test
    void framesAfterAFileFrameWaitForIt() {
        Socket sender = open(ann);
        Socket reader = open(ben);
        for (int i = 0; i < 20; i++) {
            sender.send("send_message", i % 4 == 0 ? files(2, Map.of("content", "m" + i))
                    : Map.of("room_id", room, "content", "m" + i));
        }
        for (int i = 0; i < 20; i++) {
            JsonNode heard = reader.await("new_message").get("data");
            assertThat(heard.get("content").asText()).isEqualTo("m" + i);
            assertThat(heard.get("seq").asInt()).isEqualTo(i + 1);
        }
    }

    @Test
    void filesUploadedBeforeAreBoundOnceAndOnlyByTheirOwner() {
        Socket sender = open(ann);
        Attachment first = upload(ann, "photo.jpg");
        Attachment second = upload(ann, "voice.wav");
        Attachment others = upload(ben, "photo.png");

        for (List<?> ids : List.of(List.of(others.id), List.of(first.id, others.id), List.of(UUID.randomUUID()),
                List.of("no-uuid"))) {
            sender.send("send_message", Map.of("room_id", room, "attachment_ids", ids, "local_temp_id", "bad"));
            JsonNode error = awaitError(sender);
            assertThat(error.get("code").asText()).isEqualTo("file_not_found");
            assertThat(error.get("local_temp_id").asText()).isEqualTo("bad");
        }
        sender.send("send_message", Map.of("room_id", room, "attachment_ids", List.of(first.id, first.id)));
        assertThat(awaitError(sender).get("code").asText()).isEqualTo("bad_request");

        Map<String, Object> good = files(1, Map.of("attachment_ids", List.of(second.id, first.id), "content", "three"));
        sender.send("send_message", good);
        JsonNode message = awaitMessage(sender).get("data");
        assertThat(message.get("message_type").asText()).isEqualTo("file");
        assertThat(message.get("files_data").findValuesAsText("id")).startsWith(second.id.toString(), first.id.toString());
        assertThat(message.get("files_data").findValuesAsText("kind")).containsExactly("voice", "image", "image");

        sender.send("send_message", Map.of("room_id", room, "attachment_ids", List.of(first.id)));
        assertThat(awaitError(sender).get("code").asText()).isEqualTo("file_not_found");
        assertThat(ann.post("/api/chat/rooms/" + room + "/messages", Map.of("attachment_ids", List.of(first.id))).status())
                .isEqualTo(404);
        uploads.discard(List.of(others.id));
    }

    @Test
    void aRetriedFrameIsAnsweredWithTheFirstMessage() {
        Socket sender = open(ann);
        String key = UUID.randomUUID().toString();
        sender.send("send_message", files(1, Map.of("idempotency_key", key, "local_temp_id", "a")));
        JsonNode first = awaitMessage(sender).get("data");
        int objects = stored().size();

        sender.send("send_message", files(1, Map.of("idempotency_key", key, "local_temp_id", "b")));
        JsonNode again = awaitMessage(sender).get("data");
        sender.send("send_message", files(2, Map.of("idempotency_key", key, "local_temp_id", "c")));

        assertThat(again.get("id")).isEqualTo(first.get("id"));
        assertThat(again.get("local_temp_id").asText()).isEqualTo("b");
        JsonNode error = awaitError(sender);
        assertThat(error.get("code").asText()).isEqualTo("key_reused");
        assertThat(error.get("local_temp_id").asText()).isEqualTo("c");
        ann.delete("/api/chat/messages/" + first.get("id").asLong()).expect(200);
        assertNothingLeftOf(ann);
        assertThat(stored().size()).isLessThan(objects);
    }

    @Test
    void aRefusedFrameOpensNoRoomAndStoresNothing() {
        Person friend = Person.register(base, "Friend");
        Socket sender = ann.socket();
        sockets.add(sender);
        long rooms = ann.get("/api/chat/rooms").expect(200).get("total").asLong();

        sender.send("send_message", Map.of("receiver_id", friend.id, "files_data", List.of(Map.of("file_data", "!"))));
        assertThat(awaitError(sender).get("code").asText()).isEqualTo("bad_request");
        sender.send("send_message", Map.of("receiver_id", friend.id, "content", " "));
        assertThat(awaitError(sender).get("code").asText()).isEqualTo("empty_message");
        sender.send("send_message", Map.of("receiver_id", Long.MAX_VALUE >> 12, "files_data",
                List.of(Map.of("file_data", base64("photo.png")))));
        assertThat(awaitError(sender).get("code").asText()).isEqualTo("user_not_found");

        assertNothingLeft();
        assertThat(ann.get("/api/chat/rooms").expect(200).get("total").asLong()).isEqualTo(rooms);
        sender.send("send_message", Map.of("receiver_id", friend.id, "files_data",
                List.of(Map.of("file_data", base64("photo.png")))));
        JsonNode heard = awaitMessage(sender).get("data");
        assertThat(heard.at("/receiver_details/id").asLong()).isEqualTo(friend.id);
    }

    @Test
    void aStrangersFileIsRefusedBeforeItIsStored() {
        Socket sender = stranger.socket();
        sockets.add(sender);
        sender.send("send_message", files(3, Map.of("local_temp_id", "x")));

        JsonNode error = awaitError(sender);

        assertThat(error.get("code").asText()).isEqualTo("room_not_found");
        assertThat(error.get("local_temp_id").asText()).isEqualTo("x");
        assertNothingLeftOf(stranger);
        assertNothingLeft();
    }

    @Test
    void aFileThatWaitedTooLongIsBoundNoMoreEvenBeforeItIsRemoved() {
        Socket sender = open(ann);
        Attachment late = upload(ann, "photo.jpg");
        change("update media_attachments set expires_at = now() - interval '1 second' where id = '" + late.id + "'");
        sender.send("send_message", Map.of("room_id", room, "attachment_ids", List.of(late.id)));
        assertThat(awaitError(sender).get("code").asText()).isEqualTo("file_not_found");
        uploads.discard(List.of(late.id));
    }

    private Socket open(Person person) {
        Socket socket = person.socket(room);
        sockets.add(socket);
        return socket;
    }

    private Attachment upload(Person owner, String sample) {
        return uploads.receive(owner.id, new ByteArrayInputStream(sample(sample)), sample, null);
    }

    private Map<String, Object> files(int count, Map<String, ?> more) {
        Map<String, Object> message = new HashMap<>(more);
        message.put("room_id", room);
        message.put("files_data", Collections.nCopies(count, Map.of("file_name", "a.png", "file_data", base64("photo.png"))));
        return message;
    }

    private static String base64(String sample) {
        return Base64.getEncoder().encodeToString(sample(sample));
    }

    /** The next message or error, which must be a message. */
    private static JsonNode awaitMessage(Socket socket) {
        return outcome(socket, "new_message");
    }

    private static JsonNode awaitError(Socket socket) {
        return outcome(socket, "error");
    }

    private static JsonNode outcome(Socket socket, String type) {
        JsonNode frame = socket.await(next -> List.of("new_message", "error").contains(next.path("type").asText()),
                Duration.ofSeconds(10));
        assertThat(frame.path("type").asText()).as(frame.toString()).isEqualTo(type);
        return frame;
    }
}

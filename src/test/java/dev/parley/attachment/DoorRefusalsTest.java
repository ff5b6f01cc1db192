package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import io.quarkus.test.junit.QuarkusTest;

/** What the doors of documents 000 to 003 refuse: by the documented sentence, and with nothing stored. */
@QuarkusTest
class DoorRefusalsTest extends FilesScene {

    private static final byte[] SOME = utf8("Some bytes");
    /** What ids look like elsewhere. */
    private static final List<String> OTHER_IDS = List.of("507f1f77bcf86cd799439012", UUID.randomUUID().toString(), "general",
            "0", "-1", "9007199254740993", "1e3", "99999999999999999999");

    private long message;

    @BeforeEach
    void aMessage() {
        message = ann.post(room, "There before").get("id").asLong();
    }

    @AfterEach
    void nothingIsLeft() {
        assertNothingLeftOf(ann);
        assertThat(ann.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong()).isEqualTo(1);
        assertThat(ann.get("/api/v1/media/message/" + message).body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/api/upload", "/api/v1/media/upload", "/api/chat/conversations/{room}/send-file/",
            "/messages/upload" })
    void noFileAFileWithNoBytesAndTooManyFiles(String path) {
        assertThat(send(path, new Form()).expect(400).get("detail").asText()).matches("files? is missing");
        assertRefused(send(path, new Form().file("file", "empty.txt", new byte[0])), 400, "empty_file", "The file is empty");
        Form many = new Form();
        for (int i = 0; i < 11; i++) {
            many.file("file", "some.txt", SOME);
        }
        boolean several = path.equals("/api/upload");
        assertRefused(send(path, many), 400, several ? "too_many_files" : "bad_request",
                several ? "Too many files. Maximum: 10" : "One file at a time");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/api/upload", "/api/v1/media/upload" })
    void aFileOfNoKnownType(String path) {
        assertRefused(send(path, new Form().file("file", "page.pdf", utf8("<html><script>alert(1)</script></html>"))), 415,
                "type_not_allowed", "File type not allowed. Allowed types: ");
    }

    @Test
    void mediaOfAMessageThatIsNone() {
        for (String id : OTHER_IDS) {
            assertRefused(media(id), 404, "message_not_found", "Message not found");
            assertRefused(ann.get("/api/v1/media/message/" + id), 404, "message_not_found", "Message not found");
            assertRefused(ann.delete("/api/v1/media/" + id), 404, "file_not_found", "File not found");
            assertRefused(ann.get("/api/v1/media/files/" + id + ".jpg"), 404, "file_not_found", "File not found");
        }
        assertRefused(ann.send("POST", "/api/v1/media/upload", new Form().file("file", "a.txt", SOME).body(), Form.TYPE), 400,
                "bad_request", "message_id is missing");
    }

    @Test
    void mediaOfAMessageOfSomebodyElseOfAStrangersAndOfADeletedOne() {
        long bens = ben.post(ben.group("Ben's", ann), "Mine").get("id").asLong();
        assertRefused(media(Long.toString(bens)), 403, "forbidden", "");
        long strangers = stranger.post(stranger.room(ben), "Not for Ann").get("id").asLong();
        assertRefused(media(Long.toString(strangers)), 404, "message_not_found", "Message not found");
        long deleted = ann.post(ann.group("Other", ben), "Gone").get("id").asLong();
        ann.delete("/api/chat/messages/" + deleted).expect(200);
        assertRefused(media(Long.toString(deleted)), 404, "message_not_found", "Message not found");
    }

    @Test
    void mediaOfAMessageThatHasAsManyAsItMay() {
        Form ten = new Form();
        for (int i = 0; i < 10; i++) {
            ten.file("some.txt", SOME);
        }
        long full = ann.post(ann.group("Full"), ten).expect(201).get("id").asLong();
        assertRefused(media(Long.toString(full)), 400, "too_many_files", "Too many files. Maximum: 10");
        assertThat(ann.get("/api/v1/media/message/" + full).expect(200)).hasSize(10);
        ann.delete("/api/chat/messages/" + full).expect(200);
    }

    @Test
    void aConversationThatIsNone() {
        for (String id : OTHER_IDS) {
            String path = "/api/chat/conversations/" + id;
            assertRefused(ann.send("POST", path + "/send-file/", new Form().file("file", "a.txt", SOME).body(), Form.TYPE), 404,
                    "room_not_found", "Room not found");
            assertRefused(ann.post(path + "/messages/", Map.of("content", "Hello")), 404, "room_not_found", "Room not found");
            assertRefused(ann.get(path + "/messages/"), 404, "room_not_found", "Room not found");
            assertRefused(ann.post(path + "/mark-read/", null), 404, "room_not_found", "Room not found");
            assertRefused(ann.post(path + "/", null), 404, "user_not_found", "User not found");
            assertRefused(ann.send("POST", "/messages/upload", new Form().file("file", "a.txt", SOME)
                    .field("conversation_id", id).body(), Form.TYPE), 404, "room_not_found", "Room not found");
        }
        long strangers = stranger.room(ben);
        assertRefused(ann.send("POST", "/api/chat/conversations/" + strangers + "/send-file/",
                new Form().file("file", "a.txt", SOME).body(), Form.TYPE), 404, "room_not_found", "Room not found");
        assertRefused(ann.send("POST", "/messages/upload", new Form().file("file", "a.txt", SOME)
                .field("conversation_id", strangers).body(), Form.TYPE), 404, "room_not_found", "Room not found");
        assertRefused(ann.send("POST", "/messages/upload", new Form().file("file", "a.txt", SOME).body(), Form.TYPE), 400,
                "bad_request", "conversation_id is missing");
    }

    @Test
    void textsThatAreNoneOrTooLong() {
        String path = "/api/chat/conversations/" + room + "/messages/";
        assertRefused(ann.post(path, Map.of("content", " ")), 400, "empty_message", "A message needs text");
        assertThat(ann.post(path, Map.of("text", "Hello")).status()).isEqualTo(400);
        String tooLong = "😀".repeat(5001);
        assertRefused(ann.post(path, Map.of("content", tooLong)), 400, "message_too_long", "Message too long");
        assertRefused(send("/api/chat/conversations/{room}/send-file/", new Form().file("file", "a.txt", SOME)
                .field("caption", tooLong)), 400, "message_too_long", "Message too long");
        assertRefused(send("/messages/upload", new Form().file("file", "a.txt", SOME).field("content", tooLong)), 400,
                "message_too_long", "Message too long");
    }

    @Test
    void aReplyToWhatIsNotInTheRoom() {
        long elsewhere = ann.post(ann.room(ben), "Elsewhere").get("id").asLong();
        for (String id : List.of(Long.toString(elsewhere), "507f1f77bcf86cd799439011", "1")) {
            assertRefused(send("/messages/upload", new Form().file("file", "a.txt", SOME).field("reply_to", id)), 404,
                    "message_not_found", "");
        }
    }

    private Answer media(String messageId) {
        return ann.send("POST", "/api/v1/media/upload", new Form().file("file", "a.txt", SOME).field("message_id", messageId)
                .body(), Form.TYPE);
    }

    /** With every field that one of the doors needs. */
    private Answer send(String path, Form form) {
        return ann.send("POST", path.replace("{room}", Long.toString(room)),
                form.field("message_id", message).field("conversation_id", room).body(), Form.TYPE);
    }
}

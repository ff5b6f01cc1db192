package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Logs;
import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Whatever is wrong with a frame: an {@code error} frame that says so, an open socket, nothing changed, a quiet log. */
@QuarkusTest
class BadFrameTest {

    private static final String UNKNOWN_FILE = "\"01234567-89ab-cdef-0123-456789abcdef\"";

    @TestHTTPResource("/")
    URI base;

    private Scene scene;
    private Socket socket;
    private String before;
    private Logs logs;

    @BeforeEach
    void open() {
        scene = Scene.set(base);
        before = scene.numbers();
        socket = scene.cast().member().socket();
        logs = Logs.from(Level.INFO);
    }

    @AfterEach
    void nothingWasLogged() {
        socket.close();
        logs.close();
        assertThat(logs.faults()).isEmpty();
    }

    @Test
    void whatIsNoFrameIsAnError() {
        for (String frame : List.of("", " ", "x", "[]", "[{}]", "null", "5", "\"ping\"", "{}", "{", "{\"type\"", "{\"type\":",
                "{\"type\":\"ping\"", "{\"type\":\"ping\"} x", "{\"type\":\"ping\"}{\"type\":\"ping\"}", "{'type':'ping'}",
                "{\"type\":5}", "{\"type\":null}", "{\"type\":[\"ping\"]}", "{\"type\":\"\"}", "{\"type\":\"PING\"}",
                "{\"type\":\"nope\",\"data\":{}}", "{\"type\":\"new_message\",\"data\":{}}", "{\"data\":{}}",
                "{\"type\":\"ping\",\"data\":5}",
                "{\"type\":\"ping\",\"data\":[]}", "{\"type\":\"ping\",\"data\":\"x\"}", "{\"type\":\"send_message\"}",
                "{\"type\":\"send_message\",\"data\":null}", "{\"type\":\"typing\"}", "{\"type\":\"mark_read\",\"data\":{}}",
                "{\"type\":\"join_room\",\"data\":{}}", "\u0000", "{\"type\":\"ping\u0000\"}", "{\"type\":\"\\ud800\"}",
                "{\"type\":\"ping\",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", "[".repeat(100_000),
                "{\"data\":".repeat(100_000), "{\"" + "k".repeat(100_000) + "\":1}")) {
            error(frame, "bad_request|unknown_frame");
        }
    }

    @Test
    void theOrderOfKeysAndUnknownOnesDoNotMatter() {
        for (String frame : List.of("{\"data\":{},\"type\":\"ping\"}", "{\"data\":null,\"type\":\"ping\"}",
                "{\"x\":[{\"type\":\"nope\"}],\"type\":\"ping\",\"data\":{\"room_id\":1}}", " {\"type\":\"ping\"} ")) {
            socket.sendText(frame);
            assertThat(next().path("type").asText()).as(frame).isEqualTo("pong");
        }
        socket.sendText(
                "{\"data\":{\"content\":\"Backwards\",\"room_id\":\"" + scene.room() + "\"},\"type\":\"send_message\"}");
        assertThat(next().at("/data/content").asText()).isEqualTo("Backwards");
    }

    @Test
    void idsThatAreNoneAreErrors() {
        for (String id : List.of("\"x\"", "-1", "1.5", "true", "{}", "[]", "[1]", "9007199254740993", "9223372036854775808",
                "99999999999999999999", "1e400", "\"\"", "\" 1\"", "\"99999999999999999999\"", "1" + "0".repeat(2_000))) {
            for (String type : List.of("send_message", "typing", "mark_read", "join_room")) {
                error("{\"type\":\"" + type + "\",\"data\":{\"content\":\"a\",\"room_id\":" + id + "}}", "bad_request");
            }
            error(send("\"content\":\"a\",\"reply_to\":" + id), "bad_request");
            error("{\"type\":\"send_message\",\"data\":{\"content\":\"a\",\"receiver_id\":" + id + "}}", "bad_request");
            error("{\"type\":\"mark_read\",\"data\":{\"room_id\":" + scene.room() + ",\"seq\":" + id + "}}", "bad_request");
            error("{\"type\":\"join_room\",\"data\":{\"room_id\":" + scene.room() + ",\"since\":" + id + "}}", "bad_request");
        }
        for (String id : List.of("0", "9007199254740991")) {
            for (String type : List.of("send_message", "typing", "mark_read", "join_room")) {
                error("{\"type\":\"" + type + "\",\"data\":{\"content\":\"a\",\"room_id\":" + id + "}}", "room_not_found");
            }
            error(send("\"content\":\"a\",\"reply_to\":" + id), "message_not_found");
            error("{\"type\":\"send_message\",\"data\":{\"content\":\"a\",\"receiver_id\":" + id + "}}", "user_not_found");
        }
        error("{\"type\":\"send_message\",\"data\":{\"content\":\"a\",\"receiver_id\":" + scene.cast().member().id + "}}",
                "bad_request");
    }

    @Test
    void textsThatNobodyCouldReadAreErrorsAndTheLabelIsEchoedWhereItIsOne() {
        for (String text : List.of("\\ud83d", "\\ude00", "a\\ud83d", "\\u0000", "\\ude00\\ud83d")) {
            error(send("\"content\":\"" + text + "\""), "bad_request");
            JsonNode bad = error(send("\"content\":\"\",\"local_temp_id\":\"" + text + "\""), "bad_request");
            assertThat(bad.has("local_temp_id")).isFalse();
            error(send("\"content\":\"a\",\"idempotency_key\":\"" + text + "\""), "bad_request");
            error(send("\"content\":\"a\",\"message_type\":\"" + text + "\""), "bad_request");
        }
        for (String length : List.of("a".repeat(5_001), "😀".repeat(5_001))) {
            JsonNode refused = error(send("\"local_temp_id\":\"mine\",\"content\":\"" + length + "\""), "message_too_long");
            assertThat(refused.get("local_temp_id").asText()).isEqualTo("mine");
        }
        for (String blank : List.of("", " ", "\\n\\t")) {
            error(send("\"content\":\"" + blank + "\""), "empty_message");
        }
        for (String wrong : List.of("\"content\":5", "\"content\":[]", "\"content\":{}",
                "\"content\":\"a\",\"message_type\":\"bogus\"",
                "\"content\":\"a\",\"message_type\":5", "\"content\":\"a\",\"message_type\":\"image\"",
                "\"content\":\"a\",\"local_temp_id\":{}", "\"content\":\"a\",\"local_temp_id\":\"" + "x".repeat(10_000) + "\"",
                "\"content\":\"\",\"local_temp_id\":\"" + "x".repeat(1 << 20) + "\"",
                "\"content\":\"a\",\"idempotency_key\":\"\"",
                "\"content\":\"a\",\"idempotency_key\":\" \"", "\"content\":\"a\",\"idempotency_key\":5",
                "\"content\":\"a\",\"idempotency_key\":\"" + "x".repeat(10_000) + "\"")) {
            error(send(wrong), "bad_request|empty_message");
        }
        for (String typing : List.of("\"yes\"", "1", "[]")) {
            error("{\"type\":\"typing\",\"data\":{\"room_id\":" + scene.room() + ",\"is_typing\":" + typing + "}}",
                    "bad_request");
        }
    }

    @Test
    void filesThatAreNoneAreErrors() {
        String ids = IntStream.range(0, 11).mapToObj(i -> "\"01234567-89ab-cdef-0123-4567890000" + (10 + i) + "\"")
                .collect(Collectors.joining(","));
        error(send("\"attachment_ids\":[" + ids + "]"), "too_many_files");
        error(send("\"attachment_ids\":[" + UNKNOWN_FILE + "]"), "file_not_found");
        error(send("\"attachment_ids\":[\"" + scene.fileId() + "\"]"), "file_not_found");
        error(send("\"attachment_ids\":[" + UNKNOWN_FILE + "," + UNKNOWN_FILE + "]"), "bad_request");
        String file = "{\"file_name\":\"a.txt\",\"file_data\":\"SGVsbG8=\"}";
        error(send("\"files_data\":[" + (file + ",").repeat(10) + file + "]"), "too_many_files");
        for (String wrong : List.of("\"attachment_ids\":\"x\"", "\"attachment_ids\":[\"x\"]", "\"attachment_ids\":[5]",
                "\"attachment_ids\":[null]", "\"attachment_ids\":{}", "\"files_data\":\"x\"", "\"files_data\":{}",
                "\"files_data\":[5]",
                "\"files_data\":[{}]", "\"files_data\":[{\"file_data\":5}]", "\"files_data\":[{\"file_data\":\"\"}]",
                "\"files_data\":[{\"file_data\":\"!!!!\"}]", "\"files_data\":[{\"file_data\":\"SGVsbG8\\u0000\"}]",
                "\"files_data\":[{\"file_data\":\"SGVs\\\"bG8=\"}]", "\"files_data\":[{\"file_data\":\"S\"}]",
                "\"files_data\":[{\"file_data\":\"data:text/plain;base64\"}]", "\"files_data\":[{\"file_data\":\"=====\"}]",
                "\"files_data\":[{\"file_name\":5,\"file_data\":\"SGVsbG8=\"}]",
                "\"files_data\":[{\"file_data\":\"AAECAwQ=\",\"file_name\":\"x.exe\"}]")) {
            error(send(wrong), "bad_request|file_not_found|empty_file|type_not_allowed|empty_message");
        }
    }

    @Test
    void base64IsTakenAsEncodersWriteItIntoJson() {
        for (String written : List.of("SGVs\\nbG8h", "SGVs\\r\\nbG8h\\n", "data:text/plain;base64,SGVsbG8h",
                "SGVsb\\u00478h")) {
            socket.sendText(send("\"files_data\":[{\"file_name\":\"a.txt\",\"file_data\":\"" + written + "\"}]"));
            JsonNode file = next().at("/data/files_data/0");
            Wire got = Wire.call(base, "GET", "/api/files/" + file.path("id").asText(), scene.cast().member().token, null,
                    null);
            assertThat(got.body()).as(written).isEqualTo("Hello!");
        }
    }

    @Test
    void aReceiverInPlaceOfARoomOpensTheDirectRoom() {
        for (int i = 0; i < 2; i++) {
            socket.sendText("{\"type\":\"send_message\",\"data\":{\"receiver_id\":" + scene.cast().newcomer().id
                    + ",\"content\":\"Hello\",\"local_temp_id\":\"mine\"}}");
            JsonNode said = socket.await(frame -> !List.of("presence", "room_update").contains(frame.path("type").asText()),
                    Duration.ofSeconds(10));
            assertThat(said.path("type").asText()).as(said.toString()).isEqualTo("new_message");
            assertThat(said.at("/data/room_id").asLong()).isEqualTo(scene.cast().member().room(scene.cast().newcomer()));
            assertThat(said.at("/data/local_temp_id").asText()).isEqualTo("mine");
        }
    }

    @Test
    void randomChangesOfGoodFramesCloseNothingAndLogNothing() {
        Random random = new Random(4_711);
        List<String> good = List.of(
                send("\"content\":\"Hello\",\"message_type\":\"text\",\"reply_to\":" + scene.message()
                        + ",\"local_temp_id\":\"a\",\"idempotency_key\":\"b\""),
                send("\"content\":\"Hello\",\"files_data\":[{\"file_name\":\"a.txt\",\"file_data\":\"SGVsbG8=\",\"duration\":1.5}]"),
                "{\"type\":\"typing\",\"data\":{\"room_id\":" + scene.room() + ",\"is_typing\":true}}",
                "{\"type\":\"mark_read\",\"data\":{\"room_id\":" + scene.room() + ",\"seq\":1}}",
                "{\"type\":\"join_room\",\"data\":{\"room_id\":" + scene.room() + ",\"since\":0}}", "{\"type\":\"leave_room\"}",
                "{\"type\":\"send_message\",\"data\":{\"receiver_id\":" + scene.cast().admin().id + ",\"content\":\"Hello\"}}");
        List<String> nasty = List.of("\u0000", "\"", "\\ud800", "\\u0000", "-", "99999999999999999999", "[", "{", "}", "]", ",",
                "null",
                "1e999", "\uFEFF", "😀");
        for (int i = 0; i < 500; i++) {
            StringBuilder frame = new StringBuilder(good.get(random.nextInt(good.size())));
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = random.nextInt(frame.length());
                int to = Math.min(frame.length(), at + random.nextInt(6));
                String middle = switch (random.nextInt(4)) {
                    case 0 -> "";
                    case 1 -> Character.toString((char) random.nextInt(0x800));
                    case 2 -> frame.substring(at, Math.min(frame.length(), at + 30));
                    default -> nasty.get(random.nextInt(nasty.size()));
                };
                frame.replace(at, to, middle);
            }
            // A cut pair would not leave the client.
            socket.sendText(frame.toString().replaceAll("[\\ud800-\\udfff]", "?"));
            if (i % 50 == 49) {
                socket.sendText("{\"type\":\"ping\"}");
                socket.await(answer -> {
                    assertThat(answer.path("code").asText()).as(answer.toString()).isNotEqualTo("internal");
                    return answer.path("type").asText().equals("pong");
                }, Duration.ofSeconds(20));
            }
        }
        assertThat(socket.isOpen()).isTrue();
    }

    private String send(String more) {
        return "{\"type\":\"send_message\",\"data\":{\"room_id\":" + scene.room() + "," + more + "}}";
    }

    /** Sends a frame and awaits its refusal, which changes nothing. */
    private JsonNode error(String frame, String codes) {
        String shown = frame.length() > 200 ? frame.substring(0, 200) + "…" : frame;
        socket.sendText(frame);
        JsonNode answer = next();
        assertThat(answer.path("type").asText()).as(shown + " got " + answer).isEqualTo("error");
        assertThat(answer.path("code").asText()).as(shown + " got " + answer).matches(codes);
        assertThat(answer.path("message").asText()).as(shown).isNotEmpty().doesNotContain("Exception").doesNotContain("java.");
        assertThat(answer.fieldNames().next()).isEqualTo("type");
        assertThat(scene.numbers()).as(shown).isEqualTo(before);
        return answer;
    }

    private JsonNode next() {
        return socket.await(frame -> !frame.path("type").asText().equals("presence"), Duration.ofSeconds(10));
    }
}

package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Logs;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Whatever is wrong with a request: a refusal that says so, nothing changed, and nothing to read in the log. */
@QuarkusTest
class BadInputTest {

    private static final String JSON = "application/json";
    private static final String UNKNOWN_FILE = "\"01234567-89ab-cdef-0123-456789abcdef\"";

    @TestHTTPResource("/")
    URI base;

    private Scene scene;
    private Person member;
    private String messages;
    private String before;
    private Logs logs;

    @BeforeEach
    void setTheScene() {
        scene = Scene.set(base);
        member = scene.cast().member();
        messages = "/api/chat/rooms/" + scene.room() + "/messages";
        before = scene.numbers();
        logs = Logs.from(Level.INFO);
    }

    @AfterEach
    void nothingWasLogged() {
        logs.close();
        assertThat(logs.faults()).isEmpty();
    }

    @Test
    void whatIsNotJsonOfTheRightShapeIs400() {
        for (String body : List.of("", " ", "{", "{\"content\":", "[]", "[{}]", "\"x\"", "5", "null", "true",
                "{\"content\":\"a\"} x",
                "{\"content\":\"a\"}{\"content\":\"b\"}", "{'content':'a'}", "{content:\"a\"}", "{\"content\":\"a\",}",
                "{\"content\":NaN}", "{\"content\":\"a\" // hm\n}", "{\"content\":5}", "{\"content\":true}", "{\"content\":[]}",
                "{\"content\":[\"a\"]}", "{\"content\":{}}", "{\"content\":\"a\",\"message_type\":7}",
                "{\"content\":\"a\",\"message_type\":\"bogus\"}", "{\"content\":\"a\",\"message_type\":\"image\"}",
                "{\"content\":\"a\",\"reply_to\":\"x\"}", "{\"content\":\"a\",\"reply_to\":1.5}",
                "{\"content\":\"a\",\"reply_to\":true}", "{\"content\":\"a\",\"reply_to\":[]}",
                "{\"content\":\"a\",\"reply_to\":99999999999999999999}", "{\"content\":\"a\",\"reply_to\":1e400}",
                "{\"content\":\"a\",\"local_temp_id\":{}}", "{\"content\":\"a\",\"attachment_ids\":\"x\"}",
                "{\"content\":\"a\",\"attachment_ids\":[1]}", "{\"content\":\"a\",\"attachment_ids\":[null]}",
                "{\"content\":\"a\",\"attachment_ids\":[\"x\"]}", "{\"content\":\"a\",\"attachment_ids\":{}}",
                "{\"content\":\"a\",\"attachment_ids\":[[" + UNKNOWN_FILE + "]]}", "\u0000", "\uFEFF",
                "{\"content\":\"a\u0001\"}",
                "{\"a\":" + "[".repeat(100_000), "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + ",\"content\":\"a\"}",
                "{\"a\":".repeat(100_000), "{\"content\":\"a\",\"reply_to\":1" + "0".repeat(2_000) + "}")) {
            refused(messages, body, 400, "bad_request|empty_message");
        }
    }

    @Test
    void whatNoTextCanHoldIs400AndSaysSo() {
        for (String half : List.of("\\ud83d", "\\ude00", "a\\ud83da", "\\ude00\\ud83d")) {
            assertThat(refused(messages, "{\"content\":\"" + half + "\"}", 400, "bad_request")).contains("surrogate");
            assertThat(refused(messages, "{\"content\":\"a\",\"local_temp_id\":\"" + half + "\"}", 400, "bad_request"))
                    .contains("surrogate");
        }
        assertThat(refused(messages, "{\"content\":\"a\\u0000b\"}", 400, "bad_request")).contains("NUL");
        for (byte[] bytes : new byte[][] { { (byte) 0xff }, { (byte) 0xc0, (byte) 0x80 }, { (byte) 0xe2, (byte) 0x82 },
                { (byte) 0xed, (byte) 0xa0, (byte) 0x80 }, { (byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80 },
                { (byte) 0xf0, (byte) 0x82, (byte) 0x82, (byte) 0xac } }) {
            byte[] start = "{\"content\":\"".getBytes(StandardCharsets.US_ASCII);
            byte[] body = Arrays.copyOf(start, start.length + bytes.length + 2);
            System.arraycopy(bytes, 0, body, start.length, bytes.length);
            body[body.length - 2] = '"';
            body[body.length - 1] = '}';
            assertRefused(Arrays.toString(bytes), Wire.call(base, "POST", messages, member.token, JSON, body), 400,
                    "bad_request");
        }
        unchanged();
    }

    @Test
    void fiveThousandCharactersAreCountedAsPeopleCount() {
        refused(messages, "{\"content\":\"" + "a".repeat(5_001) + "\"}", 400, "message_too_long");
        refused(messages, "{\"content\":\"" + "😀".repeat(5_001) + "\"}", 400, "message_too_long");
        for (String blank : List.of("", " ", "\\t\\n\\r ", "\\u2003")) {
            refused(messages, "{\"content\":\"" + blank + "\"}", 400, "empty_message");
        }
        for (String longest : List.of("a".repeat(5_000), "😀".repeat(5_000))) {
            assertThat(post(messages, "{\"content\":\"" + longest + "\"}").status()).isEqualTo(201);
            String mine = "/api/chat/messages/" + member.post(scene.room(), "x").get("id").asLong();
            Wire form = Wire.call(base, "PUT", mine, member.token, "application/x-www-form-urlencoded",
                    ("content=" + java.net.URLEncoder.encode(longest, StandardCharsets.UTF_8))
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(form.status()).as(form.body()).isEqualTo(200);
            assertThat(form.json().get("content").asText()).isEqualTo(longest);
        }
    }

    @Test
    void filesAndRepliesThatAreNotThereAreNotFound() {
        for (String id : List.of("0", "-1", "9007199254740993", "9223372036854775807")) {
            refused(messages, "{\"content\":\"a\",\"reply_to\":" + id + "}", 404, "message_not_found");
        }
        Scene other = Scene.set(base);
        refused(messages, "{\"content\":\"a\",\"reply_to\":" + other.message() + "}", 404, "message_not_found");
        refused(messages, "{\"content\":\"a\",\"attachment_ids\":[" + UNKNOWN_FILE + "]}", 404, "file_not_found");
        // Somebody else's, which is bound to a message besides.
        refused(messages, "{\"content\":\"a\",\"attachment_ids\":[\"" + scene.fileId() + "\"]}", 404, "file_not_found");
        refused(messages, "{\"content\":\"a\",\"attachment_ids\":[" + UNKNOWN_FILE + "," + UNKNOWN_FILE + "]}", 400,
                "bad_request");
        String eleven = IntStream.range(0, 11).mapToObj(i -> "\"01234567-89ab-cdef-0123-4567890000" + (10 + i) + "\"")
                .collect(Collectors.joining(","));
        refused(messages, "{\"content\":\"a\",\"attachment_ids\":[" + eleven + "]}", 400, "too_many_files");
        scene.cast().sender().delete("/api/chat/messages/" + scene.message()).expect(200);
        before = scene.numbers();
        refused(messages, "{\"content\":\"a\",\"reply_to\":" + scene.message() + "}", 404, "message_not_found");
    }

    @Test
    void labelsAndKeysHaveALength() {
        refused(messages, "{\"content\":\"a\",\"local_temp_id\":\"" + "x".repeat(10_000) + "\"}", 400, "bad_request");
        for (String key : List.of("x".repeat(256), "x".repeat(10_000))) {
            assertRefused("key of " + key.length(),
                    withHeaders("POST", messages, Map.of("Idempotency-Key", key, "Content-Type", JSON),
                            "{\"content\":\"a\"}".getBytes(StandardCharsets.UTF_8)),
                    400, "bad_request");
        }
        unchanged();
    }

    @Test
    void twoEqualKeysAre400() {
        refused(messages, "{\"content\":\"first\",\"content\":\"last\"}", 400, "bad_request");
        refused("/api/chat/rooms", "{\"name\":\"first\",\"name\":\"last\"}", 400, "bad_request");
        refused("/api/auth/login", "{\"email\":\"a\",\"email\":\"b\",\"password\":\"correct horse\"}", 400, "bad_request");
        refused("/api/chat/rooms/" + scene.room() + "/read", "{\"seq\":1,\"seq\":1}", 400, "bad_request");
    }

    @Test
    void pagesAndKeysOutOfRangeAre400() {
        for (String query : List.of("page=0", "page=-1", "page=abc", "page=1.5", "page=2147483648", "page=99999999999999999999",
                "page=0x1", "page=%00", "per_page=0", "per_page=-5", "per_page=201", "per_page=1000000000", "per_page=x",
                "before=-1",
                "before=abc", "before=9223372036854775808", "before=1&after=1", "before=1&page=1", "before=1&per_page=5",
                "after=-1",
                "after=x", "after=1&limit=0", "after=1&limit=201", "after=1&limit=-1", "after=1&limit=x")) {
            assertRefused(query, Wire.call(base, "GET", messages + "?" + query, member.token, null, null), 400, "bad_request");
        }
        String changes = "/api/chat/rooms/" + scene.room() + "/changes?";
        for (String query : List.of("since=-1", "since=abc", "since=99999999999999999999", "limit=0", "limit=-1", "limit=501",
                "limit=x", "since=0&limit=%20")) {
            assertRefused(query, Wire.call(base, "GET", changes + query, member.token, null, null), 400, "bad_request");
        }
        for (String query : List.of("limit=0", "limit=-1", "limit=101", "limit=x", "email=%00",
                "email=a&limit=99999999999999999999")) {
            assertRefused(query, Wire.call(base, "GET", "/api/chat/search-users?" + query, member.token, null, null), 400,
                    "bad_request");
        }
        for (String query : List.of("page=2147483647", "page=2147483647&per_page=200", "before=0", "before=9007199254740991",
                "after=9007199254740991", "unknown=1")) {
            Wire answer = Wire.call(base, "GET", messages + "?" + query, member.token, null, null);
            assertThat(answer.status()).as(query + answer.body()).isEqualTo(200);
        }
        unchanged();
    }

    @Test
    void whatIsNoIdIsNotFound() {
        for (String id : List.of("9007199254740993", "9223372036854775807", "9223372036854775808", "99999999999999999999", "-1",
                "0",
                "abc", "1.5", "%00", "%ff", "1%20", "0x1", "null", "%F0%9F%98%80")) {
            for (String target : List.of("GET /api/chat/rooms/ID", "GET /api/chat/rooms/ID/messages",
                    "GET /api/chat/rooms/ID/changes",
                    "POST /api/chat/rooms/ID/read", "DELETE /api/chat/rooms/ID/members/1", "DELETE /api/chat/messages/ID",
                    "POST /api/chat/messages/ID/like", "DELETE /api/chat/messages/ID/pin", "GET /api/files/ID",
                    "GET /api/avatars/ID", "DELETE /api/chat/rooms/" + scene.room() + "/members/ID")) {
                String[] parts = target.split(" ");
                Wire answer = Wire.call(base, parts[0], parts[1].replace("ID", id), member.token, null, null);
                boolean removal = parts[1].endsWith("members/ID");
                if (removal) {
                    assertThat(answer.status()).as(target + " " + id).isIn(400, 403, 404);
                } else {
                    assertThat(answer.status()).as(target + " " + id).isIn(400, 404);
                }
                assertProblem(target + " " + id, answer);
            }
        }
        unchanged();
    }

    @Test
    void aRoomOrMessageNamedByWhatIsNoIdIsNotFoundInTheDocumentsOwnWords() {
        for (String id : List.of("abc", "507f1f77bcf86cd799439011", UUID.randomUUID().toString(), "99999999999999999999")) {
            assertThat(detail(member.get("/api/chat/rooms/" + id))).isEqualTo("Room not found");
            assertThat(detail(member.get("/api/chat/rooms/" + id + "/messages"))).isEqualTo("Room not found");
            assertThat(detail(member.delete("/api/chat/messages/" + id))).isEqualTo("Message not found");
        }
        assertThat(detail(member.get("/api/chat/rooms/1/nothing"))).isEqualTo("Not found");
    }

    private static String detail(Answer answer) {
        return answer.expect(404).get("detail").asText();
    }

    @Test
    void otherMediaTypesAre415() {
        byte[] body = "{\"content\":\"a\"}".getBytes(StandardCharsets.UTF_8);
        for (String type : List.of("text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx",
                "image/png", "multipart/mixed; boundary=b")) {
            assertRefused(type, Wire.call(base, "POST", messages, member.token, type, body), 415, "unsupported_media_type");
        }
        for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=", "nonsense", ";", "/",
                "application/",
                "multipart/form-data; boundary=" + "b".repeat(10_000), "a/b/c")) {
            Wire answer = Wire.call(base, "POST", messages, member.token, type, body);
            assertThat(answer.status()).as(type + answer.body()).isBetween(400, 499);
        }
        for (String target : List.of("/api/auth/login", "/api/chat/rooms", "/api/auth/register", messages)) {
            Wire none = Wire.call(base, "POST", target, member.token, null, "x".getBytes(StandardCharsets.UTF_8));
            assertThat(none.status()).as(target + none.body()).isBetween(400, 499);
        }
        for (String type : List.of("text/plain", "image/svg+xml", "nonsense", "")) {
            Wire picture = Wire.call(base, "PUT", "/api/auth/me/avatar", member.token, type.isEmpty() ? null : type,
                    "<svg/>".getBytes(StandardCharsets.UTF_8));
            assertThat(picture.status()).as(type + picture.body()).isBetween(400, 499);
            Wire read = Wire.call(base, "POST", "/api/chat/rooms/" + scene.room() + "/read", member.token,
                    type.isEmpty() ? null : type, "nonsense".getBytes(StandardCharsets.UTF_8));
            assertThat(read.status()).as(type + read.body()).isLessThan(500);
        }
    }

    @Test
    void otherMethodsAre405OrHarmless() {
        for (String target : List.of(messages, "/api/chat/rooms", "/api/auth/me", "/api/auth/login", "/api/chat/messages/"
                + scene.message(), "/api/files/" + scene.fileId(), "/api/chat/ws", "/nowhere", "/")) {
            for (String method : List.of("HEAD", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get")) {
                Wire answer = Wire.call(base, method, target, scene.cast().stranger().token, null, null);
                assertThat(answer.status()).as(method + " " + target + answer.body()).isLessThan(500);
                for (String secret : scene.secrets()) {
                    assertThat(answer.everything()).doesNotContain(secret);
                }
                if (method.equals("TRACE")) {
                    assertThat(answer.everything()).doesNotContain(scene.cast().stranger().token);
                    assertThat(answer.status()).isBetween(400, 499);
                }
            }
        }
        unchanged();
    }

    @Test
    void aHugeJsonBodyIs413() {
        byte[] huge = new byte[20 << 20];
        Arrays.fill(huge, (byte) ' ');
        byte[] start = "{\"content\":\"a\",\"name\":\"a\",\"x\":".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, huge, 0, start.length);
        byte[] string = huge.clone();
        Arrays.fill(string, start.length, string.length, (byte) 'x');
        string[start.length] = '"';
        string[string.length - 2] = '"';
        string[string.length - 1] = '}';
        for (byte[] body : List.of(huge, string)) {
            for (String target : List.of("/api/auth/register", "/api/auth/login", messages, "/api/chat/rooms")) {
                assertRefused(target, Wire.call(base, "POST", target, member.token, JSON, body), 413, "request_too_large");
            }
        }
        unchanged();
    }

    @Test
    void aListOfAMillionIdsIs413AndNotAFullHeap() {
        String ids = "1,".repeat(1_000_000) + "1";
        assertThat(refused("/api/chat/rooms", "{\"name\":\"a\",\"member_ids\":[" + ids + "]}", 413, "request_too_large"))
                .isNotEmpty();
        refused("/api/chat/rooms/" + scene.room() + "/members", "{\"user_ids\":[" + ids + "]}", 413, "request_too_large");
    }

    @Test
    void lengthsThatLieDoNoHarm() throws IOException {
        String auth = "Host: a\r\nAuthorization: Bearer " + member.token + "\r\nContent-Type: application/json\r\n";
        String start = "POST " + messages + " HTTP/1.1\r\n" + auth;
        byte[] body = "{\"content\":\"a\"}\r\n".getBytes(StandardCharsets.UTF_8);
        for (String lie : List.of("Content-Length: -1", "Content-Length: abc", "Content-Length: 99999999999999999999",
                "Content-Length: 15\r\nContent-Length: 3", "Content-Length: +15", "Content-Length: 0x0f",
                "Content-Length: 15, 15, 3",
                "Content-Length: 9223372036854775807", "Content-Length: 2000000000", "Accept: nonsense\r\nContent-Length: 1",
                "Transfer-Encoding: nonsense",
                "Content-Length: 3", "Transfer-Encoding: chunked", "Content-Length: 15\r\nTransfer-Encoding: chunked")) {
            Wire answer = Wire.raw(base, start + lie + "\r\nConnection: close\r\n\r\n", body);
            // Where it cannot tell what the request is, the transport closes without a word.
            assertThat(answer.status()).as(lie + "\n" + answer.everything())
                    .satisfiesAnyOf(status -> assertThat(status).isZero(), status -> assertThat(status).isBetween(400, 499));
        }
        // And whoever promises more than comes, and goes.
        try (java.net.Socket gone = new java.net.Socket(base.getHost(), base.getPort())) {
            gone.getOutputStream()
                    .write((start + "Content-Length: 1000\r\n\r\n{\"content\":").getBytes(StandardCharsets.US_ASCII));
        }
        unchanged();
    }

    /** In one go, so that each request is there while the one before it is being refused. */
    @Test
    void aRefusedRequestWithoutABodyLeavesTheConnectionToTheNext() throws IOException {
        String auth = " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + member.token + "\r\n";
        try (java.net.Socket socket = new java.net.Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("GET /nowhere" + auth + "\r\nGET /api/chat/rooms/0" + auth
                    + "\r\nDELETE /api/chat/rooms" + auth
                    + "Content-Length: 0\r\n\r\nGET /api/chat/rooms HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "GET /api/auth/me" + auth + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));

            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answers.split("HTTP/1.1 ")).extracting(answer -> answer.substring(0, Math.min(3, answer.length())))
                    .as(answers).containsExactly("", "404", "404", "405", "401", "200");
        }
    }

    /** At the two routes whose forms have no files. */
    @Test
    void formsThatAreNoneOrTakeTooMuchAre400() throws IOException {
        String start = "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n";
        String many = IntStream.range(0, 3_000).mapToObj(field -> "f" + field + "=1").collect(Collectors.joining("&"));
        String parts = IntStream.range(0, 1_100).mapToObj(field -> start.replace("content", "f" + field) + "\r\n1\r\n")
                .collect(Collectors.joining());
        String plain = "application/x-www-form-urlencoded";
        String form = "multipart/form-data; boundary=b";
        for (String target : List.of("PUT /api/chat/messages/" + scene.message(),
                "POST /api/chat/conversations/" + scene.room() + "/messages/")) {
            for (String[] sent : new String[][] { { "multipart/form-data; boundary=", "" }, { form, "zz" }, { form, "" },
                    { form, start }, { form, start + "\r\ncut" }, { form, start + "\r\nx\r\n--b" },
                    { form, parts + "--b--\r\n" },
                    { form, start.replace("content", "text") + "\r\nx\r\n--b--\r\n" },
                    { form, start.replace("\"content\"", "\"f\"; filename=\"a\"") + "\r\nx\r\n--b--\r\n" },
                    { plain, many }, { plain, many + "&content=x" }, { plain, "content=%zz" },
                    { plain + "; charset=nope", "content=%61" },
                    { plain + "; charset=<>", "content=%61" }, { plain + "; charset=", "content=%61" },
                    { "multipart/form-data", "x" } }) {
                String[] call = target.split(" ");
                Wire answer = Wire.call(base, call[0], call[1], scene.cast().sender().token, sent[0],
                        sent[1].getBytes(StandardCharsets.UTF_8));
                assertThat(answer.status()).as(target + sent[0] + sent[1] + answer.body()).isEqualTo(400);
            }
        }
        // And whoever goes away in the middle.
        try (java.net.Socket gone = new java.net.Socket(base.getHost(), base.getPort())) {
            gone.getOutputStream().write(("PUT /api/chat/messages/" + scene.message() + " HTTP/1.1\r\nHost: a\r\n"
                    + "Authorization: Bearer " + member.token + "\r\nContent-Type: " + form + "\r\nContent-Length: 1000\r\n\r\n"
                    + start).getBytes(StandardCharsets.US_ASCII));
        }
        unchanged();
    }

    @Test
    void roomsAndProfilesAreNamedInText() {
        String long256 = "n".repeat(256);
        for (String body : List.of("{}", "{\"name\":null}", "{\"receiver_id\":null}", "{\"receiver_id\":1,\"name\":\"x\"}",
                "{\"receiver_id\":\"x\"}", "{\"receiver_id\":1.5}", "{\"receiver_id\":{}}",
                "{\"receiver_id\":" + member.id + "}",
                "{\"receiver_id\":99999999999999999999}", "{\"name\":\"\"}", "{\"name\":\" \"}", "{\"name\":5}",
                "{\"name\":\"" + long256 + "\"}", "{\"name\":\"a\\u0000\"}", "{\"name\":\"\\ud800\"}", "{\"name\":\"a\\nb\"}",
                "{\"name\":\"a\",\"member_ids\":5}", "{\"name\":\"a\",\"member_ids\":[null]}",
                "{\"name\":\"a\",\"member_ids\":[\"x\"]}", "{\"name\":\"a\",\"member_ids\":{}}")) {
            refused("/api/chat/rooms", body, 400, "bad_request");
        }
        for (String id : List.of("0", "-1", "9007199254740993", "9223372036854775807")) {
            refused("/api/chat/rooms", "{\"receiver_id\":" + id + "}", 404, "user_not_found");
            refused("/api/chat/rooms", "{\"name\":\"a\",\"member_ids\":[" + id + "]}", 404, "user_not_found");
        }
        refused("/api/chat/rooms/" + scene.room() + "/read", "{\"seq\":-1}", 400, "bad_request");
        refused("/api/chat/rooms/" + scene.room() + "/read", "{\"seq\":\"x\"}", 400, "bad_request");
        refused("/api/chat/rooms/" + scene.room() + "/read", "{\"seq\":99999999999999999999}", 400, "bad_request");
        for (String field : List.of("email", "name", "password")) {
            for (String value : List.of("\"a\\u0000b@example.com\"", "\"\\ud800aaaaaaa@example.com\"", "5", "null", "[]",
                    "\"\"",
                    "\"" + "x".repeat(5_000) + "\"")) {
                Map<String, String> fields = new LinkedHashMap<>(
                        Map.of("email", "\"a@example.com\"", "name", "\"A\"", "password", "\"correct horse\""));
                fields.put(field, value);
                refused("/api/auth/register",
                        fields.entrySet().stream().map(each -> "\"" + each.getKey() + "\":" + each.getValue())
                                .collect(Collectors.joining(",", "{", "}")),
                        400, "bad_request");
            }
        }
        String form = "/api/chat/messages/" + member.post(scene.room(), "mine").get("id").asLong();
        before = scene.numbers();
        for (String body : List.of("", "content", "content=", "other=x", "content=%00", "content=%zz", "content=%ED%A0%80", "%",
                "content=%ff", "&&&", "content=" + "a".repeat(5_001))) {
            Wire answer = Wire.call(base, "PUT", form, member.token, "application/x-www-form-urlencoded",
                    body.getBytes(StandardCharsets.UTF_8));
            // What is no UTF-8 is read as U+FFFD by the framework, which is text.
            if (!body.endsWith("%ED%A0%80") && !body.endsWith("%ff")) {
                assertRefused(body, answer, 400, "bad_request|empty_message|message_too_long");
            }
            assertThat(answer.status()).as(body + answer.body()).isLessThan(500);
        }
    }

    @Test
    void randomChangesOfGoodRequestsAreNeverAServersFault() {
        Random random = new Random(20_261_121);
        List<String> targets = List.of("POST " + messages, "PATCH /api/chat/rooms/" + scene.room(), "POST /api/chat/rooms",
                "POST /api/chat/rooms/" + scene.room() + "/read", "PUT /api/chat/messages/" + scene.message(), "GET " + messages
                        + "?page=1&per_page=5",
                "GET /api/chat/rooms/" + scene.room() + "/changes?since=0&limit=5",
                "GET /api/chat/search-users?email=a&limit=5", "POST /api/auth/login", "PATCH /api/auth/me",
                "GET /api/files/" + scene.fileId() + "?user=1&expires=1&signature=a");
        String good = "{\"content\":\"Hello\",\"name\":\"A name\",\"member_ids\":[1,2],\"seq\":1,\"reply_to\":"
                + scene.message()
                + ",\"local_temp_id\":\"a\",\"email\":\"nobody@example.com\",\"password\":\"correct horse\",\"message_type\":\"text\"}";
        String form = "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nHi\r\n--b\r\nContent-Disposition: form-data; "
                + "name=\"files\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b--\r\n";
        for (int i = 0; i < 600; i++) {
            String[] call = targets.get(random.nextInt(targets.size())).split(" ");
            boolean body = !call[0].equals("GET");
            boolean files = call[1].equals(messages) && body && random.nextBoolean();
            String target = random.nextInt(3) == 0
                    || !body ? new String(mutated(call[1].getBytes(StandardCharsets.ISO_8859_1), random),
                            StandardCharsets.ISO_8859_1).replaceAll("[\\r\\n ]", "~") : call[1];
            byte[] sent = body ? mutated((files ? form : good).getBytes(StandardCharsets.UTF_8), random) : null;
            Wire answer = Wire.call(base, call[0], target.startsWith("/") ? target : "/" + target, member.token,
                    files ? "multipart/form-data; boundary=b" : JSON, sent);
            assertThat(answer.status()).as("%d: %s %s %s\n%s", i, call[0], target,
                    sent == null ? "" : new String(sent, StandardCharsets.ISO_8859_1), answer.everything()).isBetween(200, 499);
        }
    }

    /** One to four small changes. */
    private static byte[] mutated(byte[] good, Random random) {
        byte[] bytes = good.clone();
        byte[][] nasty = { { 0 }, { '"' }, { '\\', 'u', 'd', '8', '0', '0' }, { (byte) 0xff }, { '-' },
                "99999999999999999999".getBytes(
                        StandardCharsets.US_ASCII),
                { '[' }, { '{' }, { '}' }, { '%' }, { '\r', '\n' }, { '/' }, { ';' }, { '.', '.' },
                "null".getBytes(StandardCharsets.US_ASCII) };
        for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 2; changes--) {
            int at = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, at + 1 + random.nextInt(8));
            byte[] middle = switch (random.nextInt(5)) {
                case 0 -> new byte[0];
                case 1 -> new byte[] { (byte) random.nextInt(256) };
                case 2 -> Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 40));
                default -> nasty[random.nextInt(nasty.length)];
            };
            byte[] next = new byte[at + middle.length + bytes.length - to];
            System.arraycopy(bytes, 0, next, 0, at);
            System.arraycopy(middle, 0, next, at, middle.length);
            System.arraycopy(bytes, to, next, at + middle.length, bytes.length - to);
            bytes = next;
        }
        return bytes;
    }

    /** Sends it as a member and returns the refusal's sentence. */
    private String refused(String target, String body, int status, String codes) {
        String which = target + " " + (body.length() > 200 ? body.substring(0, 200) + "…" : body);
        Wire answer = post(target, body);
        assertRefused(which, answer, status, codes);
        unchanged();
        return answer.json().get("detail").asText();
    }

    private Wire post(String target, String body) {
        return Wire.call(base, "POST", target, member.token, JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    private Wire withHeaders(String method, String target, Map<String, String> more, byte @Nullable [] body) {
        Map<String, String> headers = new LinkedHashMap<>(more);
        headers.put("Authorization", "Bearer " + member.token);
        if (body != null) {
            headers.put("Content-Length", Integer.toString(body.length));
        }
        return Wire.call(base, method, target, headers, body);
    }

    private void unchanged() {
        assertThat(scene.numbers()).isEqualTo(before);
    }

    private static void assertRefused(String which, Wire answer, int status, String codes) {
        assertThat(answer.status()).as(which + "\n" + answer.everything()).isEqualTo(status);
        assertProblem(which, answer);
        assertThat(answer.json().path("code").asText()).as(which).matches(codes);
    }

    private static void assertProblem(String which, Wire answer) {
        assertThat(answer.head()).as(which).containsIgnoringCase("content-type: application/problem+json");
        assertThat(answer.json().path("detail").asText()).as(which).isNotEmpty().doesNotContain("dev.parley")
                .doesNotContain("Exception").doesNotContain("java.");
        assertThat(answer.json().path("status").asInt()).as(which).isEqualTo(answer.status());
    }

    @Test
    void http2IsNotSpokenSinceItsStreamsHideWhoIsSlow() {
        String settings = "\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000";
        Wire preface = Wire.raw(base, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings, null);
        assertThat(preface.status()).isNotEqualTo(200);
        assertThat(preface.head()).doesNotStartWith("\u0000");
        Wire upgrade = Wire.call(base, "GET", "/q/health/live", Map.of("Connection", "Upgrade, HTTP2-Settings", "Upgrade",
                "h2c", "HTTP2-Settings", "AAMAAABkAAQAAP__"), null);
        assertThat(upgrade.status()).isEqualTo(200);
    }
}

package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.NpmClients;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;

/** Ann posts by every door; what Ben reads and hears by all others is the same, before and after it changes. */
abstract class OneMessageAllDoors {

    @RegisterExtension
    final Browser browser = new Browser();

    private URI base;
    private Person ann;
    private Person ben;
    private long room;
    private Page page;
    private Socket anns;
    private Socket bens;
    /** Of each message the latest that Ben's socket heard. */
    private final Map<Long, JsonNode> heard = new LinkedHashMap<>();

    /**
     * A message as a door tells it.
     *
     * @param file of its first file, in base64
     */
    private record Seen(String content, @Nullable String file, boolean edited, boolean deleted) {
    }

    /** Where the service is that is asked. */
    abstract URI base();

    @BeforeEach
    void annAndBen() {
        base = base();
        ann = Person.register(base, "Ann");
        ben = Person.register(base, "Ben");
        room = ann.room(ben);
        anns = ann.socket(room);
        bens = ben.socket();
        bens.listen(frame -> {
            synchronized (heard) {
                if (frame.at("/data/seq").isNumber()) {
                    heard.put(frame.at("/data/id").asLong(), frame);
                }
            }
        });
        page = browser.page(base);
        page.addScriptTag(new Page.AddScriptTagOptions().setPath(NpmClients.file("socket.io-client/dist/socket.io.js")));
        Browser.run(page, """
                const open = token => io({ auth: { token }, forceNew: true });
                const ann = open('%s'), ben = open('%s'), heard = {}, receipts = [];
                for (const event of ['new_message', 'message_update', 'message_deleted']) {
                    ben.on(event, message => { heard[message._id ?? message.id] = message; });
                }
                ann.on('message_read', receipt => receipts.push(receipt));
                """.formatted(ann.token, ben.token));
        page.waitForFunction("() => ann.connected && ben.connected");
    }

    @AfterEach
    void closeSockets() {
        anns.close();
        bens.close();
    }

    @Test
    void textsAgree() {
        Map<String, ToLongFunction<String>> doors = Map.of(
                "004", text -> ann.post(room, text).get("id").asLong(),
                "004's socket", text -> {
                    anns.send("send_message", Map.of("room_id", room, "content", text));
                    return heardByItsSender(text);
                },
                "002", text -> ann.post("/api/chat/conversations/" + room + "/messages/", Map.of("content", text)).expect(201)
                        .get("id").asLong(),
                "Socket.IO", text -> emit(Map.of("conversation_id", Long.toString(room), "content", text, "type", "text")));
        doors.forEach((door, post) -> {
            long id = post.applyAsLong("Hello by " + door);
            expect(door, id, new Seen("Hello by " + door, null, false, false));
            changeAndDelete(door, id, null);
        });
    }

    @Test
    void captionsAndFilesAgree() {
        byte[] photo = Samples.bytes(SampleFiles.get("photo.jpg"));
        String base64 = Samples.base64(photo);
        Map<String, ToLongFunction<String>> doors = Map.of(
                "004", text -> ann.post(room, new Form().field("content", text).file("photo.jpg", photo)).expect(201).get("id")
                        .asLong(),
                "004's socket", text -> {
                    anns.send("send_message", Map.of("room_id", room, "content", text, "files_data",
                            List.of(Map.of("file_name", "photo.jpg", "file_data", base64))));
                    return heardByItsSender(text);
                },
                "000", text -> {
                    JsonNode files = ann.send("POST", "/api/upload", new Form().file("photo.jpg", photo).body(), Form.TYPE)
                            .expect(201);
                    return ann.post("/api/chat/rooms/" + room + "/messages",
                            Map.of("content", text, "attachment_ids", files.findValuesAsText("id"))).expect(201).get("id")
                            .asLong();
                },
                "001", text -> {
                    long id = ann.post(room, text).get("id").asLong();
                    ann.send("POST", "/api/v1/media/upload", new Form().field("message_id", id).file("file", "photo.jpg", photo)
                            .body(), Form.TYPE).expect(201);
                    return id;
                },
                "002", text -> ann.send("POST", "/api/chat/conversations/" + room + "/send-file/",
                        new Form().field("caption", text).file("file", "photo.jpg", photo).body(), Form.TYPE).expect(201)
                        .get("id")
                        .asLong(),
                "003", text -> ann.send("POST", "/messages/upload", new Form().field("conversation_id", room)
                        .field("content", text).file("file", "photo.jpg", photo).body(), Form.TYPE).expect(200)
                        .at("/message/_id")
                        .asLong(),
                "Socket.IO", text -> emit(Map.of("conversation_id", Long.toString(room), "content", text, "type", "image",
                        "file_name", "photo.jpg", "file_data", base64)));
        doors.forEach((door, post) -> {
            long id = post.applyAsLong("A photo by " + door);
            expect(door, id, new Seen("A photo by " + door, base64, false, false));
            changeAndDelete(door, id, base64);
        });
    }

    @Test
    void aFileThatIsTakenAwayIsGoneEverywhere() {
        byte[] photo = Samples.bytes(SampleFiles.get("photo.jpg"));
        long captioned = ann.post(room, new Form().field("content", "Look").file("photo.jpg", photo)).expect(201).get("id")
                .asLong();
        long bare = ann.post(room, new Form().file("photo.jpg", photo)).expect(201).get("id").asLong();
        for (long id : new long[] { captioned, bare }) {
            String media = ann.get("/api/v1/media/message/" + id).expect(200).at("/0/id").asText();
            assertThat(ann.delete("/api/v1/media/" + media).status()).isEqualTo(204);
        }
        expect("001", captioned, new Seen("Look", null, false, false));
        // Nothing of it is left to show.
        expect("001", bare, new Seen("", null, false, true));
    }

    @Test
    void readStateAgrees() {
        Map<String, Runnable> doors = Map.of(
                "004", () -> ben.post("/api/chat/rooms/" + room + "/read", null).expect(200),
                "004's socket", () -> bens.send("mark_read", Map.of("room_id", room)).join(),
                "002", () -> ben.post("/api/chat/conversations/" + room + "/mark-read/", null).expect(200),
                "Socket.IO", () -> page.evaluate("id => ben.emitWithAck('mark_read', { conversation_id: id })",
                        Long.toString(room)));
        int receipts = 0;
        for (Map.Entry<String, Runnable> door : doors.entrySet()) {
            ann.post(room, "One");
            ann.post("/api/chat/conversations/" + room + "/messages/", Map.of("content", "Two")).expect(201);
            emit(Map.of("conversation_id", Long.toString(room), "content", "Three", "type", "text"));
            assertUnread(door.getKey(), 3);

            door.getValue().run();

            JsonNode receipt = anns.await("message_read");
            assertThat(receipt.at("/data/user_id").asLong()).isEqualTo(ben.id);
            int expected = ++receipts;
            page.waitForFunction("count => receipts.length === count", expected);
            assertUnread(door.getKey(), 0);
            for (String path : List.of("/api/chat/rooms/" + room + "/messages", "/api/chat/conversations/" + room
                    + "/messages/")) {
                assertThat(ann.get(path).expect(200).get("messages").findValues("is_read")).as(door.getKey())
                        .hasSize(3 * expected).allMatch(JsonNode::asBoolean);
            }
        }
    }

    private void assertUnread(String door, int count) {
        assertThat(ben.get("/api/chat/unread-count").expect(200).get("unread_count").asInt()).as(door).isEqualTo(count);
        assertThat(ben.get("/api/chat/unread-count/").expect(200).at("/rooms").findValuesAsText("unread_count")).as(door)
                .allMatch(Integer.toString(count)::equals);
        assertThat(ben.get("/api/chat/rooms").expect(200).at("/rooms/0/unread_count").asInt()).as(door).isEqualTo(count);
        assertThat(ben.get("/api/chat/conversations/").expect(200).at("/conversations/0/unread_count").asInt()).as(door)
                .isEqualTo(count);
    }

    private void changeAndDelete(String door, long id, @Nullable String file) {
        List<String> links = links(id);
        ann.put("/api/chat/messages/" + id, Map.of("content", "Said otherwise")).expect(200);
        expect(door, id, new Seen("Said otherwise", file, true, false));
        ann.delete("/api/chat/messages/" + id).expect(200);
        expect(door, id, new Seen("", null, true, true));
        assertThat(links).hasSize(file == null ? 0 : 4);
        for (String link : links) {
            assertThat(ben.get(link).status()).as(link).isEqualTo(404);
        }
    }

    /** Every address by which a message's file may be had. */
    private List<String> links(long id) {
        List<String> links = new ArrayList<>();
        page(ben, "/api/chat/rooms/" + room + "/messages", id).findValuesAsText("file_path").forEach(links::add);
        JsonNode attachment = page(ben, "/api/chat/conversations/" + room + "/messages/", id).get("attachment");
        JsonNode media = ben.get("/api/v1/media/message/" + id).expect(200);
        if (!media.isEmpty()) {
            links.add(attachment.asText());
            links.add(media.at("/0/url").asText());
            links.add("/api/v1/media/files/" + media.at("/0/file_name").asText());
        }
        return links;
    }

    private void expect(String door, long id, Seen expected) {
        Awaitility.await(door).pollInSameThread().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            Map<String, Seen> seen = seen(id);
            assertThat(seen).hasSize(6).allSatisfy((reader, message) -> assertThat(message).as(door + " to " + reader)
                    .isEqualTo(expected));
        });
        JsonNode media = ben.get("/api/v1/media/message/" + id).body();
        assertThat(expected.file == null ? media.at("/0/url").isMissingNode()
                : fetched(media.at("/0/url").asText()).equals(expected.file)).as(door + " to 001").isTrue();
    }

    /** By every door that tells messages. */
    private Map<String, Seen> seen(long id) {
        Map<String, Seen> seen = new LinkedHashMap<>();
        seen.put("004", core(page(ben, "/api/chat/rooms/" + room + "/messages", id)));
        seen.put("its sender at 004", core(page(ann, "/api/chat/rooms/" + room + "/messages", id)));
        JsonNode changes = ben.get("/api/chat/rooms/" + room + "/changes?since=0&limit=500").expect(200).get("changes");
        for (JsonNode frame : changes) {
            if (frame.at("/data/id").asLong() == id && frame.at("/data/seq").isNumber()) {
                seen.put("004's changes", core(frame.get("data")));
            }
        }
        synchronized (heard) {
            JsonNode frame = heard.get(id);
            if (frame != null) {
                // A deletion's frame has no more to say.
                seen.put("004's socket", frame.path("type").asText().equals("message_deleted") ? seen.get("004")
                        : core(frame.get("data")));
            }
        }
        JsonNode two = page(ben, "/api/chat/conversations/" + room + "/messages/", id);
        seen.put("002", new Seen(two.get("content").asText(), fetched(two.get("attachment").asText(null)),
                !two.get("edited_at").isNull(), two.get("is_deleted").asBoolean()));
        JsonNode three = Samples.json(page.evaluate("id => heard[id]", Long.toString(id)));
        if (three.has("content")) {
            seen.put("Socket.IO", new Seen(three.get("content").asText(), fetched(three.get("media_url").asText(null)),
                    !three.get("edited_at").isNull(), three.get("is_deleted").asBoolean()));
        } else if (three.has("_id")) {
            seen.put("Socket.IO", seen.get("004"));
        }
        return seen;
    }

    private Seen core(JsonNode message) {
        return new Seen(message.get("content").asText(), fetched(message.at("/files_data/0/file_path").asText(null)),
                !message.get("edited_at").isNull(), message.get("is_deleted").asBoolean());
    }

    private @Nullable String fetched(@Nullable String url) {
        return url == null || url.isEmpty() ? null : Samples.base64(Samples.fetch(base.resolve(url).toString()));
    }

    private static JsonNode page(Person person, String path, long id) {
        for (JsonNode message : person.get(path).expect(200).get("messages")) {
            if (message.get("id").asLong() == id) {
                return message;
            }
        }
        throw new AssertionError(path + " has no " + id);
    }

    private long heardByItsSender(String text) {
        return anns.await(frame -> frame.path("type").asText().equals("new_message")
                && frame.at("/data/content").asText().equals(text), Duration.ofSeconds(10)).at("/data/id").asLong();
    }

    /** Sends a message by Socket.IO. */
    private long emit(Map<String, String> message) {
        JsonNode answer = Samples.json(page.evaluate("message => ann.emitWithAck('send_message', message)", message));
        assertThat(answer.get("success").asBoolean()).as(answer.toString()).isTrue();
        return answer.at("/message/_id").asLong();
    }
}

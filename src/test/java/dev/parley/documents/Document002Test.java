package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Document 002 has no code: its endpoints, its message and what it says of the list of conversations. */
@QuarkusTest
class Document002Test {

    @RegisterExtension
    static final Document document = Document.read("002-chat-feature.md")
            .leavingOut("how another server is installed", "bash");
    private static final byte[] ZIP = new byte[] { 'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

    @TestHTTPResource("/")
    URI base;
    private Person ann;
    private Person ben;
    private long conversation;

    @BeforeEach
    void annAndBen() {
        ann = Person.register(base, "Ann");
        ben = Person.register(base, "Ben");
        conversation = call(ann, "Create conversation").expect(201).get("id").asLong();
    }

    @Test
    void everyEndpointAnswersWithAndWithoutItsTrailingSlash() {
        byte[] photo = Samples.bytes(SampleFiles.get("photo.jpg"));
        Map<String, Function<String, Answer>> uses = Map.of(
                "List all conversations", ann::get,
                "Create conversation", path -> ann.post(path, null),
                "Get messages", ann::get,
                "Send text message", path -> ann.post(path, Map.of("content", "Hello")),
                "Send file/image",
                path -> ann.send("POST", path, new Form().file("file", "photo.jpg", photo).body(), Form.TYPE),
                "Mark as read", path -> ann.post(path, null),
                "Get unread count", ann::get);
        List<MatchResult> endpoints = endpoints();
        assertThat(endpoints.stream().map(endpoint -> endpoint.group(3))).containsExactlyInAnyOrderElementsOf(uses.keySet());
        for (MatchResult endpoint : endpoints) {
            String path = path(endpoint);
            Function<String, Answer> use = uses.get(endpoint.group(3));
            assertThat(path).endsWith("/");
            assertThat(use.apply(path).status()).as(path).isBetween(200, 201);
            assertThat(use.apply(path.substring(0, path.length() - 1)).status()).as(path).isBetween(200, 201);
        }
    }

    @Test
    void aMessageHasTheFieldsOfTheSchema() {
        List<String> fields = Pattern.compile("- (\\w+)").matcher(document.sample("", "Database Schema")).results()
                .map(field -> field.group(1)).toList();
        assertThat(fields).hasSize(10).startsWith("id").endsWith("created_at");
        JsonNode text = send("Hello");
        JsonNode image = sendFile("photo.jpg", Samples.bytes(SampleFiles.get("photo.jpg")), "At the sea");
        JsonNode file = sendFile("all.zip", ZIP, null);
        JsonNode video = sendFile("clip.mp4", Samples.bytes(SampleFiles.get("start.mp4")), null);
        JsonNode page = call(ben, "Get messages").expect(200).get("messages");
        assertThat(page).hasSize(4);
        List<JsonNode> all = List.of(text, image, file, video);
        for (int i = 0; i < all.size(); i++) {
            JsonNode message = all.get(i);
            assertThat(message.properties().stream().map(Map.Entry::getKey)).containsAll(fields);
            assertThat(message.get("conversation").asLong()).isEqualTo(conversation);
            assertThat(message.get("sender").asLong()).isEqualTo(ann.id);
            assertThat(message.get("is_read").isBoolean()).isTrue();
            for (String field : fields) {
                // The link is made for who looks.
                if (!field.equals("attachment")) {
                    assertThat(page.get(i).get(field)).as(field).isEqualTo(message.get(field));
                }
            }
        }
        assertAttachment(text, "text", "Hello", null, null);
        assertAttachment(image, "image", "At the sea", "photo.jpg", Samples.bytes(SampleFiles.get("photo.jpg")));
        assertAttachment(file, "file", "", "all.zip", ZIP);
        assertAttachment(video, "file", "", "clip.mp4", Samples.bytes(SampleFiles.get("start.mp4")));
    }

    @Test
    void captionsMayBeCalledContentToo() {
        JsonNode sent = ann.send("POST", path("Send file/image"), new Form().field("content", "By this name")
                .file("file", "all.zip", ZIP).body(), Form.TYPE).expect(201);
        assertThat(sent.get("content").asText()).isEqualTo("By this name");
    }

    @Test
    void theListShowsPreviewsAndUnreadCounts() {
        assertThat(document.prose("\\s*- 📷 for images")).hasSize(1);
        assertThat(document.prose("\\s*- 📎 for files")).hasSize(1);
        assertThat(listed(ben).get("last_message").isNull()).isTrue();
        send("Hello, Ben");
        assertListed("Hello, Ben", 1);
        sendFile("photo.jpg", Samples.bytes(SampleFiles.get("photo.jpg")), null);
        assertThat(listed(ben).get("last_message").asText()).startsWith("📷");
        sendFile("photo.jpg", Samples.bytes(SampleFiles.get("photo.jpg")), "At the sea");
        assertListed("📷 At the sea", 3);
        sendFile("all.zip", ZIP, null);
        assertListed("📎 all.zip", 4);
        assertThat(call(ben, "Get unread count").expect(200).get("unread_count").asLong()).isEqualTo(4);
        assertThat(listed(ann).get("unread_count").asLong()).isZero();
        assertThat(listed(ben).at("/other_user/name").asText()).isEqualTo("Ann");
        assertThat(listed(ben).at("/other_user/id").asLong()).isEqualTo(ann.id);

        call(ben, "Mark as read").expect(200);

        assertListed("📎 all.zip", 0);
        assertThat(call(ben, "Get unread count").expect(200).get("unread_count").asLong()).isZero();
        assertThat(call(ann, "Get messages").expect(200).get("messages").findValues("is_read"))
                .hasSize(4).allMatch(JsonNode::asBoolean);
    }

    @Test
    void conversationsAreSortedByTheirNewestMessage() {
        Person cleo = Person.register(base, "Cleo");
        ann.post("/api/chat/conversations/" + cleo.id + "/", null).expect(201);
        send("The newest");
        assertThat(ids(ann)).first().isEqualTo(conversation);
        cleo.post(ann.room(cleo), "Newer still");
        assertThat(ids(ann)).hasSize(2).last().isEqualTo(conversation);
        assertThat(call(ann, "Create conversation").expect(200).get("id").asLong()).isEqualTo(conversation);
    }

    @Test
    void historyComesInPages() {
        for (int i = 1; i <= 5; i++) {
            send("Number " + i);
        }
        JsonNode newest = ann.get(path("Get messages") + "?page=1&per_page=2").expect(200);
        assertThat(newest.get("messages").findValuesAsText("content")).containsExactly("Number 4", "Number 5");
        assertThat(newest.get("total").asInt()).isEqualTo(5);
        assertThat(newest.get("page").asInt()).isEqualTo(1);
        assertThat(newest.get("per_page").asInt()).isEqualTo(2);
        assertThat(newest.get("has_more").asBoolean()).isTrue();
        JsonNode oldest = ann.get(path("Get messages") + "?page=3&per_page=2").expect(200);
        assertThat(oldest.get("messages").findValuesAsText("content")).containsExactly("Number 1");
        assertThat(oldest.get("has_more").asBoolean()).isFalse();
    }

    private void assertAttachment(JsonNode message, String type, String content, @Nullable String name,
            byte @Nullable [] bytes) {
        assertThat(message.get("message_type").asText()).isEqualTo(type);
        assertThat(message.get("content").asText()).isEqualTo(content);
        if (bytes == null) {
            assertThat(List.of(message.get("attachment"), message.get("attachment_name"), message.get("attachment_size")))
                    .allMatch(JsonNode::isNull);
        } else {
            assertThat(message.get("attachment_name").asText()).isEqualTo(name);
            assertThat(message.get("attachment_size").asLong()).isEqualTo(bytes.length);
            assertThat(Samples.fetch(message.get("attachment").asText())).isEqualTo(bytes);
        }
    }

    private void assertListed(String preview, long unread) {
        assertThat(listed(ben).get("last_message").asText()).isEqualTo(preview);
        assertThat(listed(ben).get("unread_count").asLong()).isEqualTo(unread);
    }

    private static JsonNode listed(Person person) {
        return person.get("/api/chat/conversations/").expect(200).at("/conversations/0");
    }

    private static List<Long> ids(Person person) {
        return person.get("/api/chat/conversations/").expect(200).get("conversations").findParents("last_message").stream()
                .map(each -> each.get("id").asLong()).toList();
    }

    private JsonNode send(String content) {
        return ann.post(path("Send text message"), Map.of("content", content)).expect(201);
    }

    private JsonNode sendFile(String name, byte[] content, @Nullable String caption) {
        Form form = new Form().file("file", name, content);
        return ann.send("POST", path("Send file/image"), (caption == null ? form : form.field("caption", caption)).body(),
                Form.TYPE).expect(201);
    }

    /** One of the document's endpoints, by what it says that it does. */
    private Answer call(Person person, String what) {
        MatchResult endpoint = endpoint(what);
        return person.call(endpoint.group(1), path(endpoint), null, Map.of());
    }

    private String path(String what) {
        return path(endpoint(what));
    }

    private String path(MatchResult endpoint) {
        return endpoint.group(2).replace("<user_id>", Long.toString(ben.id)).replace("<id>", Long.toString(conversation));
    }

    private static MatchResult endpoint(String what) {
        return endpoints().stream().filter(endpoint -> endpoint.group(3).equals(what)).findFirst().orElseThrow();
    }

    private static List<MatchResult> endpoints() {
        return document.prose("- `(GET|POST) (\\S+)` - (.*)").toList();
    }
}

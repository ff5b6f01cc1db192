package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.NpmClients;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Document 003 by HTTP: its functions in a browser, its command lines, its answers. Its sockets: Document003SocketTest. */
@QuarkusTest
class Document003Test {

    @RegisterExtension
    static final Document document = Document.read("003-file-upload-system.md")
            .leavingOut("how another server is set up", "python")
            .leavingOut("where another server keeps files", "", "File Storage Structure")
            .leavingOut("run by Document003SocketTest", "javascript", "Socket.IO Upload (Legacy)")
            .leavingOut("run by Document003SocketTest", "javascript", "Before (Socket.IO - Unreliable)")
            .leavingOut("run by Document003SocketTest", "javascript", "Complete Frontend Example")
            .leavingOut("run by Document003SocketTest", "javascript", "1. Always Use HTTP for Videos");

    @RegisterExtension
    final Browser browser = new Browser();

    @TempDir
    Path directory;

    @TestHTTPResource("/")
    URI base;
    private Person user;
    private Person other;
    private long room;

    @BeforeEach
    void twoPeople() {
        user = Person.register(base, "User");
        other = Person.register(base, "Other");
        room = user.room(other);
    }

    @Test
    void theFetchFunction() {
        Page page = page();
        Browser.run(page, document.sample("javascript", "Example: JavaScript/Fetch"));
        String first = (String) page.evaluate("async () => (await uploadFile(videoFile, conversationId))._id");
        Object message = page.evaluate("id => uploadFile(videoFile, conversationId, 'Check out this video!', id)", first);
        assertMessage(message, "Check out this video!", first);
    }

    @Test
    void theFunctionWithProgress() {
        Page page = page();
        List<String> said = console(page);
        // Its usage stands behind it, and does not wait.
        Browser.run(page, document.sample("javascript", "Example: With Progress Tracking"));
        page.waitForFunction("() => bars.at(-1) === 100");
        page.waitForCondition(() -> said.contains("Upload progress: 100.00%"));
        assertMessage(page.evaluate("() => uploadFileWithProgress(videoFile, conversationId, () => {})"), "", null);
        assertThat(page.evaluate("() => uploadFileWithProgress(videoFile, '0', () => {}).catch(e => e.message)"))
                .isEqualTo("Upload failed: 404");
        assertThat(browser.takeErrors()).hasSize(1).first().asString().contains("404");
    }

    @Test
    void theAxiosFunction() {
        Page page = page();
        List<String> said = console(page);
        Browser.run(page, NpmClients.bundle(Map.of("sample.js",
                document.sample("javascript", "Example: React with Axios") + "window.uploadFile = uploadFile;"), "sample.js"));
        assertMessage(page.evaluate("() => uploadFile(videoFile, conversationId, 'Check out this video!')"),
                "Check out this video!", null);
        assertThat(said).contains("Upload: 100%");
    }

    @Test
    void theMigratedFunction() {
        Page page = page();
        Browser.run(page, document.sample("javascript", "After (HTTP - Reliable)"));
        assertMessage(page.evaluate("() => sendFile(videoFile, conversationId)"), "", null);
    }

    @Test
    void theBestPractices() {
        Page page = page();
        Browser.run(page, document.sample("javascript", "Example: JavaScript/Fetch"));
        Browser.run(page, document.sample("javascript", "2. Show Upload Progress") + """
                const form = new FormData();
                form.append('file', videoFile);
                form.append('conversation_id', conversationId);
                xhr.open('POST', '/messages/upload');
                xhr.setRequestHeader('Authorization', `Bearer ${token}`);
                xhr.send(form);""");
        page.waitForFunction("() => bars.at(-1) === 100 && xhr.status === 200");

        String errors = document.sample("javascript", "3. Handle Errors Gracefully");
        Browser.runModule(page, "const file = videoFile;" + errors);
        assertThat(page.evaluate("() => shown")).isEqualTo("File uploaded successfully!");
        page.context().setOffline(true);
        Browser.runModule(page, "const file = videoFile;" + errors);
        page.context().setOffline(false);
        assertThat((String) page.evaluate("() => shown")).startsWith("Upload failed: ");
        assertThat(browser.takeErrors()).hasSize(1);

        String size = "file => {" + document.sample("javascript", "4. Validate File Size") + "return 'fits'; }";
        assertThat(page.evaluate("() => (" + size + ")({ size: 100 * 1024 * 1024 })")).isEqualTo("fits");
        page.evaluate("() => (" + size + ")({ size: 100 * 1024 * 1024 + 1 })");
        assertThat(page.evaluate("() => shown")).isEqualTo("File too large. Maximum size is 100MB.");

        Browser.run(page, document.sample("javascript", "5. Show File Type Icons"));
        assertThat(page.evaluate("async () => getFileIcon((await uploadFile(videoFile, conversationId)).type)"))
                .isEqualTo("🎥");
    }

    @Test
    void theAnswerIsExactlyTheDocumented() {
        Answer answer = post(new Form().file("file", "my_video.mp4", Samples.mp4(300_000)).field("conversation_id", room)
                .field("content", "Check out this video!"));
        document.json("Response Format", "Success (200):").with("/message/conversation_id", Long.toString(room))
                .with("/message/sender", user.email).varying("_id", "media_url", "created_at").complete()
                .matches(answer.expect(200));
        String url = answer.body().at("/message/media_url").asText();
        assertThat(Samples.fetch(base.resolve(url).toString())).isEqualTo(Samples.mp4(300_000));
        assertThat(document.sample("", "Endpoint").strip()).isEqualTo("POST /messages/upload");
        assertThat(user.send("POST", "/messages/upload/", new Form().file("file", "a.bin", new byte[] { 0, 1 })
                .field("conversation_id", room).body(), Form.TYPE).expect(200).at("/message/type").asText()).isEqualTo("file");
    }

    @Test
    void refusalsHaveADetail() {
        byte[] photo = Samples.bytes(SampleFiles.get("photo.jpg"));
        Person stranger = Person.register(base, "Stranger");
        Form form = new Form().file("file", "photo.jpg", photo).field("conversation_id", room);
        for (JsonNode refused : List.of(post(new Form().field("conversation_id", room)).expect(400),
                stranger.send("POST", "/messages/upload", form.body(), Form.TYPE).expect(404),
                post(new Form().file("file", "photo.jpg", photo).field("conversation_id", "507f1f77bcf86cd799439012"))
                        .expect(404))) {
            document.json("Response Format", "Error (400/403/404/500):").varying("detail").matches(refused);
        }
    }

    @Test
    void theCommandLines() {
        JsonNode video = Samples.json(Curl.run(directory, document.sample("bash", "Test Video Upload"), base,
                Map.of("YOUR_TOKEN", user.token, "/path/to/video.mp4", SampleFiles.get("start.mp4").toString(),
                        "507f1f77bcf86cd799439012", Long.toString(room))));
        assertThat(video.at("/message/type").asText()).isEqualTo("video");
        assertThat(video.at("/message/content").asText()).isEqualTo("Check out this video!");

        JsonNode large = Samples.json(Curl.run(directory, document.sample("bash", "Test Large File"), base,
                Map.of("YOUR_TOKEN", user.token, "507f1f77bcf86cd799439012", Long.toString(room))));
        assertThat(large.at("/message/type").asText()).isEqualTo("file");
        assertThat(Samples.fetch(base.resolve(large.at("/message/media_url").asText()).toString()))
                .isEqualTo(new byte[50 << 20]);
    }

    private Answer post(Form form) {
        return user.send("POST", "/messages/upload", form.body(), Form.TYPE);
    }

    private void assertMessage(Object message, String content, @Nullable String replyTo) {
        Example example = document.json("Response Format", "Success (200):");
        Example inner = Example.of(example.tree().get("message").toString()).with("/conversation_id", Long.toString(room))
                .with("/sender", user.email).with("/content", content).varying("_id", "media_url", "created_at").complete();
        (replyTo == null ? inner : inner.with("/reply_to", replyTo)).matches(Samples.json(message));
        JsonNode others = other.get("/api/chat/rooms/" + room + "/messages").expect(200).get("messages");
        assertThat(Long.toString(others.get(others.size() - 1).get("id").asLong()))
                .isEqualTo(((Map<?, ?>) message).get("_id"));
    }

    private static List<String> console(Page page) {
        List<String> said = new ArrayList<>();
        page.onConsoleMessage(message -> said.add(message.text()));
        return said;
    }

    /** A page with what the samples take for granted: a token, a conversation, a video that somebody chose. */
    private Page page() {
        Page page = browser.page(base);
        page.evaluate("() => document.body.innerHTML = '<input id=video-input type=file>'");
        page.setInputFiles("#video-input", new FilePayload("my_video.mp4", "video/mp4",
                Samples.mp4(300_000)));
        Browser.run(page, """
                const accessToken = '%1$s', token = '%1$s', conversationId = '%2$d';
                const videoFile = document.getElementById('video-input').files[0];
                const bars = [];
                let shown;
                const updateProgressBar = percent => bars.push(percent);
                const showSuccess = text => { shown = text; }, showError = showSuccess;
                """.formatted(user.token, room));
        return page;
    }
}

package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.NpmClients;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Document 003 by Socket.IO: its samples in a browser, with the official client. */
@QuarkusTest
class Document003SocketTest {

    private static final String ELSEWHERE = "run by Document003Test";

    @RegisterExtension
    static final Document document = Document.read("003-file-upload-system.md")
            .leavingOut("how another server is set up", "python")
            .leavingOut("where another server keeps files", "", "File Storage Structure")
            .leavingOut(ELSEWHERE, "bash")
            .leavingOut(ELSEWHERE, "", "HTTP Upload API")
            .leavingOut(ELSEWHERE, "javascript", "HTTP Upload API")
            .leavingOut(ELSEWHERE, "json", "Error (400/403/404/500):")
            .leavingOut(ELSEWHERE, "javascript", "After (HTTP - Reliable)")
            .leavingOut(ELSEWHERE, "javascript", "2. Show Upload Progress")
            .leavingOut(ELSEWHERE, "javascript", "3. Handle Errors Gracefully")
            .leavingOut(ELSEWHERE, "javascript", "4. Validate File Size")
            .leavingOut(ELSEWHERE, "javascript", "5. Show File Type Icons");

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;
    private Person user;
    private long room;
    private Page page;

    @BeforeEach
    void aConnectedPage() {
        user = Person.register(base, "User");
        Person other = Person.register(base, "Other");
        room = user.room(other);
        page = browser.page(base);
        page.evaluate("() => document.body.innerHTML = '<input id=video-input type=file><input id=image-input type=file>'");
        page.setInputFiles("#video-input", SampleFiles.get("start.mp4"));
        page.setInputFiles("#image-input", SampleFiles.get("photo.jpg"));
        page.addScriptTag(new Page.AddScriptTagOptions().setPath(NpmClients.file("socket.io-client/dist/socket.io.js")));
        Browser.run(page, """
                const token = '%s', conversationId = '%d', heard = [], refused = [];
                const socket = io({ auth: { token } });
                socket.on('new_message', message => heard.push(message));
                socket.on('error', error => refused.push(error));
                const image = document.getElementById('image-input').files[0];
                const video = document.getElementById('video-input').files[0];
                """.formatted(user.token, room));
        page.waitForFunction("() => socket.connected");
    }

    @Test
    void theEvent() {
        Browser.run(page, "const base64EncodedString = '%s';"
                .formatted(Samples.base64(Samples.bytes(SampleFiles.get("photo.jpg"))))
                + document.sample("javascript", "Socket.IO Upload (Legacy)").replace("507f1f77bcf86cd799439012",
                        Long.toString(room)));
        assertMessage(heard(), "Caption text", "image", SampleFiles.get("photo.jpg"));
    }

    @Test
    void theFunctionOfOldClients() {
        Browser.run(page, document.sample("javascript", "Before (Socket.IO - Unreliable)"));
        page.evaluate("() => sendFile(video, conversationId)");
        assertMessage(heard(), "", "video", SampleFiles.get("start.mp4"));
    }

    @Test
    void theFileUploaderByBothWays() {
        String sample = document.sample("javascript", "Complete Frontend Example");
        assertThat(sample).contains("'http://localhost:8000'");
        Browser.runModule(page, sample.replace("http://localhost:8000", "http://" + base.getAuthority())
                + "window.uploader = uploader; window.sent = message;");
        assertMessage(page.evaluate("() => sent"), "Check out this video!", "video", SampleFiles.get("start.mp4"));

        assertMessage(page.evaluate("() => uploader.sendMessage(image, conversationId, 'A photo')"), "A photo", "image",
                SampleFiles.get("photo.jpg"));
        assertMessage(page.evaluate("() => uploader.sendMessage(image, conversationId)"), "", "image",
                SampleFiles.get("photo.jpg"));
        assertMessage(page.evaluate("() => uploader.uploadViaHTTP(image, conversationId)"), "", "image",
                SampleFiles.get("photo.jpg"));
    }

    @Test
    void theGoodPracticeWorksAndTheBadOneIsAnswered() {
        Browser.runModule(page,
                """
                        const file = video, base64 = 'AAAA';
                        const uploadViaHTTP = async (file, conversation) => {
                            const form = new FormData();
                            form.append('file', file);
                            form.append('conversation_id', conversation);
                            await fetch('/messages/upload', { method: 'POST', body: form, headers: { Authorization: `Bearer ${token}` } });
                        };
                        """
                        + document.sample("javascript", "1. Always Use HTTP for Videos"));
        assertMessage(heard(), "", "video", SampleFiles.get("start.mp4"));
        page.waitForFunction("() => refused.length === 1");
        assertThat((String) page.evaluate("() => refused[0].message")).contains("conversation_id");
        assertThat(page.evaluate("() => socket.connected")).isEqualTo(true);
    }

    /** The first message that the page's socket heard. */
    private @Nullable Object heard() {
        page.waitForFunction("() => heard.length === 1");
        return page.evaluate("() => heard[0]");
    }

    private void assertMessage(@Nullable Object message, String content, String type, Path file) {
        Example whole = document.json("Response Format", "Success (200):");
        JsonNode answer = Samples.json(message);
        Example.of(whole.tree().get("message").toString()).with("/conversation_id", Long.toString(room))
                .with("/sender", user.email).with("/content", content).with("/type", type)
                .varying("_id", "media_url", "created_at").complete().matches(answer);
        assertThat(Samples.fetch(base.resolve(answer.get("media_url").asText()).toString())).isEqualTo(Samples.bytes(file));
    }
}

package dev.parley.documents;

import static com.microsoft.playwright.options.WaitForSelectorState.HIDDEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.NpmClients;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Document 004's clients as they stand, in a real browser: only the server's address is another. */
@QuarkusTest
class Document004ClientTest {

    @RegisterExtension
    static final Document document = Document.read("004-chat-system.md")
            .leavingOut("the schema of another server", "sql")
            .leavingOut("directories of another server", "", "Directory Structure")
            .leavingOut("compared by Document004Test", "http")
            .leavingOut("compared by Document004Test", "json")
            .leavingOut("compared by Document004Test", "", "Authentication");
    /** The document's class leaves open what is done with what it hears: it is kept. */
    private static final String KEEPING = """
            class Keeping extends ChatClient {
                displayMessage(message) { (this.messages ??= []).push(message); }
                showTypingIndicator(typing) { this.typing = typing; }
                updateUserPresence(presence) { this.presence = presence; }
                showError(message) { this.error = message; }
            }
            """;

    private static final byte[] NOTES = "Some notes".getBytes(StandardCharsets.UTF_8);

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;
    private Person john;
    private Person jane;
    private long room;

    @BeforeEach
    void johnAndJane() {
        john = Person.register(base, "John Doe");
        jane = Person.register(base, "Jane Smith");
        room = john.room(jane);
    }

    @Test
    void theConnectionOfOneLine() {
        Page page = browser.page(base);
        Browser.run(page, served(document.sample("javascript", "WebSocket Connection", "Connection")).replace("<jwt_token>",
                john.token).replace("<room_id>", Long.toString(room))
                + "const heard = []; ws.onmessage = event => heard.push(JSON.parse(event.data));");
        page.waitForFunction("() => heard.some(frame => frame.type === 'joined')");
    }

    @Test
    void theChatClient() {
        Page page = browser.page(base);
        List<String> said = new ArrayList<>();
        page.onConsoleMessage(message -> said.add(message.text()));
        Browser.run(page,
                served(document.sample("javascript", "Frontend JavaScript Example", "WebSocket Connection")) + KEEPING);
        Browser.run(page, document.sample("javascript", "Frontend JavaScript Example", "File Upload via WebSocket"));
        Browser.run(page, "const jane = new Keeping('%s', %d);".formatted(jane.token, room));
        page.waitForFunction("() => jane.ws.readyState === WebSocket.OPEN");
        Browser.run(page, "const john = new Keeping('%s', %d);".formatted(john.token, room));
        page.waitForFunction("() => john.ws.readyState === WebSocket.OPEN");
        page.waitForFunction("id => jane.presence?.is_online && jane.presence.user_id === id", (int) john.id);
        assertThat(said).contains("Connected to chat");

        page.evaluate("id => john.sendTextMessage('Hello!', id)", (int) jane.id);
        page.waitForFunction("() => jane.messages?.length === 1 && john.messages?.length === 1");
        assertThat(page.evaluate("() => jane.messages[0].content")).isEqualTo("Hello!");
        assertThat(page.evaluate("() => jane.messages[0].sender_details.name")).isEqualTo("John Doe");

        page.evaluate("john.sendTypingIndicator(true)");
        page.waitForFunction("() => jane.typing?.is_typing && jane.typing.user_name === 'John Doe'");
        page.evaluate("john.sendTypingIndicator(false)");
        page.waitForFunction("() => jane.typing.is_typing === false");

        choose(page, SampleFiles.get("photo.jpg"), SampleFiles.get("photo.png"));
        page.evaluate("id => john.sendFiles(chosen(), id)", (int) jane.id);
        page.waitForFunction("() => jane.messages.length === 2");
        assertThat(page.evaluate("() => jane.messages[1].content")).isEqualTo("Sent 2 files");
        assertThat(page.evaluate("() => jane.messages[1].files_data.map(file => file.file_name)"))
                .isEqualTo(List.of("photo.jpg", "photo.png"));
        assertThat(page.evaluate("""
                () => Promise.all(jane.messages[1].files_data.map(file => new Promise((resolve, reject) => {
                    const img = new Image();
                    img.onload = () => resolve(img.naturalWidth);
                    img.onerror = reject;
                    img.src = file.file_path;
                })))""")).isEqualTo(List.of(321, 321));

        choose(page, SampleFiles.get("vbr.mp3"));
        page.evaluate("id => john.sendFiles(chosen(), id, 'voice', 'Voice message', 'temp_789')", (int) jane.id);
        page.waitForFunction("() => jane.messages.length === 3");
        assertThat(page.evaluate("() => jane.messages[2].message_type")).isEqualTo("voice");
        assertThat(page.evaluate("() => john.messages[2].local_temp_id")).isEqualTo("temp_789");

        page.evaluate("id => john.sendTextMessage('x'.repeat(5001), id)", (int) jane.id);
        page.waitForFunction("() => john.error");
        assertThat((String) page.evaluate("() => john.error")).contains("5000");

        page.evaluate("() => john.ws.close()");
        page.waitForFunction("() => jane.presence.is_online === false");
        assertThat(said).contains("Disconnected from chat");
    }

    @Test
    void theReactComponent() {
        Page page = browser.page(base);
        List<String> frames = new ArrayList<>();
        page.onWebSocket(socket -> socket.onFrameReceived(frame -> frames.add(frame.text())));
        Browser.run(page, NpmClients.bundle(Map.of("ChatRoom.jsx", served(document.sample("jsx", "React Component Example")),
                "main.jsx", """
                        import React from 'react';
                        import { createRoot } from 'react-dom/client';
                        import ChatRoom from './ChatRoom';
                        createRoot(document.body.appendChild(document.createElement('div')))
                                .render(<ChatRoom roomId={%d} token="%s" receiverId={%d} />);
                        """.formatted(room, john.token, jane.id)), "main.jsx"));
        try (Socket janes = jane.socket(room)) {
            page.locator("input[type=text]").fill("Hello!");
            // The sample does not wait for its socket either.
            page.waitForCondition(() -> frames.stream().anyMatch(frame -> frame.contains("\"joined\"")));
            page.locator("input[type=text]").press("Enter");
            assertThat(janes.await("new_message").at("/data/content").asText()).isEqualTo("Hello!");
            page.locator(".message p").getByText("Hello!").waitFor();
            assertThat(page.locator("input[type=text]").inputValue()).isEmpty();
            assertThat(page.locator(".message .sender").textContent()).isEqualTo("John Doe");

            janes.send("typing", Map.of("room_id", room, "is_typing", true));
            page.getByText("Someone is typing...").waitFor();
            janes.send("typing", Map.of("room_id", room, "is_typing", false));
            page.getByText("Someone is typing...").waitFor(new Locator.WaitForOptions().setState(HIDDEN));

            page.setInputFiles("input[type=file]", new Path[] { SampleFiles.get("photo.jpg"), SampleFiles.get("photo.png") });
            page.getByText("Selected files: 2").waitFor();
            page.getByText("Clear").click();
            page.setInputFiles("input[type=file]", SampleFiles.get("photo.jpg"));
            page.getByText("Send Files").click();
            JsonNode photo = janes.await("new_message").get("data");
            assertThat(photo.get("message_type").asText()).isEqualTo("image");
            assertThat(photo.get("content").asText()).isEqualTo("Sent 1 file");
            page.waitForFunction("() => document.querySelector('.file-attachment img')?.naturalWidth === 321");

            page.setInputFiles("input[type=file]", new FilePayload("notes.txt", "text/plain", NOTES));
            page.getByText("Send Files").click();
            Locator link = page.locator(".file-attachment a");
            link.waitFor();
            assertThat(link.textContent()).isEqualTo("📎 notes.txt (0.01 KB)");
            assertThat(Samples.fetch(link.getAttribute("href"))).isEqualTo(NOTES);
        }
    }

    private String served(String sample) {
        assertThat(sample).contains("ws://localhost:8000/");
        return sample.replace("ws://localhost:8000/", "ws://" + base.getAuthority() + "/");
    }

    /** Files as somebody chooses them; the page's {@code chosen()} is what the input then holds. */
    private static void choose(Page page, Path... files) {
        page.evaluate("""
                () => {
                    document.body.innerHTML = '<input type=file multiple>';
                    window.chosen = () => Array.from(document.querySelector('input').files);
                }""");
        page.setInputFiles("input", files);
    }
}

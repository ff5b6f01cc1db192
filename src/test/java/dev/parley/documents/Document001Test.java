package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.NpmClients;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;
import io.quarkus.test.junit.QuarkusTest;

/** Document 001: a message first, its files after; its command lines and its React components. */
@QuarkusTest
class Document001Test extends AnnAndBen {

    @RegisterExtension
    static final Document document = Document.read("001-media-sharing.md")
            .leavingOut("how another server is set up", "bash", "Setup Instructions")
            .leavingOut("how another server is set up", "env");
    private static final Pattern UUID_NAME = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.\\w+");
    /** What the sample imports or takes for granted: hooks, the text of the message, the routes, its two components. */
    private static final String GIVEN = """
            import React, { useEffect, useRef, useState } from 'react';
            import { fetchMessageMedia, sendMessage } from '@/api';
            let messageText = '';
            const setMessageText = (text: string) => { messageText = text; window.dispatchEvent(new Event('text')); };
            export { MessageInput, Message };
            """;
    private static final Map<String, String> COMPONENTS = Map.of("api.ts", """
            const call = (path: string, init: RequestInit) => fetch(path, {
                ...init, headers: { ...init.headers, Authorization: `Bearer ${window.token}` }
            }).then(response => response.ok ? response.json() : Promise.reject(new Error(`${path}: ${response.status}`)));
            export const sendMessage = (content: string) => call(`/api/chat/rooms/${window.room}/messages`,
                { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ content }) });
            export const fetchMessageMedia = (id: number) => call(`/api/v1/media/message/${id}`, {});
            export const uploadMedia = (id: number, file: File) => {
                const form = new FormData();
                form.append('file', file);
                form.append('message_id', String(id));
                return call('/api/v1/media/upload', { method: 'POST', body: form });
            };
            """, "components/chat/MediaUpload.tsx", """
            import React, { forwardRef, useImperativeHandle, useState } from 'react';
            import { uploadMedia } from '@/api';
            export const MediaUpload = forwardRef(({ onMediaSelected }: { onMediaSelected: (files: File[]) => void }, ref) => {
                const [files, setFiles] = useState<File[]>([]);
                useImperativeHandle(ref, () => ({
                    uploadFiles: async (id: number) => {
                        for (const file of files) {
                            await uploadMedia(id, file);
                        }
                    }
                }));
                return <input type="file" multiple onChange={event => {
                    const chosen = Array.from(event.target.files!);
                    setFiles(chosen);
                    onMediaSelected(chosen);
                }} />;
            });
            """, "components/chat/MediaPreview.tsx", """
            import React from 'react';
            export const MediaPreview = ({ media }: { media: any[] }) => <>{media.map(each =>
                each.file_type === 'image' ? <img key={each.id} src={each.url} alt={each.original_name} />
                    : each.file_type === 'video' ? <video key={each.id} src={each.url} controls />
                    : <a key={each.id} href={each.url} download>{each.original_name} ({each.file_size})</a>)}</>;
            """);

    @Test
    void theCommandLines() throws Exception {
        Path photo = SampleFiles.get("photo.jpg");
        String message = ann.post(room, "With a photo").get("id").asText();
        try (Socket bens = ben.socket(room)) {
            JsonNode media = Samples.json(Curl.run(directory, document.sample("bash", "Upload Media"), base,
                    Map.of("YOUR_TOKEN", ann.token, "/path/to/image.jpg", photo.toString(), "MESSAGE_UUID", message)));
            Example.of("""
                    {"id": "", "message_id": "%s", "file_name": "", "original_name": "photo.jpg", "file_type": "image",
                     "mime_type": "image/jpeg", "file_size": %d, "url": "http://x/", "thumbnail_url": null,
                     "created_at": "2026-01-01T00:00:00Z"}""".formatted(message, Files.size(photo)))
                    .varying("id", "file_name", "url", "created_at").complete().matches(media);
            assertThat(media.get("file_name").asText()).matches(UUID_NAME);
            JsonNode update = bens.await("message_update").get("data");
            assertThat(update.get("id").asText()).isEqualTo(message);
            assertThat(update.get("has_media").asBoolean()).isTrue();

            JsonNode list = Samples.json(Curl.run(directory, document.sample("bash", "Get Message Media"), base,
                    Map.of("YOUR_TOKEN", ann.token, "MESSAGE_UUID", message)));
            assertThat(list).containsExactly(media);

            Curl.run(directory, document.sample("bash", "Download File"), base,
                    Map.of("YOUR_TOKEN", ben.token, "FILENAME", media.get("file_name").asText()));
            assertThat(directory.resolve("downloaded_file.jpg")).hasSameBinaryContentAs(photo);
        }
    }

    @Test
    void everyEndpointAnswersWithAndWithoutATrailingSlash() {
        List<String> endpoints = document.prose("- `(\\w+ /api/v1/media/\\S+)` - .*").map(found -> found.group(1)).toList();
        assertThat(endpoints).containsExactly("POST /api/v1/media/upload", "GET /api/v1/media/files/{filename}",
                "GET /api/v1/media/message/{message_id}", "DELETE /api/v1/media/{media_id}");
        for (String slash : List.of("", "/")) {
            String message = ann.post(room, "With a photo").get("id").asText();
            JsonNode media = ann.send("POST", "/api/v1/media/upload" + slash,
                    new Form().field("message_id", message)
                            .file("file", "photo.jpg", Samples.bytes(SampleFiles.get("photo.jpg"))).body(),
                    Form.TYPE).expect(201);
            assertThat(ben.get("/api/v1/media/message/" + message + slash).expect(200)).hasSize(1);
            String file = "/api/v1/media/files/" + media.get("file_name").asText() + slash;
            assertThat(ben.get(file).status()).isEqualTo(200);
            assertThat(ann.delete("/api/v1/media/" + media.get("id").asText() + slash).status()).isEqualTo(204);
            assertThat(ben.get(file).status()).isEqualTo(404);
            assertThat(ben.get("/api/v1/media/message/" + message).expect(200)).isEmpty();
            assertThat(ann.get("/api/chat/rooms/" + room + "/messages").expect(200).get("messages").findValue("has_media")
                    .asBoolean()).isFalse();
        }
    }

    @Test
    void mediaGoesWithItsMessage() {
        String message = ann.post(room, "With a photo").get("id").asText();
        JsonNode media = ann.send("POST", "/api/v1/media/upload", new Form().field("message_id", message)
                .file("file", "photo.jpg", Samples.bytes(SampleFiles.get("photo.jpg"))).body(),
                Form.TYPE).expect(201);
        assertThat(document.prose(".*Media deleted when message is deleted.*")).hasSize(1);

        ann.delete("/api/chat/messages/" + message).expect(200);

        assertThat(ann.get("/api/v1/media/files/" + media.get("file_name").asText()).status()).isEqualTo(404);
        assertThat(ann.get("/api/v1/media/message/" + message).status()).isEqualTo(404);
    }

    @Test
    void theMessageInputAndTheMessage() {
        String components = GIVEN + document.sample("typescript", "2. Integration Example");
        Page anns = page(ann, components, """
                import React, { useEffect, useReducer } from 'react';
                import { createRoot } from 'react-dom/client';
                import { MessageInput } from './sample';
                const App = () => {
                    const [, render] = useReducer(count => count + 1, 0);
                    useEffect(() => window.addEventListener('text', render), []);
                    return <MessageInput key="input" />;
                };
                createRoot(document.body.appendChild(document.createElement('div'))).render(<App />);
                """);
        Page bens = page(ben, components, """
                import React, { useEffect, useState } from 'react';
                import { createRoot } from 'react-dom/client';
                import { Message } from './sample';
                const App = () => {
                    const [messages, setMessages] = useState<any[]>([]);
                    useEffect(() => {
                        const socket = new WebSocket(`ws://${location.host}/api/chat/ws?token=${window.token}`);
                        socket.onopen = () => document.body.classList.add('listening');
                        socket.onmessage = event => {
                            const { type, data } = JSON.parse(event.data);
                            if (type === 'new_message' || type === 'message_update') {
                                setMessages(before => [...before.filter(each => each.id !== data.id), data]);
                            }
                        };
                    }, []);
                    return <>{messages.map(each => <Message key={each.version} message={each} />)}</>;
                };
                createRoot(document.body.appendChild(document.createElement('div'))).render(<App />);
                """);
        bens.waitForFunction("() => document.body.classList.contains('listening')");

        anns.setInputFiles("input[type=file]", new FilePayload[] {
                new FilePayload("photo.jpg", "image/jpeg", Samples.bytes(SampleFiles.get("photo.jpg"))),
                new FilePayload("clip.webm", "video/webm", Samples.bytes(SampleFiles.get("clip.webm"))),
                new FilePayload("notes.txt", "text/plain", new byte[] { 'n', 'o', 't', 'e', 's' }) });
        anns.locator("input:not([type=file])").fill("Three things");
        anns.getByText("Send").click();

        bens.getByText("Three things").waitFor();
        bens.waitForFunction("() => document.querySelector('img')?.naturalWidth === 321");
        bens.waitForFunction("() => document.querySelector('video')?.videoWidth === 320");
        bens.getByText("notes.txt (5)").waitFor();
        assertThat(Samples.fetch(bens.locator("a").getAttribute("href"))).asString().isEqualTo("notes");
        anns.waitForFunction("() => document.querySelector('input:not([type=file])').value === ''");
    }

    private Page page(Person person, String components, String main) {
        Page page = browser.page(base);
        Browser.run(page, "window.token = '%s'; window.room = %d;".formatted(person.token, room));
        Map<String, String> sources = new HashMap<>(COMPONENTS);
        sources.put("sample.tsx", components);
        sources.put("main.tsx", main);
        Browser.run(page, NpmClients.bundle(sources, "main.tsx"));
        return page;
    }
}

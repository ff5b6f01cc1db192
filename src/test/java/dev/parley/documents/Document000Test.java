package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.INTEGER;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.NpmClients;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.junit.QuarkusTest;

/** Document 000: files are uploaded first, by a React component with react-dropzone and axios, and bound to a message later. */
@QuarkusTest
class Document000Test extends AnnAndBen {

    private static final byte[] PDF = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
            .getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    static final Document document = Document.read("000-file-and-image-sharing.md");

    @Test
    void theUploadComponent() {
        Page page = browser.page(base);
        page.evaluate("""
                () => {
                    document.body.innerHTML = '<div id=root></div>';
                    window.progress = [];
                    new MutationObserver(() => {
                        const bar = document.querySelector('progress');
                        if (bar) window.progress.push(bar.value);
                    }).observe(document.body, { subtree: true, childList: true, attributes: true });
                }""");
        Browser.run(page, NpmClients.bundle(Map.of("FileUpload.tsx", """
                import React, { useCallback, useState } from 'react';
                import { useDropzone } from 'react-dropzone';
                import axios from 'axios';
                const api = axios.create({ headers: { Authorization: 'Bearer %s' } });
                """.formatted(ann.token) + document.sample("typescript", "Details:") + "export { FileUpload };",
                "main.tsx", """
                        import React from 'react';
                        import { createRoot } from 'react-dom/client';
                        import { FileUpload } from './FileUpload';
                        createRoot(document.getElementById('root')!).render(<FileUpload />);
                        """), "main.tsx"));
        page.getByText("Drag & drop files here, or click to select files").waitFor();
        drop(page, "dropped.pdf");
        page.getByText("Remove").click();

        byte[] photo = Samples.jpeg(8_000_000);
        page.setInputFiles("input[type=file]", new Path[] { file("photo.jpg", photo), file("letter.pdf", PDF),
                file("extra.jpg", photo), file("tune.mp3", new byte[] { 1 }), file("huge.jpg", Samples.jpeg((10 << 20) + 1)) });
        // What the component does not accept it does not list.
        page.locator(".file-item").nth(2).waitFor();
        assertThat(page.locator(".file-item span:first-child").allTextContents()).containsExactly("photo.jpg", "letter.pdf",
                "extra.jpg");
        assertThat(page.locator(".file-item span:nth-child(2)").first().textContent()).isEqualTo("(7812.50 KB)");
        page.getByText("Remove").nth(2).click();

        Browser.line(page, 8_000_000);
        Response response = page.waitForResponse(answer -> answer.url().endsWith("/api/upload"),
                () -> page.getByText("Upload", new Page.GetByTextOptions().setExact(true)).click());
        page.waitForFunction("() => !document.querySelector('.file-list, progress')");

        assertThat(response.status()).isEqualTo(201);
        // The bar may be gone before its last step was drawn.
        assertThat((List<?>) page.evaluate("() => window.progress")).extracting(step -> ((Number) step).intValue())
                .isNotEmpty().isSorted().last(INTEGER).isBetween(1, 100);
        JsonNode files = Samples.json(response.body()).get("files");
        assertThat(files).hasSize(2);
        assertFile(files.get(0), "photo.jpg", "image/jpeg", photo);
        assertFile(files.get(1), "letter.pdf", "application/pdf", PDF);

        JsonNode message = ann.post("/api/chat/rooms/" + room + "/messages",
                Map.of("content", "Both", "attachment_ids", files.findValuesAsText("id"))).expect(201);
        JsonNode bens = ben.get("/api/chat/rooms/" + room + "/messages").expect(200).at("/messages/0");
        assertThat(bens.get("id")).isEqualTo(message.get("id"));
        assertThat(Samples.fetch(bens.at("/files_data/0/file_path").asText())).isEqualTo(photo);
        assertThat(Samples.fetch(bens.at("/files_data/1/file_path").asText())).isEqualTo(PDF);
    }

    @Test
    void anUploadIsAnsweredByUrlTypeSizeAndName() {
        assertThat(document.prose("\\s*- POST /api/upload")).hasSize(1);
        assertThat(document.prose("\\s*- Store file metadata \\(URL, type, size, name\\)")).hasSize(1);
        byte[] photo = Samples.bytes(SampleFiles.get("photo.png"));
        for (String path : List.of("/api/upload", "/api/upload/")) {
            JsonNode files = ann.send("POST", path, new Form().file("photo.png", photo).file("letter.pdf", PDF).body(),
                    Form.TYPE).expect(201).get("files");
            assertThat(files).hasSize(2);
            assertFile(files.get(0), "photo.png", "image/png", photo);
            assertFile(files.get(1), "letter.pdf", "application/pdf", PDF);
        }
    }

    private Path file(String name, byte[] content) {
        try {
            return Files.write(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Drags a file over the component and drops it there. */
    private static void drop(Page page, String name) {
        JSHandle data = page.evaluateHandle("""
                name => {
                    const data = new DataTransfer();
                    data.items.add(new File(['%PDF-1.4'], name, { type: 'application/pdf' }));
                    return data;
                }""", name);
        page.dispatchEvent(".dropzone", "dragenter", Map.of("dataTransfer", data));
        page.getByText("Drop the files here...").waitFor();
        page.dispatchEvent(".dropzone", "drop", Map.of("dataTransfer", data));
        page.locator(".file-item").getByText(name).waitFor();
    }

    private static void assertFile(JsonNode file, String name, String type, byte[] content) {
        assertThat(file.get("id").isTextual()).isTrue();
        assertThat(file.get("name").asText()).isEqualTo(name);
        assertThat(file.get("type").asText()).isEqualTo(type);
        assertThat(file.get("size").isIntegralNumber()).isTrue();
        assertThat(file.get("size").asLong()).isEqualTo(content.length);
        assertThat(Samples.fetch(file.get("url").asText())).isEqualTo(content);
    }
}

package dev.parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;

/** Files that are two things at once, opened in a browser in every way there is: nothing of them runs. */
abstract class HostileFilesContract {

    /** As a page it stores that it ran where the service's own pages would find it, and tells the page around it. */
    private static final String RAN = "try{localStorage.setItem('ran','1')}catch(e){};try{parent.ran=1;opener.ran=1}catch(e){};"
            + "try{window.ran=1}catch(e){};try{fetch('/ran')}catch(e){}";
    private static final String HTML = "<!doctype html><html><script>" + RAN + "</script><img src=x onerror=\"" + RAN + "\">";
    private static final String SVG = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"" + RAN + "\"><script>" + RAN
            + "</script></svg>";
    /** Document 003's door takes any type, the others only known ones. */
    private static final String ANY_TYPE = "/messages/upload";

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Test
    void nothingThatPretendsToBeAPictureRuns() throws IOException {
        Person ada = Person.register(base, "Ada");
        long room = ada.group("Traps");
        List<String> addresses = new ArrayList<>();
        for (Map.Entry<String, byte[]> trap : traps().entrySet()) {
            JsonNode answer = ada.send("POST", ANY_TYPE, new Form().field("conversation_id", Long.toString(room))
                    .file("file", trap.getKey(), trap.getValue()).body(), Form.TYPE).expect(200);
            addresses.add(base.resolve(answer.at("/message/media_url").asText()).toString());
        }
        Page page = browser.page(base);
        List<String> asked = new ArrayList<>();
        page.context().onRequest(request -> asked.add(request.url()));
        String control = base.resolve("/control").toString();
        page.context().route(control, request -> request.fulfill(new com.microsoft.playwright.Route.FulfillOptions()
                .setContentType("text/html").setBody(HTML)));
        assertThat(run(page, List.of(control), asked)).as("the traps do work").isTrue();
        page.evaluate("() => { localStorage.clear(); delete window.ran; }");
        asked.clear();

        assertThat(run(page, addresses, asked)).isFalse();
    }

    /** Embeds each address in all ways, then goes there; says whether anything ran. */
    private boolean run(Page page, List<String> addresses, List<String> asked) {
        page.evaluate("""
                async addresses => {
                  const done = [];
                  for (const address of addresses) {
                    for (const [tag, attribute] of [['iframe', 'src'], ['object', 'data'], ['embed', 'src'], ['img', 'src'],
                        ['script', 'src'], ['video', 'src']]) {
                      const element = document.createElement(tag);
                      done.push(new Promise(end => { element.onload = element.onerror = end; setTimeout(end, 3000); }));
                      element[attribute] = address;
                      document.body.append(element);
                    }
                    done.push(import(address).catch(() => {}));
                    done.push(navigator.serviceWorker?.register(address).catch(() => {}));
                  }
                  await Promise.all(done);
                }""", addresses);
        for (String address : addresses) {
            Page opened = page.context().newPage();
            try {
                opened.navigate(address);
            } catch (PlaywrightException downloaded) {
                // What is not shown in place is downloaded, which is no page.
                assertThat(downloaded).hasMessageContaining("Download is starting");
            }
            opened.close();
        }
        browser.takeErrors();
        return Boolean.TRUE.equals(page.evaluate("() => window.ran === 1 || localStorage.getItem('ran') === '1'"))
                || asked.stream().anyMatch(url -> url.endsWith("/ran"));
    }

    private static Map<String, byte[]> traps() throws IOException {
        Map<String, byte[]> traps = new LinkedHashMap<>();
        traps.put("page.png", utf8(HTML));
        traps.put("drawing.png", utf8(SVG));
        traps.put("drawing.svg", utf8(SVG));
        traps.put("page.html", utf8(HTML));
        traps.put("script.gif", utf8("GIF89a=1;" + RAN));
        traps.put("comment.gif", utf8("GIF89a/*\1\0\0\0\0!\u00fe\4" + HTML));
        traps.put("script.js", utf8(RAN));
        traps.put("script.pdf", utf8("%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(" + RAN
                + ")>>>>endobj\ntrailer<</Root 1 0 R>>\n" + HTML));
        traps.put("script.wav", utf8("RIFF=1;" + RAN));
        for (String name : List.of("photo.jpg", "photo.png", "photo.gif", "photo.bmp", "voice.wav", "start.mp4")) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.write(Files.readAllBytes(SampleFiles.get(name)));
            both.write(utf8("\n" + HTML));
            traps.put(name + ".html", both.toByteArray());
        }
        return traps;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;

/** The client against the packaged program. */
class RestartIT {

    /** A client that was refused many times tries again after half a minute at most. */
    private static final double LONGEST_WAIT_MILLIS = 40_000;

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        parley = ParleyProcess.fresh("web").options("-Dparley.uploads.lease=1s").start();
    }

    @AfterAll
    static void stop() {
        parley.close();
    }

    @RegisterExtension
    final Browser browser = new Browser();

    @TempDir
    Path directory;

    @Test
    void aRestartOfTheServiceLosesAndDoublesNothing() {
        Person ada = Person.register(parley.base(), "Ada");
        Person bea = Person.register(parley.base(), "Bea");
        long room = ada.room(bea);
        Screen one = Screen.of(browser, ada).open(room);
        Screen other = Screen.of(browser, bea).open(room);
        one.write("before");
        other.hears("before");
        parley.stop();
        assertThat(one.page.locator(".banner")).isVisible();
        one.write("while it is away");
        other.write("me too");
        assertThat(one.page.locator(".pending")).hasCount(1);
        parley.start();
        for (Screen each : List.of(one, other)) {
            assertThat(each.page.locator(".banner")).hasCount(0, new HasCountOptions().setTimeout(LONGEST_WAIT_MILLIS));
            assertThat(each.page.locator(".pending")).hasCount(0, new HasCountOptions().setTimeout(LONGEST_WAIT_MILLIS));
        }
        one.hears("me too");
        other.hears("while it is away");
        assertThat(one.messages()).hasCount(3);
        assertThat(other.messages()).hasCount(3);
        List<String> seen = one.page.locator(".msg .text").allTextContents();
        assertThat(seen).containsExactlyInAnyOrder("before", "while it is away", "me too");
        assertThat(other.page.locator(".msg .text").allTextContents()).isEqualTo(seen);
        // The browser itself complains of the socket that broke and of the connections that were refused.
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("/api/chat/ws")
                || error.contains("ERR_CONNECTION_REFUSED")
                || error.contains("ERR_CONNECTION_RESET") || error.contains("ERR_EMPTY_RESPONSE") || error.contains("503"));
    }

    @Test
    void aLargeFileGoesOnWhereItWasWhenTheServiceIsKilled() throws IOException {
        Person ada = Person.register(parley.base(), "Ada");
        long room = ada.group("Films");
        Screen screen = Screen.of(browser, ada).open(room);
        Path film = Files.writeString(directory.resolve("film.txt"), "A frame of a film, then another. ".repeat(1_400_000));
        List<String> offsets = new CopyOnWriteArrayList<>();
        screen.page.onRequest(request -> {
            if (request.method().equals("PATCH")) {
                offsets.add(request.headers().get("upload-offset"));
            }
        });
        Browser.line(screen.page, 20_000_000);
        screen.page.setInputFiles(".pick-files", film);
        screen.write("The film");
        assertThat(screen.page.locator(".tile [role=progressbar]")).hasAttribute("aria-valuenow",
                Pattern.compile("^[6-9]\\d$"));
        parley.kill9();
        parley.start();
        assertThat(screen.message("The film").locator(".file-card"))
                .isVisible(new IsVisibleOptions().setTimeout(LONGEST_WAIT_MILLIS));
        assertThat(screen.messages()).hasCount(1);
        assertThat(offsets.getFirst()).isEqualTo("0");
        assertThat(Long.parseLong(offsets.getLast())).isPositive();
        Download download = screen.page.waitForDownload(() -> screen.page.locator(".file-card").click());
        assertThat(Files.mismatch(download.path(), film)).isEqualTo(-1);
        browser.requestsMayFail();
    }

    @Test
    void filesAreShownUnderAnotherAddressThanTheServiceHas() {
        try (ParleyProcess named = ParleyProcess.fresh("named")) {
            URI base = named.base();
            named.with("PARLEY_BASE_URL", "http://localhost:" + base.getPort()).start();
            Person ada = Person.register(base, "Ada");
            long room = ada.group("Photos");
            JsonNode message = ada.post(room, new Form().file(SampleFiles.get("photo.jpg")).file(SampleFiles.get("clip.webm")))
                    .expect(201);
            assertThat(message.at("/files_data/0/file_path").asText()).startsWith("http://localhost:");
            Page page = Screen.of(browser, ada).open(room).page;
            page.waitForFunction("() => [...document.images].some(each => each.src.startsWith('http://localhost')"
                    + " && each.naturalWidth === 321)");
            page.waitForFunction("() => [...document.querySelectorAll('video')].some(each => each.videoWidth === 320)");
        }
    }

    @Test
    void browsersKeepTheFilesOfTheBundleAndAskForThePage() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var page = http.send(HttpRequest.newBuilder(parley.base()).build(), BodyHandlers.ofString());
            assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-cache");
            Matcher script = Pattern.compile("src=\"(/static/bundle/[^\"]+)\"").matcher(page.body());
            assertThat(script.find()).isTrue();
            for (String encoding : new String[] { "identity", "gzip" }) {
                var bundle = http.send(HttpRequest.newBuilder(parley.base().resolve(script.group(1)))
                        .header("Accept-Encoding", encoding).build(), BodyHandlers.ofString());
                assertThat(bundle.headers().firstValue("Cache-Control").orElse("")).as(encoding).contains("immutable");
            }
        }
    }
}

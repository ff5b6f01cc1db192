package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.Locator;

import dev.parley.testsupport.Browser;
import io.quarkus.test.junit.QuarkusTest;

/** Files that take a while: paused, interrupted, taken up again by another page. */
@QuarkusTest
class LargeFilesTest extends TwoPeople {

    private static final Pattern SOME = Pattern.compile("^[1-9]\\d?$");

    private Path film;
    /** The offsets of all pieces that were sent. */
    private final List<Long> pieces = new CopyOnWriteArrayList<>();

    @BeforeEach
    void aFilm() throws IOException {
        film = Files.writeString(directory.resolve("film.txt"), "A frame of a film, then another. ".repeat(250_000));
        sender.page.onRequest(request -> {
            if (request.method().equals("PATCH") && request.url().contains("/api/uploads/")) {
                pieces.add(Long.parseLong(request.headers().get("upload-offset")));
            }
        });
    }

    @Test
    void anUploadIsPausedAndGoesOnOnAnotherPage() {
        Browser.Line line = Browser.line(sender.page, 2_000_000);
        sender.page.setInputFiles(".pick-files", film);
        assertThat(bar()).hasAttribute("aria-valuenow", SOME);
        sender.button("Pause upload of film.txt").click();
        assertThat(sender.tiles()).hasAttribute("data-state", "paused");
        sender.page.reload();
        assertThat(sender.tiles()).hasAttribute("data-state", "paused");
        sender.button("Go on with upload of film.txt").click();
        line.carries(-1);
        assertThat(sender.page.locator("[data-state=done]")).hasCount(1);
        sender.write("Watch this");
        assertWhole("Watch this");
        assertThat(pieces.getFirst()).isZero();
        assertThat(pieces).hasSizeGreaterThanOrEqualTo(2).isSorted();
        assertThat(pieces.get(1)).isPositive();
        assertThat(sender.page.evaluate("() => Object.keys(localStorage).filter((key) => key.includes('upload'))"))
                .isEqualTo(List.of());
        // What the browser says of requests that were cut off.
        browser.takeErrors();
    }

    @Test
    void aMessageThatWaitsForItsFileGoesOutFromTheNextPage() {
        Browser.Line line = Browser.line(sender.page, 2_000_000);
        sender.page.setInputFiles(".pick-files", film);
        assertThat(bar()).hasAttribute("aria-valuenow", SOME);
        sender.write("Sent before it was there");
        assertThat(sender.page.locator(".pending .tile")).hasAttribute("data-state", "uploading");
        sender.page.reload();
        assertThat(sender.page.locator(".pending .tile")).hasAttribute("data-state", "uploading");
        line.carries(-1);
        assertWhole("Sent before it was there");
        assertThat(sender.messages()).hasCount(1);
        assertThat(sender.page.locator(".pending")).hasCount(0);
        assertThat(pieces).hasSizeGreaterThanOrEqualTo(2);
        browser.takeErrors();
    }

    @Test
    void aFileThatTheBrowserDidNotKeepIsAskedForAndMustBeTheSame() throws IOException {
        Browser.line(sender.page, 2_000_000);
        sender.page.setInputFiles(".pick-files", film);
        assertThat(bar()).hasAttribute("aria-valuenow", SOME);
        sender.button("Pause upload of film.txt").click();
        sender.page.evaluate("() => new Promise((resolve) => { indexedDB.deleteDatabase('parley').onsuccess = resolve; })");
        sender.page.reload();
        assertThat(sender.tiles()).hasAttribute("data-state", "failed");
        Path other = Files.writeString(Files.createDirectory(directory.resolve("other")).resolve("film.txt"), "Another film");
        choose().setFiles(other);
        assertThat(sender.page.getByText("That is not the same file as film.txt")).isVisible();
        choose().setFiles(film);
        assertThat(bar()).hasAttribute("aria-valuenow", SOME);
        sender.tiles().locator(".tile-remove").click();
        assertThat(sender.tiles()).hasCount(0);
        sender.page.reload();
        assertThat(sender.composer()).isVisible();
        assertThat(sender.tiles()).hasCount(0);
        browser.takeErrors();
    }

    private FileChooser choose() {
        return sender.page.waitForFileChooser(() -> sender.button("Choose film.txt again").click());
    }

    private Locator bar() {
        return sender.page.locator(".tile [role=progressbar]");
    }

    private void assertWhole(String caption) {
        Locator card = friend.message(caption).locator(".file-card");
        assertThat(card).containsText("film.txt");
        Download download = friend.page.waitForDownload(card::click);
        try {
            assertThat(Files.mismatch(download.path(), film)).isEqualTo(-1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

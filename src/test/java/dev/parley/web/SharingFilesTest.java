package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Photos, videos, voice and documents, from one browser to another. */
@QuarkusTest
class SharingFilesTest {

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @TempDir
    Path directory;

    private Screen sender;
    private Screen friend;
    private long room;

    @BeforeEach
    void twoPeopleMeet() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        room = ada.room(bea);
        sender = Screen.of(browser, ada).open(room);
        friend = Screen.of(browser, bea).open(room);
    }

    @Test
    void aDroppedPhotoIsSeenInItsOwnPlaceAndLarge() {
        sender.drop(SampleFiles.get("photo.jpg"), "holiday.jpg", "image/jpeg");
        assertThat(sender.tiles()).hasCount(1);
        sender.write("Look");
        Locator picture = friend.message("Look").locator(".picture");
        assertThat(picture).isVisible();
        // Its place is as wide and high as the file is said to be, before a byte of it was seen.
        assertThat(friend.page.evaluate(
                """
                        () => { const box = document.querySelector('.grid').getBoundingClientRect();
                          const image = document.querySelector('.picture img');
                          return Math.abs(box.width / box.height - image.getAttribute('width') / image.getAttribute('height')) < 0.1; }"""))
                .isEqualTo(true);
        assertThat(friend.row(room).locator(".room-preview")).hasText("📷 Look");
        picture.click();
        Locator large = friend.page.locator(".lightbox img");
        assertThat(large).hasAttribute("alt", "holiday.jpg");
        friend.page.waitForFunction("() => document.querySelector('.lightbox img').naturalWidth > 0");
        friend.page.keyboard().press("+");
        assertThat(friend.page.locator(".stage[data-zoomed]")).isVisible();
        friend.page.keyboard().press("Escape");
        assertThat(friend.page.locator(".lightbox")).hasCount(0);
        assertThat(picture).isFocused();
    }

    @Test
    void severalPicturesStandInAGridAndAreTurnedByKeyAndSwipe() {
        sender.page.setInputFiles(".pick-files", new Path[] { SampleFiles.get("photo.jpg"), SampleFiles.get("photo.png"),
                SampleFiles.get("photo.gif"), SampleFiles.get("lossy.webp"), SampleFiles.get("photo.bmp") });
        assertThat(sender.tiles()).hasCount(5);
        sender.write("Five");
        Locator pictures = friend.message("Five").locator(".picture");
        assertThat(pictures).hasCount(4);
        assertThat(pictures.last()).containsText("+1");
        pictures.first().click();
        Locator large = friend.page.locator(".lightbox img");
        assertThat(large).hasAttribute("alt", "photo.jpg");
        friend.page.keyboard().press("ArrowRight");
        assertThat(large).hasAttribute("alt", "photo.png");
        friend.page.keyboard().press("ArrowLeft");
        friend.page.keyboard().press("ArrowLeft");
        assertThat(large).hasAttribute("alt", "photo.bmp");
        var box = friend.page.locator(".stage").boundingBox();
        friend.page.mouse().move(box.x + box.width / 2, box.y + box.height / 2);
        friend.page.mouse().down();
        friend.page.mouse().move(box.x + box.width / 2 - 200, box.y + box.height / 2);
        friend.page.mouse().up();
        assertThat(large).hasAttribute("alt", "photo.jpg");
    }

    @Test
    void aSlowUploadShowsItsProgressAndCanBeCancelled() {
        var network = sender.page.context().newCDPSession(sender.page);
        network.send("Network.enable");
        JsonObject slow = new JsonObject();
        slow.addProperty("offline", false);
        slow.addProperty("latency", 20);
        slow.addProperty("downloadThroughput", 1_000_000);
        slow.addProperty("uploadThroughput", 100_000);
        network.send("Network.emulateNetworkConditions", slow);
        sender.page.setInputFiles(".pick-files", new FilePayload[] { text("large.txt", 3_000_000), text("small.txt", 10) });
        Locator large = sender.tiles().filter(new Locator.FilterOptions().setHasText("large.txt"));
        assertThat(large.locator("[role=progressbar]")).hasAttribute("aria-valuenow", Pattern.compile("^[1-9]\\d?$"));
        large.locator(".tile-remove").click();
        assertThat(sender.tiles()).hasCount(1);
        assertThat(sender.page.locator("[data-state=done]")).hasCount(1);
        sender.write("Only the small one");
        assertThat(friend.message("Only the small one").locator(".file-card")).hasCount(1);
        assertThat(friend.page.locator(".file-card")).containsText("small.txt");
        // What the browser says of the request that was cut off.
        browser.takeErrors();
    }

    @Test
    void anUploadThatFailedIsTriedAgain() {
        sender.page.route("**/api/upload", route -> route.abort());
        sender.page.setInputFiles(".pick-files", text("notes.txt", 100));
        assertThat(sender.page.locator(".tile[data-state=failed]")).containsText("Upload failed");
        sender.page.unroute("**/api/upload");
        sender.button("Upload notes.txt again").click();
        assertThat(sender.page.locator(".tile[data-state=done]")).isVisible();
        sender.write("now");
        assertThat(friend.message("now").locator(".file-card")).containsText("notes.txt");
        browser.takeErrors();
    }

    @Test
    void whatTheServiceWouldRefuseIsRefusedBeforeItIsSent() {
        List<String> uploads = new java.util.concurrent.CopyOnWriteArrayList<>();
        sender.page.onRequest(request -> {
            if (request.url().contains("/api/upload")) {
                uploads.add(request.url());
            }
        });
        sender.page.setInputFiles(".pick-files", new FilePayload("page.html", "text/html", "<b>x</b>".getBytes()));
        assertThat(sender.page.locator(".toast")).containsText("not allowed");
        sender.page.setInputFiles(".pick-files", new FilePayload("empty.txt", "text/plain", new byte[0]));
        assertThat(sender.page.locator(".toast").last()).containsText("empty");
        sender.page.setInputFiles(".pick-files", new FilePayload("huge.png", "image/png", new byte[11 << 20]));
        assertThat(sender.page.locator(".toast").last()).containsText("too large");
        assertThat(sender.tiles()).hasCount(0);
        assertThat(uploads).isEmpty();
    }

    @Test
    void aLargePhotoIsMadeSmallerByChoiceAndStaysUpright() {
        Tools.require("convert", "apt-get install imagemagick");
        Path photo = directory.resolve("large.jpg");
        // Taken with the camera on its side: 3000 by 1500 pixels that are shown as 1500 by 3000.
        Tools.run(directory, "convert", "-size", "3000x1500", "plasma:red-blue", photo.toString());
        Tools.require("exiftool", "apt-get install libimage-exiftool-perl");
        Tools.run(directory, "exiftool", "-q", "-overwrite_original", "-n", "-Orientation=6", photo.toString());
        sender.page.setInputFiles(".pick-files", photo);
        sender.page.getByLabel("Send photos smaller (2048 px)").check();
        assertThat(sender.page.locator(".tile[data-state=done]")).isVisible();
        sender.write("smaller");
        Locator image = friend.message("smaller").locator("img");
        assertThat(image).hasAttribute("width", "1024");
        assertThat(image).hasAttribute("height", "2048");
    }

    @Test
    void aVideoIsPlayedInPlaceAndSeeks() {
        sender.page.setInputFiles(".pick-files", SampleFiles.get("clip.webm"));
        sender.write("Film");
        assertThat(friend.message("Film").locator("video")).isVisible();
        assertThat(friend.page.evaluate("""
                async () => {
                  const video = document.querySelector('.msg video');
                  video.muted = true;
                  await video.play();
                  const sought = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
                  video.currentTime = 0.5;
                  await sought;
                  video.pause();
                  return video.currentTime >= 0.5;
                }""")).isEqualTo(true);
    }

    @Test
    void aVoiceMessageIsRecordedHeardSentAndPlayed() {
        sender.page.context().grantPermissions(List.of("microphone"));
        sender.button("Record a voice message").click();
        assertThat(sender.page.locator(".recorder .level i").nth(15)).isVisible();
        sender.button("Stop and listen").click();
        assertThat(sender.page.locator(".recorder parley-voice")).isVisible();
        sender.button("Send voice message").click();
        Locator voice = friend.messages().locator("parley-voice");
        assertThat(voice).isVisible();
        assertThat(friend.row(room).locator(".room-preview")).hasText("🎤 Voice message");
        voice.getByLabel("Play").click();
        assertThat(voice.getByLabel("Pause")).isVisible();
        friend.page.waitForFunction("() => document.querySelectorAll('.wave-bars i[data-played]').length > 0");
    }

    @Test
    void everyFileOfARoomIsInItsGallery() {
        sender.page.setInputFiles(".pick-files",
                new Path[] { SampleFiles.get("photo.jpg"), SampleFiles.get("photo.png") });
        sender.write("pictures");
        friend.hears("pictures");
        sender.page.setInputFiles(".pick-files", text("minutes.txt", 500));
        sender.write("minutes");
        friend.hears("minutes");
        friend.button("Details").click();
        friend.page.getByText("Files", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(friend.page.locator(".gallery .picture")).hasCount(2);
        assertThat(friend.page.locator(".panel .file-card")).containsText("minutes.txt");
    }

    @Test
    void aPictureOfOneselfIsCroppedAndSeenByOthers() {
        sender.button("Your profile, Ada").click();
        sender.page.setInputFiles(".pick-avatar", SampleFiles.get("photo.jpg"));
        assertThat(sender.page.locator(".crop")).isFocused();
        sender.page.keyboard().press("+");
        sender.page.keyboard().press("ArrowLeft");
        sender.button("Use picture").click();
        assertThat(sender.page.locator(".dialog .avatar img")).isVisible();
        sender.button("Close").click();
        sender.write("Do I look well?");
        assertThat(friend.message("Do I look well?").locator(".avatar img")).isVisible();
    }

    @Test
    void aPastedPictureIsSent() {
        sender.composer().evaluate("""
                async (area) => {
                  const canvas = new OffscreenCanvas(20, 10);
                  canvas.getContext('2d').fillRect(0, 0, 20, 10);
                  const data = new DataTransfer();
                  data.items.add(new File([await canvas.convertToBlob()], 'image.png', { type: 'image/png' }));
                  area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
                }""");
        assertThat(sender.tiles()).containsText("pasted-");
        sender.write("pasted");
        assertThat(friend.message("pasted").locator(".picture")).isVisible();
    }

    private static FilePayload text(String name, int size) {
        return new FilePayload(name, "text/plain", "x".repeat(size).getBytes());
    }
}

package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;
import io.quarkus.test.junit.QuarkusTest;

/** Photos, videos, voice and documents, from one browser to another. */
@QuarkusTest
class SharingFilesTest extends TwoPeople {

    @Test
    void aDroppedPhotoIsSeenInItsOwnPlaceAndLarge() {
        sender.drop(".scroller", SampleFiles.get("photo.jpg"), "holiday.jpg", "image/jpeg");
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
        Locator zoomed = friend.page.locator(".stage[data-zoomed]");
        assertThat(zoomed).isVisible();
        large.dblclick();
        assertThat(zoomed).hasCount(0);
        large.dblclick();
        assertThat(zoomed).isVisible();
        friend.page.keyboard().press("Escape");
        assertThat(friend.page.locator(".lightbox")).hasCount(0);
        assertThat(picture).isFocused();
        Download download = friend.page.waitForDownload(() -> friend.choose("Look", "Download"));
        assertThat(download.suggestedFilename()).isEqualTo("holiday.jpg");
    }

    @Test
    void filesAreDroppedAnywhereOnThePage() {
        sender.drop(".side-header", SampleFiles.get("photo.jpg"), "one.jpg", "image/jpeg");
        sender.drop("textarea", SampleFiles.get("photo.png"), "two.png", "image/png");
        sender.drop(".room-header", SampleFiles.get("photo.gif"), "three.gif", "image/gif");
        assertThat(sender.tiles()).hasCount(3);
    }

    @Test
    void whatWasWrittenBesideAFileIsTakenAway() {
        sender.page.setInputFiles(".pick-files", SampleFiles.get("photo.jpg"));
        sender.write("said too much");
        friend.hears("said too much");
        sender.page.setInputFiles(".pick-files", SampleFiles.get("photo.png"));
        sender.choose("said too much", "Edit");
        sender.write("");
        assertThat(friend.message("said too much")).hasCount(0);
        assertThat(friend.messages().locator(".picture")).hasCount(1);
        assertThat(sender.page.locator(".context")).hasCount(0);
        assertThat(sender.tiles()).hasCount(1);
        sender.button("Send").click();
        sender.write("only words");
        friend.hears("only words");
        sender.choose("only words", "Edit");
        sender.composer().fill("");
        assertThat(sender.button("Save")).isDisabled();
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
        friend.page.keyboard().press("Escape");
        Download download = friend.page.waitForDownload(() -> friend.choose("Five", "Download photo.bmp"));
        assertThat(download.suggestedFilename()).isEqualTo("photo.bmp");
    }

    @Test
    void aPictureThatIsOnItsWayIsNotShownAsTheOneBeforeAndOneThatDoesNotComeIsSaidToBeMissing() {
        sender.page.setInputFiles(".pick-files", new Path[] { SampleFiles.get("photo.jpg"), SampleFiles.get("photo.png"),
                SampleFiles.get("photo.gif"), SampleFiles.get("lossy.webp"), SampleFiles.get("photo.bmp") });
        assertThat(sender.tiles()).hasCount(5);
        sender.write("Five");
        friend.hears("Five");
        // On a new page, which has none of it: what is on the screen already, the browser does not ask for again.
        Pattern bitmap = Pattern.compile("/api/files/" + sender.person.get("/api/chat/rooms/" + room + "/messages?after=0")
                .expect(200).at("/messages/0/files_data/4/id").asText());
        Queue<Route> held = new ConcurrentLinkedQueue<>();
        friend.page.route(bitmap, held::add);
        friend.page.reload();
        friend.message("Five").locator(".picture").first().click();
        friend.page.waitForFunction("() => document.querySelector('.lightbox img').naturalWidth > 0");
        friend.page.keyboard().press("ArrowLeft");
        Locator large = friend.page.locator(".lightbox img");
        assertThat(large).hasAttribute("alt", "photo.bmp");
        friend.page.waitForCondition(() -> !held.isEmpty());
        assertThat(large.evaluate("image => image.naturalWidth")).isEqualTo(0);
        friend.page.route(bitmap, Route::abort);
        held.forEach(Route::abort);
        assertThat(friend.page.locator(".stage")).containsText("This file cannot be shown");
        friend.page.unroute(bitmap);
        friend.page.keyboard().press("ArrowRight");
        assertThat(friend.page.locator(".stage")).not().containsText("This file cannot be shown");
        browser.requestsMayFail();
    }

    @Test
    void aSlowUploadShowsItsProgressAndCanBeCancelled() {
        Browser.line(sender.page, 100_000);
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
        browser.requestsMayFail();
    }

    @Test
    void anUploadThatFailedIsTriedAgain() {
        refuseUploads();
        sender.page.setInputFiles(".pick-files", text("notes.txt", 100));
        assertThat(sender.page.locator(".tile[data-state=failed]")).containsText("Not this one");
        sender.page.unroute("**/api/upload");
        sender.button("Upload notes.txt again").click();
        assertThat(sender.page.locator(".tile[data-state=done]")).isVisible();
        sender.write("now");
        assertThat(friend.message("now").locator(".file-card")).containsText("notes.txt");
        browser.requestsMayFail();
    }

    @Test
    void aMessageWhoseFileFailedSaysSoAndIsSentAgain() {
        refuseUploads();
        sender.page.setInputFiles(".pick-files", text("notes.txt", 100));
        sender.write("with notes");
        Locator pending = sender.page.locator(".pending");
        assertThat(pending.getByRole(AriaRole.ALERT)).containsText("Not this one");
        sender.page.unroute("**/api/upload");
        pending.getByText("Retry").click();
        assertThat(friend.message("with notes").locator(".file-card")).containsText("notes.txt");
        assertThat(pending).hasCount(0);
        browser.requestsMayFail();
    }

    @Test
    void aFileThatMeetsNoNetworkGoesByItselfLaterAndBeforeWhatWasWrittenAfterIt() {
        sender.page.route("**/api/upload", route -> route.abort());
        sender.page.setInputFiles(".pick-files", text("notes.txt", 100));
        sender.write("with notes");
        sender.write("and this");
        assertThat(sender.page.locator(".pending")).hasCount(2);
        sender.page.unroute("**/api/upload");
        friend.hears("and this");
        assertThat(friend.messages().first().locator(".file-card")).containsText("notes.txt");
        browser.requestsMayFail();
    }

    /** A private window, as of these tests, keeps no copy of a file; in others it goes out as it was chosen. */
    @Test
    void aFileThatIsGoneFromTheDiskIsAskedForAndHoldsNothingUp() throws IOException {
        sender.page.route("**/api/upload", route -> route.abort());
        Path notes = Files.writeString(directory.resolve("notes.txt"), "as chosen");
        sender.page.setInputFiles(".pick-files", notes);
        sender.write("with notes");
        sender.write("and this");
        assertThat(sender.page.locator(".pending")).hasCount(2);
        Files.delete(notes);
        sender.page.unroute("**/api/upload");
        friend.hears("and this");
        assertThat(sender.page.locator(".pending").getByRole(AriaRole.ALERT)).containsText("Choose this file again");
        browser.requestsMayFail();
    }

    private void refuseUploads() {
        sender.page.route("**/api/upload", route -> route.fulfill(new Route.FulfillOptions().setStatus(415)
                .setBody("{\"detail\": \"Not this one\"}")));
    }

    @Test
    void whatTheServiceWouldRefuseIsRefusedBeforeItIsSent() throws IOException {
        List<String> uploads = new CopyOnWriteArrayList<>();
        sender.page.onRequest(request -> {
            if (request.url().contains("/api/upload")) {
                uploads.add(request.url());
            }
        });
        sender.page.setInputFiles(".pick-files", new FilePayload("page.html", "text/html", "<b>x</b>".getBytes()));
        assertThat(sender.page.locator(".toast")).containsText("not allowed");
        sender.page.setInputFiles(".pick-files", new FilePayload("empty.txt", "text/plain", new byte[0]));
        assertThat(sender.page.locator(".toast").last()).containsText("empty");
        sender.page.setInputFiles(".pick-files", Files.write(directory.resolve("huge.png"), new byte[11 << 20]));
        assertThat(sender.page.locator(".toast").last()).containsText("too large");
        sender.page.setInputFiles(".pick-files", new FilePayload("setup.exe", "application/x-msdownload", new byte[100]));
        assertThat(sender.page.locator(".toast").last()).containsText("setup.exe cannot be sent");
        assertThat(sender.tiles()).hasCount(0);
        assertThat(uploads).isEmpty();
    }

    @Test
    void aLargePhotoIsMadeSmallerByChoiceAndStaysUpright() {
        Tools.require("convert", "apt-get install imagemagick");
        Path photo = directory.resolve("large.jpg");
        // Taken with the camera on its side: 3000 by 1500 pixels that are shown as 1500 by 3000.
        Tools.run(directory, "convert", "-size", "3000x1500", "xc:gray", "+noise", "Gaussian", photo.toString());
        Tools.require("exiftool", "apt-get install libimage-exiftool-perl");
        Tools.run(directory, "exiftool", "-q", "-overwrite_original", "-n", "-Orientation=6", photo.toString());
        sender.page.setInputFiles(".pick-files", photo);
        sender.page.getByLabel("Send photos smaller (2048 px)").check();
        assertThat(sender.page.locator(".tile[data-state=done]")).isVisible();
        sender.write("smaller");
        Locator image = friend.message("smaller").locator("img");
        assertThat(image).hasAttribute("width", "1024");
        assertThat(image).hasAttribute("height", "2048");
        sender.page.setInputFiles(".pick-files", photo);
        sender.page.getByLabel("Send photos smaller (2048 px)").uncheck();
        assertThat(sender.page.locator(".tile[data-state=done]")).isVisible();
        sender.write("original");
        assertThat(friend.message("original").locator("img")).hasAttribute("width", "1500");
        assertThat(friend.message("original").locator("img")).hasAttribute("height", "3000");
        assertThat(friend.message("original").locator(".grid").boundingBox().height).isBetween(250.0, 257.0);
    }

    @Test
    void aVideoIsPlayedInPlaceAndSeeks() {
        List<Integer> answers = answersToPlayer();
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
        assertThat(answers).contains(206);
        assertThat(friend.row(room).locator(".room-preview")).hasText("🎬 Film");
    }

    @Test
    void aVideoThatTheBrowserCannotDecodeGivesItsFile() throws IOException {
        Tools.require("ffmpeg", "apt-get install ffmpeg");
        // Of the first nothing is understood, of the second only the sound.
        sender.page.setInputFiles(".pick-files", new Path[] { film("silent.mp4", "-f lavfi -i testsrc=duration=1"),
                film("sound.mp4", "-f lavfi -i testsrc=duration=1 -f lavfi -i sine=duration=1") });
        assertThat(sender.page.locator(".tile[data-state=done]")).hasCount(2);
        sender.write("Films");
        Locator films = friend.message("Films");
        assertThat(films.locator(".file-card")).hasText(new Pattern[] { Pattern.compile("silent.mp4"),
                Pattern.compile("sound.mp4") });
        assertThat(films.locator("video")).hasCount(0);
        Download download = friend.page.waitForDownload(films.locator(".file-card").first()::click);
        assertThat(Files.size(download.path())).isPositive();
        List<Integer> answers = answersToPlayer();
        friend.open(friend.person.room(Person.register(base, "Cyd"))).open(room);
        assertThat(films.locator(".file-card")).hasCount(2);
        assertThat(answers).isEmpty();
    }

    /** A video as cameras of 2003 made them: its type says nothing of that. */
    private Path film(String name, String inputs) {
        Path film = directory.resolve(name);
        Tools.run(directory, ("ffmpeg -v error " + inputs + " -c:v mpeg4 -c:a aac " + film).split(" "));
        return film;
    }

    @Test
    void aSoundShowsItsNameAndWaveformAndSeeks() {
        sender.page.setInputFiles(".pick-files", SampleFiles.get("vbr.mp3"));
        sender.write("Sound");
        Locator voice = friend.message("Sound").locator("parley-voice");
        // Two seconds of one tone, as loud at the end as at the beginning.
        assertThat(voice.locator(".wave-bars i").nth(20)).hasAttribute("style", Pattern.compile("--peak: ?(1|0\\.9)"));
        assertThat(friend.message("Sound").locator(".file-card")).containsText("vbr.mp3");
        voice.getByLabel("Position").fill("500");
        assertThat(voice.locator(".voice-time")).hasText("0:01");
        voice.getByLabel("Play").click();
        friend.page.waitForFunction("() => document.querySelectorAll('.wave-bars i[data-played]').length > 21");
    }

    @Test
    void aSoundThatIsTakenAwayLeavesNothingOfItselfToTheNextOne() {
        JsonNode message = sender.person.post(room, new Form().field("content", "Two").file(SampleFiles.get("vbr.mp3"))
                .file(SampleFiles.get("opus.ogg"))).expect(201);
        Locator positions = friend.message("Two").getByLabel("Position");
        assertThat(positions).hasCount(2);
        positions.first().fill("500");
        assertThat(friend.message("Two").locator(".voice-time").first()).hasText("0:01");
        sender.person.delete("/api/v1/media/" + message.at("/files_data/0/id").asText());
        assertThat(positions).hasCount(1);
        assertThat(positions).hasValue("0");
    }

    @Test
    void aDocumentStandsOnACardAndIsOpenedAndDownloaded() throws IOException {
        Path letter = SampleFiles.get("letter.pdf");
        sender.page.setInputFiles(".pick-files", letter);
        sender.write("");
        Locator card = friend.messages().locator(".file-card");
        assertThat(card).containsText("letter.pdf");
        assertThat(card.locator(".file-icon")).hasText("pdf");
        assertThat(card.locator(".file-size")).hasText(Pattern.compile("[\\d.]+ kB"));
        assertThat(friend.row(room).locator(".room-preview")).hasText("📎 letter.pdf");
        Page opened = friend.page.waitForPopup(card::click);
        opened.waitForCondition(() -> opened.frames().stream().anyMatch(frame -> frame.url().startsWith("chrome-extension:")));
        opened.close();
        // The browser asks for a picture of the site, which only the client's page names.
        browser.requestsMayFail();
        Download download = friend.page.waitForDownload(friend.page.getByTitle("Download")::click);
        assertThat(download.suggestedFilename()).isEqualTo("letter.pdf");
        assertThat(Files.readAllBytes(download.path())).isEqualTo(Files.readAllBytes(letter));
    }

    @Test
    void aVoiceMessageIsRecordedHeardSentAndPlayed() {
        sender.page.context().grantPermissions(List.of("microphone"));
        sender.button("Record a voice message").click();
        assertThat(sender.page.locator(".recorder .level i").nth(15)).isVisible();
        sender.button("Stop and listen").click();
        Locator recorded = sender.page.locator(".recorder parley-voice");
        recorded.getByLabel("Play").click();
        sender.page.waitForFunction("() => document.querySelectorAll('.recorder i[data-played]').length > 0");
        // The microphone beeps and is silent in turn.
        sender.page.waitForFunction(
                """
                        () => new Set([...document.querySelectorAll('.recorder .wave-bars i')].map((bar) => bar.getAttribute('style'))).size > 3""");
        sender.button("Send voice message").click();
        assertThat(sender.composer()).isFocused();
        Locator voice = friend.messages().locator("parley-voice");
        assertThat(voice).isVisible();
        assertThat(friend.messages().locator(".file-card")).hasCount(0);
        assertThat(friend.row(room).locator(".room-preview")).hasText("🎤 Voice message");
        voice.getByLabel("Play").click();
        assertThat(voice.getByLabel("Pause")).isVisible();
        friend.page.waitForFunction("() => document.querySelectorAll('.wave-bars i[data-played]').length > 0");
    }

    @Test
    void anEditThatIsBegunWhileSomethingIsRecordedWaitsForItsEnd() {
        sender.write("first words");
        sender.hears("first words");
        sender.button("Record a voice message").click();
        sender.choose("first words", "Edit");
        assertThat(sender.page.locator(".context")).containsText("Editing message");
        sender.button("Discard recording").click();
        assertThat(sender.composer()).hasValue("first words");
    }

    @Test
    void aDoubleClickNeitherListensNorSendsWhatNobodyHeard() {
        sender.page.context().grantPermissions(List.of("microphone"));
        sender.composer().fill("hello");
        sender.button("Send").click();
        assertThat(sender.button("Record a voice message")).isVisible();
        clickAgain();
        friend.hears("hello");
        friend.write("hello, Ada");
        sender.hears("hello, Ada");
        assertThat(sender.page.locator(".recorder")).hasCount(0);
        sender.button("Record a voice message").click();
        assertThat(sender.page.locator(".recorder .level i").nth(15)).isVisible();
        sender.button("Stop and listen").click();
        assertThat(sender.button("Send voice message")).isVisible();
        clickAgain();
        sender.button("Send voice message").click();
        assertThat(friend.messages().locator("parley-voice")).hasCount(1);
        assertThat(sender.page.locator(".recorder")).hasCount(0);
    }

    /** The second half of a double click, whatever is under it by now. */
    private void clickAgain() {
        sender.page.mouse().down(new Mouse.DownOptions().setClickCount(2));
        sender.page.mouse().up(new Mouse.UpOptions().setClickCount(2));
    }

    @Test
    void whatWasShownForTooLongIsStillDownloadedAndHeard() throws IOException {
        sender.page.setInputFiles(".pick-files", text("notes.txt", 100));
        sender.page.setInputFiles(".pick-files", SampleFiles.get("opus.ogg"));
        sender.page.setInputFiles(".pick-files", SampleFiles.get("clip.webm"));
        sender.write("all");
        friend.hears("all");
        friend.page.route(Pattern.compile("/messages\\?before="), route -> route.fulfill(new Route.FulfillOptions()
                .setBody(route.fetch().text().replaceAll("expires=\\d+", "expires=1000"))));
        friend.page.reload();
        Locator card = friend.message("all").locator(".file-card").filter(new Locator.FilterOptions().setHasText("notes.txt"));
        friend.page.waitForFunction("() => document.querySelector('video')?.readyState > 0");
        friend.page.reload();
        assertThat(Files.size(friend.page.waitForDownload(card::click).path())).isEqualTo(100);
        friend.page.reload();
        friend.message("all").getByLabel("Play").click();
        assertThat(friend.message("all").getByLabel("Pause")).isVisible();
        friend.page.route(Pattern.compile("/messages\\?after="), route -> route.abort());
        friend.page.reload();
        card.click();
        assertThat(friend.page.locator(".toast")).hasText("This file cannot be shown");
        browser.requestsMayFail();
    }

    @Test
    void aRecordingIsKeptWhereItWasMadeWhenItsConversationIsLeft() {
        long other = sender.person.room(Person.register(base, "Cyd"));
        sender.page.context().grantPermissions(List.of("microphone"));
        sender.button("Record a voice message").click();
        assertThat(sender.page.locator(".recorder .level i").nth(15)).isVisible();
        sender.open(other);
        assertThat(sender.page.locator(".toast")).containsText("Your recording is kept in Bea");
        assertThat(sender.tiles()).hasCount(0);
        sender.open(room);
        assertThat(sender.tiles()).containsText("voice-message");
        sender.button("Send").click();
        assertThat(friend.messages().locator("parley-voice")).isVisible();
        assertThat(sender.tiles()).hasCount(0);
        sender.button("Record a voice message").click();
        sender.button("Discard recording").click();
        assertThat(sender.composer()).isFocused();
        sender.open(other);
        sender.open(room);
        assertThat(sender.tiles()).hasCount(0);
        sender.button("Record a voice message").click();
        assertThat(sender.page.locator(".recorder .level i").nth(15)).isVisible();
        // Another tab signs out.
        Object session = sender.page.evaluate("""
                () => {
                  const session = localStorage['parley.session'];
                  localStorage.removeItem('parley.session');
                  dispatchEvent(new StorageEvent('storage', { key: 'parley.session' }));
                  return session;
                }""");
        assertThat(sender.page.locator("parley-sign-in")).isVisible();
        sender.page.waitForCondition(
                () -> sender.page.evaluate("JSON.stringify(localStorage)").toString().contains("voice-message"));
        sender.page.evaluate("session => localStorage['parley.session'] = session", session);
        sender.page.reload();
        assertThat(sender.tiles()).containsText("voice-message");
    }

    @Test
    void everyFileOfARoomIsInItsGalleryAndLeadsToItsMessage() {
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
        assertThat(friend.page.locator(".gallery-day")).hasText("Today");
        assertThat(friend.page.locator(".panel .file-card")).containsText("minutes.txt");
        friend.page.locator(".panel .whence").click();
        assertThat(friend.messages().last()).isFocused();
    }

    @Test
    void whatStoodInTheGalleryForTooLongIsStillSeenSmallAndLarge() {
        sender.page.setInputFiles(".pick-files",
                new Path[] { SampleFiles.get("photo.jpg"), SampleFiles.get("photo.png") });
        sender.write("pictures");
        friend.hears("pictures");
        friend.page.route(Pattern.compile("only=files"), route -> route.fulfill(new Route.FulfillOptions()
                .setBody(route.fetch().text().replaceAll("expires=\\d+", "expires=1000"))));
        friend.button("Details").click();
        friend.page.getByText("Files", new Page.GetByTextOptions().setExact(true)).click();
        friend.page.waitForFunction(
                "() => [...document.querySelectorAll('.gallery img')].filter((image) => image.naturalWidth > 0).length === 2");
        friend.page.locator(".gallery .picture").first().click();
        friend.page.waitForFunction("() => document.querySelector('.lightbox img')?.naturalWidth > 0");
        browser.requestsMayFail();
    }

    @Test
    void whereLinksHaveExpiredOneIsAskedForWhenItsPictureIsSeenLarge() {
        for (String name : List.of("photo.gif", "photo.png", "photo.jpg")) {
            sender.person.post(room, new Form().file(SampleFiles.get(name))).expect(201);
        }
        friend.button("Details").click();
        friend.page.getByText("Files", new Page.GetByTextOptions().setExact(true)).click();
        Locator pictures = friend.page.locator(".gallery .picture");
        assertThat(pictures).hasCount(3);
        friend.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 86_400_000; }");
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        friend.page.onRequest(request -> {
            if (request.url().contains("/messages?after=")) {
                asked.add(request.url());
            }
        });
        pictures.first().click();
        Locator large = friend.page.locator(".lightbox img");
        assertThat(large).hasAttribute("alt", "photo.jpg");
        friend.page.waitForFunction("() => document.querySelector('.lightbox img').naturalWidth > 0");
        assertThat(asked).hasSize(1);
        friend.page.keyboard().press("ArrowRight");
        assertThat(large).hasAttribute("alt", "photo.png");
        friend.page.waitForFunction("() => document.querySelector('.lightbox img').naturalWidth > 0");
        assertThat(asked).hasSize(2);
        friend.page.route(Pattern.compile("/messages\\?after="), Route::abort);
        friend.page.keyboard().press("ArrowLeft");
        assertThat(friend.page.locator(".stage")).containsText("This file cannot be shown");
        browser.requestsMayFail();
    }

    @Test
    void aLongGalleryStaysOpenWhileOthersWriteAndGoesOnWhereThereIsNoConnection() {
        Form file = new Form().file(SampleFiles.get("photo.gif"));
        for (int number = 1; number <= 62; number++) {
            sender.person.post(room, file).expect(201);
        }
        friend.button("Details").click();
        friend.page.context().setOffline(true);
        friend.page.getByText("Files", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(friend.page.locator(".panel")).containsText("Parley cannot be reached");
        assertThat(friend.page.locator(".panel")).not().containsText("No files yet");
        friend.page.context().setOffline(false);
        Locator pictures = friend.page.locator(".gallery .picture");
        assertThat(pictures).hasCount(60);
        friend.button("Show more").click();
        assertThat(pictures).hasCount(62);
        friend.page.locator(".panel").evaluate("panel => panel.scrollTop = 300");
        sender.person.post(room, file).expect(201);
        assertThat(pictures).hasCount(63);
        assertThat(friend.button("Show more")).hasCount(0);
        assertThat(friend.page.locator(".panel").evaluate("panel => panel.scrollTop >= 300")).isEqualTo(true);
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("ERR_INTERNET_DISCONNECTED"));
    }

    @Test
    void aPictureOfOneselfIsCroppedAndSeenByOthers() {
        sender.button("Your profile, Ada").click();
        sender.page.setInputFiles(".pick-avatar", SampleFiles.get("photo.jpg"));
        assertThat(sender.page.locator(".crop")).isFocused();
        sender.page.keyboard().press("+");
        sender.page.keyboard().press("ArrowLeft");
        // Encoded when the browser is idle, which it is not while it is asked again and again what it shows.
        sender.page.waitForResponse("**/api/auth/me/avatar", () -> sender.button("Use picture").click());
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

    @Test
    void textIsPastedWithoutThePictureThatStandsBesideItAndDroppedWhereOneWrites() {
        Object kept = sender.composer().evaluate(
                """
                        (area) => {
                          const paste = (content) => {
                            const data = new DataTransfer();
                            data.items.add(new File(['x'], 'image.png', { type: 'image/png' }));
                            data.setData('text/plain', content);
                            return area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
                          };
                          const words = new DataTransfer();
                          words.setData('text/plain', 'words');
                          const drop = (place) => place.dispatchEvent(new DragEvent('drop', { dataTransfer: words, bubbles: true, cancelable: true }));
                          return [paste('cells of a table'), drop(area), drop(document.querySelector('.scroller')), paste('image.png')];
                        }""");
        assertThat(kept).isEqualTo(List.of(true, true, false, false));
        assertThat(sender.tiles()).hasCount(1);
    }

    @Test
    void whatIsPastedOrTypedAnywhereIsMeantForTheConversation() {
        sender.write("hello");
        sender.hears("hello");
        sender.page.evaluate(
                """
                        () => {
                          document.activeElement.blur();
                          const paste = (put) => {
                            const data = new DataTransfer();
                            put(data);
                            document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
                          };
                          paste((data) => data.items.add(new File(['x'], 'image.png', { type: 'image/png' })));
                          paste((data) => data.setData('text/plain', 'some words'));
                          document.activeElement.blur();
                        }""");
        assertThat(sender.tiles()).hasCount(1);
        sender.page.keyboard().type("; more");
        assertThat(sender.composer()).hasValue("some words; more");
        sender.page.evaluate("document.activeElement.blur()");
        sender.page.keyboard().type("!");
        assertThat(sender.composer()).hasValue("some words; more!");
        sender.page.getByPlaceholder("Search conversations").click();
        sender.page.keyboard().type("x");
        assertThat(sender.composer()).hasValue("some words; more!");
        // Too long a text is not taken for none.
        sender.composer().fill("w".repeat(5_001));
        assertThat(sender.button("Send")).isDisabled();
        // What is said does not hide what is about to be sent.
        sender.page.setInputFiles(".pick-files", text("nothing.txt", 0));
        assertThat(sender.page.locator(".toast")).containsText("nothing.txt");
        assertThat((boolean) sender.page.evaluate(
                "document.querySelector('.toast').getBoundingClientRect().bottom <= document.querySelector('.strip').getBoundingClientRect().top"))
                .isTrue();
    }

    /** How the service answered the friend's player. */
    private List<Integer> answersToPlayer() {
        List<Integer> statuses = new CopyOnWriteArrayList<>();
        friend.page.onResponse(response -> {
            if (response.request().resourceType().equals("media")) {
                statuses.add(response.status());
            }
        });
        return statuses;
    }

    private static FilePayload text(String name, int size) {
        return new FilePayload(name, "text/plain", "x".repeat(size).getBytes());
    }
}

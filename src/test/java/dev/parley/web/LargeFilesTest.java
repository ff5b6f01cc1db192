package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import javax.imageio.ImageIO;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;

import dev.parley.account.Forgery;
import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Detour;
import dev.parley.testsupport.Person;
import io.quarkus.test.junit.QuarkusTest;

/** Files that take a while: paused, interrupted, taken up again by another page. */
@QuarkusTest
class LargeFilesTest extends TwoPeople {

    private static final Pattern SOME = Pattern.compile("^[1-9]\\d?$");
    /** For what a page tries anew after a while. */
    private static final double PATIENCE_MILLIS = 90_000;

    private Path film;
    /** The offsets of all pieces that were sent. */
    private final List<Long> pieces = new CopyOnWriteArrayList<>();
    /** The addresses to which uploads were begun. */
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @BeforeEach
    void aFilm() throws IOException {
        film = Files.writeString(directory.resolve("film.txt"), "A frame of a film, then another. ".repeat(250_000));
        note(sender.page);
        // They are cut off, and for a moment the service is still busy with what was.
        browser.requestsMayFail();
    }

    private void note(Page page) {
        page.onRequest(request -> {
            if (request.method().equals("PATCH") && request.url().contains("/api/uploads/")) {
                pieces.add(Long.parseLong(request.headers().get("upload-offset")));
            } else if (request.method().equals("POST") && request.url().endsWith("/api/uploads")) {
                begun.add(request.url());
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
    }

    /** What the page would load only then is gone: the service was updated since the page was opened. */
    @Test
    void anOldPageSendsLargeFilesToAServiceThatWasUpdated() throws IOException {
        sender.page.route("**/static/bundle/**", route -> route.fulfill(new Route.FulfillOptions().setStatus(404)));
        sender.page.setInputFiles(".pick-files", film);
        sender.write("From the page before");
        assertWhole("From the page before");
        BufferedImage wide = new BufferedImage(4096, 512, BufferedImage.TYPE_INT_RGB);
        Path photo = directory.resolve("wide.bmp");
        ImageIO.write(wide, "bmp", photo.toFile());
        sender.page.setInputFiles(".pick-files", photo);
        sender.page.getByLabel("Send photos smaller (2048 px)").check();
        assertThat(sender.page.locator(".tile[data-state=done]")).isVisible();
        sender.write("smaller");
        assertThat(friend.message("smaller").locator("img")).hasAttribute("width", "2048");
    }

    /** However busy the service is with what was broken off. */
    @Test
    void anUploadThatIsCancelledIsForgottenByTheService() {
        Browser.line(sender.page, 2_000_000);
        Request piece = sender.page.waitForRequest(request -> request.method().equals("PATCH"),
                () -> sender.page.setInputFiles(".pick-files", film));
        String upload = URI.create(piece.url()).getPath();
        assertThat(bar()).hasAttribute("aria-valuenow", SOME);
        assertThat(sender.person.get(upload).expect(200).get("state").asText()).isEqualTo("receiving");
        sender.button("Cancel upload of film.txt").click();
        Awaitility.await().atMost(Duration.ofMillis((long) PATIENCE_MILLIS))
                .until(() -> sender.person.get(upload).status() != 200);
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
    }

    /** Another tab that is open meanwhile shows and sends none of it. */
    @Test
    void whatWaitsBehindAPausedFileSaysSoAndKeepsItsPlace() {
        Browser.Line line = Browser.line(sender.page, 2_000_000);
        sender.page.setInputFiles(".pick-files", film);
        sender.write("The film");
        assertThat(bar()).hasAttribute("aria-valuenow", SOME);
        sender.button("Pause upload of film.txt").click();
        sender.write("What is it about?");
        Locator question = sender.page.locator(".pending").last();
        assertThat(question.locator(".waits")).hasText("Waiting for film.txt");
        Screen other = sender.tab().open(room);
        other.write("Soon there is a film");
        friend.hears("Soon there is a film");
        assertThat(other.page.locator(".pending")).hasCount(0);
        line.carries(-1);
        sender.button("Go on with upload of film.txt").click();
        assertWhole("The film");
        friend.hears("What is it about?");
        assertThat(friend.page.locator(".msg .text"))
                .hasText(new String[] { "Soon there is a film", "The film", "What is it about?" });
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
    }

    /** The page stands still for hours; then its connections seem alive and are dead, and it is awake before the network is. */
    @Test
    void anUploadGoesOnAfterTheLaptopHasSlept() {
        try (Detour way = Detour.to(base)) {
            Screen laptop = laptop(way);
            Browser.Line line = begin(laptop, "Sent before the lid was closed");

            way.dies();
            laptop.page.waitForRequest(LargeFilesTest::asksHowFar, () -> laptop.page.clock().fastForward("08:00:00"));
            line.carries(-1);
            way.carries();

            assertWhole("Sent before the lid was closed");
            assertWentOn();
            assertThat(laptop.page.locator(".pending")).hasCount(0);
        }
    }

    @Test
    void anUploadGoesOnAfterASleepInWhichItsOwnersSessionEnded() {
        try (Detour way = Detour.to(base)) {
            Screen laptop = laptop(way);
            Browser.Line line = begin(laptop, "Sent by who was signed in then");

            way.dies();
            // The page's token, as it is hours later.
            String expired = "Bearer " + Forgery.tokens(laptop.person.id).get("expired");
            laptop.page.route("**/api/**", request -> {
                Map<String, String> headers = new HashMap<>(request.request().headers());
                headers.put("authorization", expired);
                request.resume(new Route.ResumeOptions().setHeaders(headers));
            });
            way.carries();
            laptop.page.clock().fastForward("14:00:00");
            assertThat(laptop.page.locator("parley-sign-in")).isVisible(new IsVisibleOptions().setTimeout(PATIENCE_MILLIS));
            laptop.page.unroute("**/api/**");
            line.carries(-1);
            laptop.page.fill("input[name=email]", laptop.person.email);
            laptop.page.fill("input[name=password]", Person.PASSWORD);
            laptop.page.locator("parley-sign-in button.primary").click();

            assertWhole("Sent by who was signed in then");
            assertWentOn();
        }
    }

    /** Another window of the sender, whose way to the service can die and whose clock can jump. */
    private Screen laptop(Detour way) {
        BrowserContext context = browser.context();
        context.clock().install();
        Screen laptop = Screen.of(context, sender.person.at(way.base())).open(room);
        note(laptop.page);
        return laptop;
    }

    /** Sends the film, slowly, until some of it is there. */
    private Browser.Line begin(Screen laptop, String caption) {
        Browser.Line line = Browser.line(laptop.page, 2_000_000);
        laptop.page.setInputFiles(".pick-files", film);
        laptop.write(caption);
        assertThat(bar(laptop)).hasAttribute("aria-valuenow", SOME);
        return line;
    }

    private static boolean asksHowFar(Request request) {
        return request.method().equals("HEAD") && request.url().contains("/api/uploads/");
    }

    private void assertWentOn() {
        assertThat(begun).hasSize(1);
        assertThat(pieces).hasSizeGreaterThanOrEqualTo(2).isSorted();
        assertThat(pieces.getFirst()).isZero();
        assertThat(pieces.getLast()).isPositive();
    }

    private FileChooser choose() {
        return sender.page.waitForFileChooser(() -> sender.button("Choose film.txt again").click());
    }

    private Locator bar() {
        return bar(sender);
    }

    private static Locator bar(Screen screen) {
        return screen.page.locator(".tile [role=progressbar]");
    }

    private void assertWhole(String caption) {
        Locator card = friend.message(caption).locator(".file-card");
        assertThat(card).containsText("film.txt", new ContainsTextOptions().setTimeout(PATIENCE_MILLIS));
        Download download = friend.page.waitForDownload(card::click);
        try {
            assertThat(Files.mismatch(download.path(), film)).isEqualTo(-1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Clamav;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Scanner;
import dev.parley.testsupport.Tools;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What people see of files that are being scanned, were blocked, or have previews. */
@QuarkusTest
@WithTestResource(Scanner.class)
class PreviewsInClientTest {

    private static final Pattern ORIGINAL = Pattern.compile("/api/files/[0-9a-f-]{36}\\?");

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Test
    void aFileIsAnnouncedWhileItIsScannedBlockedWithTheReasonAndShownByItsPreview() {
        Tools.require("vipsthumbnail", "apt-get install libvips-tools");
        try (Clamav clamav = Clamav.start(Scanner.DIRECTORY)) {
            Person ada = Person.register(base, "Ada");
            Person bea = Person.register(base, "Bea");
            long room = ada.room(bea);
            Screen friend = Screen.of(browser, bea).open(room);
            clamav.freeze();
            ada.post(room, new Form().field("content", "Look").file(SampleFiles.get("photo.jpg"))).expect(201);
            Locator message = friend.message("Look");
            assertThat(message.locator(".held")).hasText("Checking for viruses…");
            assertThat(message.locator(".picture img")).hasCount(0);
            clamav.thaw();
            assertThat(message.locator(".picture img")).isVisible();
            assertThat(message.locator(".held")).hasCount(0);

            ada.post(room, new Form().field("content", "Bad").file("letter.txt", Clamav.EICAR)).expect(201);
            assertThat(friend.message("Bad").locator(".file-size")).hasText("Blocked: Eicar-Test-Signature.UNOFFICIAL");
            assertThat(friend.message("Bad").locator("a")).hasCount(0);

            ada.post(room, new Form().field("content", "Watch").file(SampleFiles.get("end.mp4"))
                    .file("page.pdf",
                            "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
                                    .getBytes(StandardCharsets.US_ASCII)))
                    .expect(201);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> bea.get("/api/chat/rooms/" + room + "/messages")
                    .expect(200).findValues("thumbnail_path").stream().filter(path -> path.isTextual()).count() == 3);
            friend.page.reload();
            assertThat(message.locator(".picture img")).hasAttribute("src", Pattern.compile("/preview\\?size=small&"));
            friend.page.waitForFunction("() => document.querySelector('.picture img').naturalWidth === 321");
            friend.page.waitForFunction("""
                    () => { const blur = document.querySelector('.picture .blur');
                      return blur.width === 32 && blur.getContext('2d').getImageData(0, 0, 1, 1).data[3] === 255; }""");
            Locator watch = friend.message("Watch");
            assertThat(watch.locator(".page img")).hasAttribute("src", Pattern.compile("/preview\\?size=small&"));
            friend.page.waitForFunction("() => document.querySelector('.page img').naturalHeight === 480");
            assertThat(watch.locator("video")).hasAttribute("poster", Pattern.compile("/preview\\?size=small&"));
            message.locator(".picture").click();
            Locator large = friend.page.locator(".lightbox img");
            assertThat(large).hasAttribute("src", Pattern.compile("/preview\\?size=large&"));
            assertThat(friend.page.locator(".lightbox a")).hasAttribute("href", ORIGINAL);
            friend.page.waitForFunction("() => document.querySelector('.lightbox img')?.naturalWidth > 0");
            List<Route> asked = new CopyOnWriteArrayList<>();
            friend.page.route(ORIGINAL, route -> {
                asked.add(route);
                route.abort();
            });
            zoomIn(friend);
            friend.page.waitForCondition(() -> !asked.isEmpty());
            zoomIn(friend);
            assertThat(large).hasAttribute("src", Pattern.compile("/preview\\?size=large&"));
            assertThat(large).isVisible();
            assertThat(friend.page.locator(".lightbox [role=alert]")).hasCount(0);
            Assertions.assertThat(asked).hasSize(1);
            friend.page.unroute(ORIGINAL);
            friend.page.keyboard().press("Escape");
            friend.page.waitForFunction("() => history.state === null");
            message.locator(".picture").click();
            friend.page.waitForFunction("() => document.querySelector('.lightbox img')?.naturalWidth > 0");
            zoomIn(friend);
            assertThat(large).hasAttribute("src", ORIGINAL);
            friend.page.keyboard().press("0");
            assertThat(large).hasAttribute("src", ORIGINAL);
            friend.page.keyboard().press("Escape");
            friend.page.route(Pattern.compile("size=large"), route -> route.abort());
            message.locator(".picture").click();
            assertThat(large).hasAttribute("src", ORIGINAL);
            assertThat(large).isVisible();
            browser.requestsMayFail();
        }
    }

    private static void zoomIn(Screen screen) {
        for (int times = 0; times < 5; times++) {
            screen.page.keyboard().press("+");
        }
    }
}

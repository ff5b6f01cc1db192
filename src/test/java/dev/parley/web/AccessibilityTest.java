package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** axe finds nothing in any view, light and dark, from a phone to a wide screen; each view is kept as a picture. */
@QuarkusTest
class AccessibilityTest {

    private static final List<String> RULES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    private String look = "";

    @ParameterizedTest
    @CsvSource({ "LIGHT,1280,800", "DARK,1280,800", "LIGHT,360,740", "DARK,360,740" })
    void noViewShutsAnybodyOut(ColorScheme scheme, int width, int height) {
        look = scheme.toString().toLowerCase(java.util.Locale.ROOT) + "-" + width;
        NewContextOptions options = new NewContextOptions().setColorScheme(scheme).setViewportSize(width, height)
                .setReducedMotion(ReducedMotion.REDUCE).setHasTouch(width < 700).setIsMobile(width < 700);
        Person ada = Person.register(base, "Ada Lovelace");
        Page stranger = browser.context(options).newPage();
        stranger.navigate(base.toString());
        check(stranger, "sign-in");
        stranger.getByText("Create account").click();
        check(stranger, "register");
        stranger.context().close();

        Screen screen = Screen.of(browser, ada, options);
        assertThat(screen.page.getByText("No conversations yet")).isVisible();
        check(screen.page, "no-conversations");
        Person bea = Person.register(base, "Bea Amaral");
        Person carlos = Person.register(base, "Carlos Ruiz");
        long room = conversation(ada, bea, carlos);
        assertThat(screen.page.locator(".room-row")).hasCount(3);
        check(screen.page, "conversations");
        screen.open(room);
        assertThat(screen.page.locator(".msg .picture img").first()).isVisible();
        screen.page.waitForFunction("() => [...document.querySelectorAll('.msg img')].every((image) => image.complete)");
        check(screen.page, "conversation");

        screen.message("Beautiful!").locator(".tool-more").click();
        check(screen.page, "menu");
        screen.page.keyboard().press("Escape");
        screen.choose("Beautiful!", "Delete");
        check(screen.page, "confirm");
        screen.button("Cancel").click();
        screen.choose("Beautiful!", "Reply");
        screen.page.setInputFiles(".pick-files", new FilePayload[] { new FilePayload("notes.txt", "text/plain", "x".getBytes()),
                new FilePayload("more.txt", "text/plain", "y".getBytes()) });
        assertThat(screen.page.locator(".tile[data-state=done]")).hasCount(2);
        check(screen.page, "composer");
        screen.button("Emoji").click();
        assertThat(screen.page.locator(".emoji")).isVisible();
        check(screen.page, "emoji");
        screen.page.keyboard().press("Escape");

        screen.page.locator(".msg .picture").first().click();
        assertThat(screen.page.locator(".lightbox img")).isVisible();
        check(screen.page, "picture");
        screen.page.keyboard().press("Escape");
        for (String tab : List.of("About", "Files", "Pinned")) {
            if (tab.equals("About")) {
                screen.button("Details").click();
            }
            screen.page.getByRole(AriaRole.TAB, new GetByRoleOptions().setName(tab)).click();
            assertThat(screen.page.locator(".panel")).not().containsText("Loading");
            check(screen.page, "details-" + tab.toLowerCase(java.util.Locale.ROOT));
        }
        screen.page.locator(".info").getByLabel("Close").click();
        if (width < 700) {
            screen.page.getByLabel("Back to conversations").click();
        }
        screen.button("New conversation").first().click();
        screen.page.getByLabel("Name or e-mail").fill(bea.email);
        assertThat(screen.page.locator(".person")).hasCount(1);
        check(screen.page, "new-conversation");
        screen.button("New group").click();
        screen.page.getByLabel("Bea Amaral", new Page.GetByLabelOptions().setExact(true)).check();
        check(screen.page, "new-group");
        screen.button("Close").click();
        screen.button("Your profile, Ada Lovelace").click();
        assertThat(screen.page.locator(".profile")).isVisible();
        check(screen.page, "profile");
        screen.page.setInputFiles(".pick-avatar", SampleFiles.get("photo.jpg"));
        assertThat(screen.page.locator(".crop")).isVisible();
        check(screen.page, "crop");
    }

    /** Something of everything. */
    private long conversation(Person ada, Person bea, Person carlos) {
        long group = carlos.group("Reading circle", ada, bea);
        carlos.post(group, "Which book next?");
        bea.post(group, "Something short, please.");
        long direct = carlos.room(ada);
        carlos.post(direct, "Are you coming on Thursday?");
        long room = ada.room(bea);
        Screen friend = Screen.of(browser, bea).open(room);
        Screen own = Screen.of(browser, ada).open(room);
        friend.write("Hi Ada! Did you get the photos from the workshop?");
        own.hears("Hi Ada! Did you get the photos from the workshop?");
        own.write("Yes, this morning. The best are on https://example.org/gallery");
        friend.page.setInputFiles(".pick-files", new Path[] { SampleFiles.get("photo.jpg"), SampleFiles.get("photo.png") });
        friend.write("Two more, from the window");
        own.hears("Two more, from the window");
        own.write("Beautiful!");
        friend.hears("Beautiful!");
        friend.choose("Beautiful!", "Reply");
        friend.page.setInputFiles(".pick-files", new FilePayload("minutes.txt", "text/plain", "minutes".getBytes()));
        friend.write("And the minutes " + UUID.randomUUID().toString().charAt(0));
        assertThat(own.page.locator(".file-card")).isVisible();
        friend.choose("Beautiful!", "Like");
        own.choose("Beautiful!", "Pin");
        own.write("oops");
        own.choose("oops", "Delete");
        own.page.getByRole(AriaRole.DIALOG).getByText("Delete", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(own.page.locator(".tombstone")).isVisible();
        own.page.context().close();
        friend.page.context().close();
        return room;
    }

    private void check(Page page, String view) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "screenshots", view + "-" + look + ".png")));
        assertThat(new AxeBuilder(page).withTags(RULES).analyze().getViolations()).as(view + " " + look).allSatisfy(
                violation -> assertThat(violation.getNodes()).as(violation.getId() + ": " + violation.getHelp()).isEmpty());
    }
}

package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.deque.html.axecore.args.AxeRuleOptions;
import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** axe finds nothing in any view, light and dark, from a phone to a wide screen; each view is kept as a picture. */
@QuarkusTest
class AccessibilityTest {

    private static final List<String> RULES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    /** The rules that look at what alone is different in the dark. */
    private static final List<String> COLOURS = List.of("color-contrast", "link-in-text-block");

    /** Up to which width the client has one column. */
    private static final int NARROW = 700;

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @TempDir
    Path directory;

    private final List<String> violations = new ArrayList<>();
    private int views;

    @ParameterizedTest
    @CsvSource({ "1280,800", "360,740" })
    void noViewShutsAnybodyOut(int width, int height) {
        NewContextOptions options = new NewContextOptions().setViewportSize(width, height)
                .setReducedMotion(ReducedMotion.REDUCE).setHasTouch(width < NARROW).setIsMobile(width < NARROW);
        strangers(options);
        SampleTalk talk = SampleTalk.held(base, directory);
        Screen friend = Screen.of(browser, talk.bea());
        Screen screen = Screen.of(browser, talk.ada(), options);
        assertThat(screen.page.locator(".room-row")).hasCount(3);
        assertThat(screen.row(talk.room()).locator(".presence")).isVisible();
        check(screen.page, "conversations");
        screen.open(talk.room());
        screen.page.waitForFunction("() => [...document.querySelectorAll('.msg img')].every((image) => image.complete)");
        check(screen.page, "conversation");
        friend.page.context().close();
        earlier(screen);
        messages(screen);
        composer(screen);
        details(screen);
        if (width < NARROW) {
            screen.page.getByLabel("Back to conversations").click();
        }
        dialogs(screen, talk);
        trouble(screen);
        assertThat(violations).isEmpty();
    }

    private void strangers(NewContextOptions options) {
        Page stranger = browser.context(options).newPage();
        stranger.navigate(base.toString());
        check(stranger, "sign-in");
        stranger.getByText("Create account").click();
        check(stranger, "register");
        stranger.context().close();
        Screen alone = Screen.of(browser, Person.register(base, "Nobody's friend"), options);
        assertThat(alone.page.getByText("No conversations yet")).isVisible();
        check(alone.page, "no-conversations");
        alone.page.context().close();
    }

    private void earlier(Screen screen) {
        // More than once: whatever grows at the same moment keeps the end in view.
        screen.page.waitForFunction("""
                () => {
                  document.querySelector('.scroller').scrollTop = 0;
                  return document.querySelector('.to-newest');
                }""");
        check(screen.page, "conversation-earlier");
        screen.page.locator(".to-newest").click();
    }

    private void messages(Screen screen) {
        screen.message("I'd love to!").locator(".tool-more").click();
        check(screen.page, "menu");
        screen.page.keyboard().press("Escape");
        screen.choose("I'd love to!", "Delete");
        check(screen.page, "confirm");
        cancel(screen);
        screen.page.locator(".msg .picture").first().click();
        screen.page.waitForFunction("() => document.querySelector('.lightbox img')?.naturalWidth > 0");
        check(screen.page, "picture");
        screen.page.keyboard().press("Escape");
        screen.choose("I'd love to!", "Edit");
        check(screen.page, "edit");
        screen.page.keyboard().press("Escape");
    }

    private void composer(Screen screen) {
        screen.choose("Beautiful! 😍", "Reply");
        screen.page.setInputFiles(".pick-files", directory.resolve("evening.jpg"));
        screen.page.setInputFiles(".pick-files", new FilePayload("notes.txt", "text/plain", "x".getBytes()));
        assertThat(screen.page.locator(".tile[data-state=done]")).hasCount(2);
        check(screen.page, "composer");
        screen.button("Emoji").click();
        assertThat(screen.page.locator(".emoji")).isVisible();
        check(screen.page, "emoji");
        screen.page.keyboard().press("Escape");
        for (String name : List.of("evening.jpg", "notes.txt")) {
            screen.button("Remove " + name).click();
        }
        screen.page.keyboard().press("Escape");
        assertThat(screen.page.locator(".context")).hasCount(0);
        screen.page.context().grantPermissions(List.of("microphone"));
        screen.button("Record a voice message").click();
        assertThat(screen.page.locator(".recorder .level i").nth(15)).isVisible();
        check(screen.page, "recording");
        screen.button("Stop and listen").click();
        assertThat(screen.page.locator(".recorder parley-voice")).isVisible();
        check(screen.page, "recorded");
        screen.button("Discard recording").click();
    }

    private void details(Screen screen) {
        screen.button("Details").click();
        for (String tab : List.of("About", "Files", "Pinned", "Search")) {
            screen.page.getByRole(AriaRole.TAB, new GetByRoleOptions().setName(tab)).click();
            assertThat(screen.page.locator(".panel")).not().containsText("Loading");
            screen.page.waitForFunction("() => [...document.querySelectorAll('.panel img')].every((image) => image.complete)");
            check(screen.page, "details-" + tab.toLowerCase(Locale.ROOT));
        }
        screen.page.locator(".info").getByLabel("Close").click();
    }

    private void dialogs(Screen screen, SampleTalk talk) {
        screen.button("New conversation").first().click();
        screen.page.getByLabel("Name or e-mail").fill(talk.bea().email);
        assertThat(screen.page.locator(".person")).hasCount(1);
        check(screen.page, "new-conversation");
        screen.button("New group").click();
        screen.page.getByRole(AriaRole.CHECKBOX, new GetByRoleOptions().setName("Bea Amaral")).check();
        check(screen.page, "new-group");
        screen.button("Close").click();
        screen.button("Your profile, Ada Lovelace").click();
        assertThat(screen.page.locator(".profile")).isVisible();
        check(screen.page, "profile");
        screen.button("Change password").click();
        check(screen.page, "password");
        cancel(screen);
        screen.page.setInputFiles(".pick-avatar", directory.resolve("evening.jpg"));
        assertThat(screen.page.locator(".crop")).isVisible();
        check(screen.page, "crop");
        cancel(screen);
        screen.button("Close").click();
    }

    /** A group, a message that was refused, and no network. */
    private void trouble(Screen screen) {
        screen.page.getByText("Reading circle").click();
        screen.button("Details").click();
        assertThat(screen.page.locator(".info .person")).hasCount(3);
        check(screen.page, "group");
        screen.page.locator(".info").getByLabel("Close").click();
        screen.page.route("**/api/upload", route -> route.fulfill(new Route.FulfillOptions().setStatus(415)));
        screen.page.setInputFiles(".pick-files", new FilePayload("notes.txt", "text/plain", "x".getBytes()));
        screen.page.locator("[data-state=failed]").waitFor();
        screen.composer().fill("with notes");
        screen.button("Send").click();
        assertThat(screen.page.getByText("Retry")).isVisible();
        screen.page.context().setOffline(true);
        assertThat(screen.page.locator(".banner")).isVisible();
        check(screen.page, "offline");
        browser.requestsMayFail();
    }

    private static void cancel(Screen screen) {
        screen.page.getByRole(AriaRole.DIALOG).getByText("Cancel").click();
    }

    /** Also that what is called by its visible text is so called: a rule of WCAG 2.1 A that axe leaves out by itself. */
    private static AxeRunOptions withNames() {
        AxeRuleOptions on = new AxeRuleOptions();
        on.setEnabled(true);
        AxeRunOptions options = new AxeRunOptions();
        options.setRules(Map.of("label-content-name-mismatch", on));
        return options;
    }

    /** Each view is depicted four times, and looked at by axe twice: light at one size and dark at the other, in turn. */
    private void check(Page page, String view) {
        int width = page.viewportSize().width;
        assertThat((int) page.evaluate("document.documentElement.scrollWidth")).as(view).isLessThanOrEqualTo(width);
        boolean lightIsWide = views++ % 2 == 0;
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
            String name = view + "-" + scheme.toString().toLowerCase(Locale.ROOT) + "-" + width;
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "screenshots", name + ".png")));
            boolean light = scheme == ColorScheme.LIGHT;
            if ((light == lightIsWide) == width > NARROW) {
                // The page has no frames, for which alone the other mode opens a page of its own each time.
                AxeBuilder axe = new AxeBuilder(page).setLegacyMode(true).options(withNames());
                (light ? axe.withTags(RULES) : axe.withRules(COLOURS)).analyze().getViolations()
                        .forEach(violation -> violations.add(name + ": " + violation.getHelp() + " " + violation.getNodes()));
            }
        }
    }
}

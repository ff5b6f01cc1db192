package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Who is there, who wrote while nobody looked, and who is signed in. */
@QuarkusTest
class AttentionTest {

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Test
    void aDotShowsWhoIsThereAndGoesWithThem() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        Screen screen = Screen.of(browser, ada).open(room);
        assertThat(screen.row(room).locator(".presence")).hasCount(0);
        Screen friend = Screen.of(browser, bea);
        assertThat(screen.row(room).locator(".presence")).hasText("Online");
        assertThat(screen.page.locator(".room-status")).hasText("Online");
        friend.page.context().close();
        assertThat(screen.row(room).locator(".presence")).hasCount(0);
        assertThat(screen.page.locator(".room-status")).containsText("Last seen");
    }

    @Test
    void howLongAgoSomebodyWasSeenGrowsByItself() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        BrowserContext context = browser.context();
        context.clock().install();
        Screen screen = Screen.of(context, ada).open(room);
        Screen friend = Screen.of(browser, bea);
        Locator status = screen.page.locator(".room-status");
        assertThat(status).hasText("Online");
        friend.page.close();
        assertThat(status).hasText("Last seen now");
        screen.page.locator(".to-details").click();
        Locator details = screen.page.locator(".hero");
        assertThat(details).containsText("Last seen now");
        // Nothing else is heard meanwhile.
        context.setOffline(true);
        assertThat(screen.page.locator(".banner")).isVisible();
        screen.page.clock().fastForward("05:00");
        assertThat(status).hasText(Pattern.compile("Last seen \\d min"));
        assertThat(details).containsText(Pattern.compile("Last seen \\d min"));
        browser.requestsMayFail();
    }

    @Test
    void theLastActiveConversationStandsFirst() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long older = bea.group("Older", ada);
        long newer = bea.group("Newer", ada);
        bea.post(older, "one");
        bea.post(newer, "two");
        Screen screen = Screen.of(browser, ada);
        assertThat(screen.page.locator(".room-title")).hasText(new String[] { "Newer", "Older" });
        bea.post(older, "three");
        assertThat(screen.page.locator(".room-title")).hasText(new String[] { "Older", "Newer" });
        assertThat(screen.row(older).locator(".room-time")).hasText("now");
        assertThat(screen.row(older).locator(".badge")).containsText("2");
        assertThat(screen.page).hasTitle("(3) Parley");
    }

    @Test
    void aNotificationComesOnRequestAndOnlyWhileNobodyLooks() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        BrowserContext context = browser.context();
        context.grantPermissions(List.of("notifications"));
        // What the desktop is asked to show; and whether somebody looks, which a window without a screen cannot tell.
        context.addInitScript(
                """
                        window.shown = [];
                        window.looks = true;
                        document.hasFocus = () => window.looks;
                        window.Notification = class extends Notification {
                          constructor(title, options) { super(title, options); window.shown.push(`${title}: ${options.body}${options.renotify ? ' (heard)' : ''}`); }
                        };""");
        Screen screen = Screen.of(context, ada);
        screen.page.evaluate("window.looks = false");
        bea.post(room, "before it was asked for");
        assertThat(screen.row(room)).containsText("before it was asked for");
        screen.button("Your profile, Ada").click();
        screen.page.getByLabel("Desktop notifications").check();
        screen.button("Close").click();
        bea.post(room, "while away");
        screen.page.waitForFunction("() => window.shown.length > 0");
        screen.page.evaluate("window.looks = true");
        bea.post(room, "while looking");
        assertThat(screen.row(room)).containsText("while looking");
        assertThat(screen.page.evaluate("window.shown")).isEqualTo(List.of("Bea: while away (heard)"));
    }

    @Test
    void theLineStandsAboveWhatCameWhileNobodyLookedLast() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        BrowserContext context = browser.context();
        context.addInitScript("window.looks = true; document.hasFocus = () => window.looks;");
        Screen screen = Screen.of(context, ada).open(room);
        for (String text : List.of("one", "two")) {
            screen.page.evaluate("window.looks = false");
            bea.post(room, text);
            assertThat(screen.page.locator(".new-line + .msg")).containsText(text);
            screen.page.evaluate("window.looks = true; dispatchEvent(new Event('focus'))");
            assertThat(screen.row(room).locator(".badge")).hasCount(0);
        }
    }

    @Test
    void aNewNameAndAWrongPasswordAreTold() {
        Person ada = Person.register(base, "Ada");
        Screen screen = Screen.of(browser, ada);
        screen.button("Your profile, Ada").click();
        screen.page.getByLabel("Your name").fill("Countess Ada");
        screen.button("Save").click();
        assertThat(screen.button("Your profile, Countess Ada")).isVisible();
        screen.page.reload();
        screen.button("Your profile, Countess Ada").click();
        screen.button("Sign out").click();
        screen.page.getByLabel("E-mail").fill(ada.email);
        screen.page.locator("#password").fill("not the password");
        screen.button("Sign in").click();
        assertThat(screen.page.getByRole(AriaRole.ALERT)).not().isEmpty();
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("401"));
    }

    @Test
    void nothingOfOnePersonIsOpenWhenAnotherSignsIn() {
        Person ada = Person.register(base, "Ada");
        Person cyd = Person.register(base, "Cyd");
        Screen screen = Screen.of(browser, ada);
        long group = cyd.group("Secret circle", ada);
        assertThat(screen.row(group)).isVisible();
        cyd.post(group, "the secret is 42");
        assertThat(screen.page.locator("#announcer")).containsText("the secret is 42");
        cyd.delete("/api/chat/rooms/" + group + "/members/" + ada.id).expect(204);
        assertThat(screen.page.locator(".toast")).containsText("Secret circle");
        screen.button("Your profile, Ada").click();
        assertThat(screen.page.locator("dialog")).isVisible();
        Screen.of(screen.page.context(), Person.register(base, "Bea"));
        assertThat(screen.button("Your profile, Bea")).isVisible();
        assertThat(screen.page.locator("dialog")).hasCount(0);
        assertThat(screen.page.locator("#announcer")).hasText("");
        assertThat(screen.page.locator(".toast")).hasCount(0);
    }

    @Test
    void aSessionThatEndedLeadsToSigningInAndKeepsTheDraft() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        Screen screen = Screen.of(browser, ada).open(room);
        screen.composer().fill("half a thought");
        screen.page.evaluate(
                """
                        () => { const session = JSON.parse(localStorage['parley.session']);
                          localStorage['parley.session'] = JSON.stringify({ ...session, token: session.token.slice(0, -9) + 'different' }); }""");
        screen.page.reload();
        assertThat(screen.page.locator("parley-sign-in")).containsText("Your session has ended");
        screen.page.getByLabel("E-mail").fill(ada.email);
        screen.page.locator("#password").fill(Person.PASSWORD);
        screen.button("Sign in").click();
        assertThat(screen.composer()).hasValue("half a thought");
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("401") || error.contains("no valid credentials"));
    }

    @Test
    void lightAndDarkAreAsTheSystemUntilOneIsChosen() {
        Person ada = Person.register(base, "Ada");
        Screen screen = Screen.of(browser, ada, new NewContextOptions().setColorScheme(ColorScheme.DARK));
        assertThat(screen.page.locator("html")).hasCSS("background-color", "rgb(14, 19, 25)");
        screen.button("Your profile, Ada").click();
        screen.page.getByText("Light", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(screen.page.locator("html")).hasCSS("background-color", "rgb(243, 245, 249)");
        screen.page.reload();
        assertThat(screen.page.locator("parley-room-list")).isVisible();
        assertThat(screen.page.locator("html")).hasCSS("background-color", "rgb(243, 245, 249)");
    }

    @Test
    void peopleAreFoundByName() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea " + UUID.randomUUID());
        Screen screen = Screen.of(browser, ada);
        screen.button("New conversation").first().click();
        screen.page.getByLabel("Name or e-mail").fill(bea.name.toUpperCase(Locale.ROOT));
        screen.page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(bea.name)).click();
        assertThat(screen.page.locator(".room-names strong")).hasText(bea.name);
        assertThat(screen.page.locator(".log")).containsText("Nothing here yet");
    }
}

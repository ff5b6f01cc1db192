package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.MouseButton;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Two people in two browsers. */
@QuarkusTest
class TalkingTest {

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Test
    void somebodyRegistersFindsAFriendAndTheyTalk() {
        Person bea = Person.register(base, "Bea Amaral");
        Screen friend = Screen.of(browser, bea);
        Page page = browser.page();
        page.navigate(base.toString());
        page.getByText("Create account").click();
        page.getByLabel("Your name").fill("Ada Lovelace");
        page.getByLabel("E-mail").fill("ada-" + UUID.randomUUID() + "@example.org");
        page.locator("#password").fill("short");
        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Create account")).click();
        assertThat(page.locator("parley-room-list")).isHidden();
        page.locator("#password").fill("a long password");
        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Create account")).click();

        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("New conversation")).first().click();
        page.getByLabel("Name or e-mail").fill(bea.email);
        page.locator(".person").click();
        page.locator("textarea").fill("Hello, Bea!");
        page.locator("textarea").press("Enter");
        assertThat(friend.page.locator(".room-row")).containsText("Hello, Bea!");
        assertThat(friend.page.locator(".room-row .badge")).containsText("1");
        assertThat(friend.page).hasTitle("(1) Parley");
        friend.page.getByLabel("Search conversations").fill("nobody said");
        assertThat(friend.page.locator(".rooms")).hasText("Nothing found");
        friend.page.getByLabel("Search conversations").fill("hello, b");
        assertThat(page.locator(".msg .ticks")).hasAttribute("title", "Sent");

        friend.page.locator(".room-row").click();
        friend.hears("Hello, Bea!");
        assertThat(page.locator(".msg .ticks")).hasAttribute("title", "Read");
        assertThat(friend.page.locator(".badge")).hasCount(0);
        friend.composer().pressSequentially("Hi");
        assertThat(page.locator(".room-status")).containsText("Bea Amaral is typing");
        friend.composer().press("Enter");
        assertThat(page.locator(".msg", new Page.LocatorOptions().setHasText("Hi"))).isVisible();
        assertThat(page.locator(".room-status")).hasText("Online");
    }

    @Test
    void whatIsSaidCanBeRepliedToEditedLikedPinnedAndDeleted() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        Screen one = Screen.of(browser, ada).open(room);
        Screen other = Screen.of(browser, bea).open(room);

        one.write("first words");
        other.hears("first words");
        other.choose("first words", "Reply");
        other.write("an answer");
        Locator quote = one.message("an answer").locator(".quote");
        assertThat(quote).containsText("first words");
        quote.click();
        assertThat(one.message("first words")).isFocused();

        List<Request> edits = new CopyOnWriteArrayList<>();
        one.page.onRequest(request -> {
            if (request.method().equals("PUT")) {
                edits.add(request);
            }
        });
        one.composer().press("ArrowUp");
        assertThat(one.composer()).hasValue("first words");
        one.composer().press("Enter");
        assertThat(one.composer()).hasValue("");
        one.composer().press("ArrowUp");
        one.write("better words");
        other.hears("better words");
        // What was not changed was not sent.
        assertThat(edits).hasSize(1);
        assertThat(other.message("better words").locator(".meta")).containsText("edited");

        other.choose("better words", "Like");
        assertThat(one.message("better words").locator(".likes")).containsText("1");
        assertThat(one.message("better words").locator(".likes")).hasAttribute("aria-pressed", "false");
        assertThat(other.message("better words").locator(".likes")).hasAttribute("aria-pressed", "true");

        other.choose("better words", "Pin");
        assertThat(one.message("better words").locator(".pinned")).isVisible();
        one.button("Details").click();
        one.page.getByRole(AriaRole.TAB, new GetByRoleOptions().setName("Pinned")).click();
        assertThat(one.page.locator(".pin-item")).containsText("better words");

        other.choose("better words", "Reply");
        other.composer().fill("half an answer");
        assertThat(other.page.locator(".context")).containsText("better words");
        one.choose("better words", "Delete");
        one.page.getByRole(AriaRole.DIALOG).getByText("Delete", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(other.page.locator(".tombstone")).isVisible();
        assertThat(other.message("an answer").locator(".quote")).containsText("Message deleted");
        assertThat(other.page.locator(".context")).containsText("Message deleted");
        assertThat(other.page.locator("body")).not().containsText("better words");
        assertThat((String) other.page.evaluate("JSON.stringify(localStorage)")).contains("half an answer")
                .doesNotContain("better words");
        assertThat(one.page.locator(".pin-item")).hasCount(0);
    }

    @Test
    void whatIsTypedAfterAClickOnAMessageIsWrittenAndLettersOnOneReachedByKeyActOnIt() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        bea.post(room, "click me");
        Screen screen = Screen.of(browser, ada).open(room);
        for (String place : new String[] { ".msg .text", ".beginning" }) {
            screen.page.locator(place).click();
            screen.page.keyboard().type("plural ");
        }
        screen.page.locator(".msg .text").click(new Locator.ClickOptions().setButton(MouseButton.RIGHT));
        assertThat(screen.page.locator(".menu")).isVisible();
        screen.page.keyboard().press("Escape");
        assertThat(screen.page.locator(".menu")).hasCount(0);
        screen.page.keyboard().type("plural ");
        assertThat(screen.composer()).hasValue("plural plural plural ");
        assertThat(screen.page.locator(".likes, .pinned, .context")).hasCount(0);
        screen.page.locator(".msg .text").click();
        screen.page.keyboard().press("Home");
        screen.page.keyboard().press("ArrowDown");
        screen.page.keyboard().press("l");
        assertThat(screen.page.locator(".likes")).isVisible();
        assertThat(screen.composer()).hasValue("plural plural plural ");
    }

    @Test
    void goingBackLeadsOnFromAConversationThatOneLeft() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long direct = ada.room(bea);
        long group = bea.group("Chess", ada);
        Screen screen = Screen.of(browser, ada).open(direct).open(group);
        screen.button("Details").click();
        screen.button("Leave group").click();
        screen.page.getByRole(AriaRole.DIALOG).getByText("Leave group").click();
        assertThat(screen.page.locator(".toast")).hasText("You are no longer in Chess");
        assertThat(screen.page).hasURL(Pattern.compile("#/$"));
        screen.page.goBack();
        assertThat(screen.page.locator(".room-names strong")).hasText("Bea");
        screen.page.goBack();
        assertThat(screen.page.locator("parley-room")).hasCount(0);
    }

    @Test
    void twoTabsOfOnePersonAgree() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        Screen tab = Screen.of(browser, ada);
        Screen second = tab.tab();
        assertThat(second.page.locator("parley-room-list")).isVisible();
        long room = bea.room(ada);
        bea.post(room, "for both");
        assertThat(tab.row(room).locator(".badge")).containsText("1");
        assertThat(second.row(room).locator(".badge")).containsText("1");
        tab.page.bringToFront();
        tab.open(room);
        assertThat(second.row(room).locator(".badge")).hasCount(0);
        second.open(room);
        tab.composer().fill("from the first");
        assertThat(second.composer()).hasValue("from the first");
        tab.composer().press("Enter");
        second.hears("from the first");
        assertThat(second.composer()).hasValue("");
        assertThat(second.message("from the first")).hasAttribute("data-mine", "true");
        tab.button("Your profile, Ada").click();
        tab.button("Sign out").click();
        assertThat(second.page.locator("parley-sign-in")).isVisible();
    }

    @Test
    void aGroupIsMadeNamedGrownAndLeft() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea " + UUID.randomUUID());
        Person carl = Person.register(base, "Carl " + UUID.randomUUID());
        Screen one = Screen.of(browser, ada);
        Screen other = Screen.of(browser, bea);
        one.button("New conversation").first().click();
        one.button("New group").click();
        one.page.getByLabel("Name of the group").fill("Readers");
        one.page.getByLabel("Name or e-mail").fill(bea.email);
        one.page.getByRole(AriaRole.CHECKBOX, new GetByRoleOptions().setName(bea.name)).check();
        one.button("Create group").click();
        assertThat(one.page.locator(".room-names")).containsText("Readers");
        assertThat(other.page.locator(".room-row")).containsText("Readers");

        one.button("Details").click();
        one.button("Rename").click();
        one.page.getByRole(AriaRole.DIALOG).getByLabel("Name of the group").fill("Slow readers");
        one.button("Save").click();
        assertThat(other.page.locator(".room-row")).containsText("Slow readers");
        one.button("Add people").click();
        one.page.getByLabel("Name or e-mail").fill(carl.email);
        one.page.getByRole(AriaRole.CHECKBOX, new GetByRoleOptions().setName(carl.name)).check();
        one.button("Add").click();
        assertThat(one.page.locator(".room-status")).containsText("3 members");
        one.button("Remove " + carl.name).click();
        one.page.getByRole(AriaRole.DIALOG).getByText("Remove", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(one.page.locator(".room-status")).containsText("2 members");

        other.page.locator(".room-row").click();
        other.button("Details").click();
        assertThat(other.button("Rename")).hasCount(0);
        other.button("Leave group").click();
        other.page.getByRole(AriaRole.DIALOG).getByText("Leave group", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(other.page.locator(".room-row")).hasCount(0);
        assertThat(other.page.locator("main")).isFocused();
        assertThat(one.page.locator(".room-status")).containsText("1 member");
    }

    @Test
    void whatCameWhileAwayStandsBelowALineAndDraftsStay() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        long elsewhere = bea.group("Elsewhere", ada);
        Screen screen = Screen.of(browser, ada).open(room);
        screen.composer().fill("half a thought");
        screen.open(elsewhere);
        assertThat(screen.composer()).hasValue("");
        for (int number = 1; number <= 12; number++) {
            bea.post(room, "while away " + number);
        }
        assertThat(screen.row(room).locator(".badge")).containsText("12");
        assertThat(screen.row(room).locator(".room-preview")).containsText("Draft: half a thought");
        screen.open(room);
        assertThat(screen.composer()).hasValue("half a thought");
        assertThat(screen.page.locator(".new-line")).isVisible();
        assertThat(screen.page.locator(".new-line + .msg")).containsText("while away 1");
        screen.page.reload();
        assertThat(screen.composer()).hasValue("half a thought");
    }

    @Test
    void aNewMessageIsReadAloudToWhoCannotSee() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        Screen screen = Screen.of(browser, ada).open(room);
        bea.post(room, "listen");
        assertThat(screen.page.locator("#announcer")).containsText("Bea: listen");
        assertThat(screen.page.locator("#announcer")).hasAttribute("aria-live", "polite");
    }
}

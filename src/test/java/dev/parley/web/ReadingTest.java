package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.ClickOptions;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.MouseButton;
import com.microsoft.playwright.options.ReducedMotion;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Sql;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** How a conversation looks to its reader. */
@QuarkusTest
class ReadingTest {

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Inject
    AgroalDataSource database;

    @Test
    void daysAreSeparatedAndBurstsGrouped() throws SQLException {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.group("Circle", bea);
        sentDaysAgo(bea.post(room, "long ago"), 400);
        sentDaysAgo(bea.post(room, "a day ago"), 1);
        List.of("one", "two", "three").forEach(text -> bea.post(room, text));
        ada.post(room, "an answer");
        bea.post(room, "four");
        Screen screen = Screen.of(browser, ada).open(room);
        assertThat(screen.page.locator(".day")).hasCount(3);
        assertThat(screen.page.locator(".day").first()).hasText(Pattern.compile("\\d{4}$"));
        assertThat(screen.page.locator(".day").nth(1)).hasText("Yesterday");
        assertThat(screen.page.locator(".day").last()).hasText("Today");
        // A name above the first of a burst, a picture beside its last.
        assertThat(screen.message("one").locator(".msg-name")).hasText("Bea");
        assertThat(screen.message("one").locator(".avatar")).hasCount(0);
        assertThat(screen.message("two").locator(".msg-name, .avatar")).hasCount(0);
        assertThat(screen.message("three").locator(".msg-name")).hasCount(0);
        assertThat(screen.message("three").locator(".avatar")).hasCount(1);
        assertThat(screen.message("four").locator(".msg-name, .avatar")).hasCount(2);
        assertThat(screen.message("an answer").locator(".msg-name, .avatar")).hasCount(0);
        BoundingBox box = screen.page.locator(".scroller").boundingBox();
        double middle = box.x + box.width / 2;
        assertThat(screen.message("one").locator(".bubble").boundingBox().x).isLessThan(middle);
        assertThat(screen.message("an answer").locator(".bubble").boundingBox().x).isGreaterThan(middle);
    }

    @Test
    void aGroupSeesWhoHasRead() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        Person carl = Person.register(base, "Carl");
        long room = ada.group("Circle", bea, carl);
        Screen screen = Screen.of(browser, ada).open(room);
        screen.write("who reads this?");
        Locator ticks = screen.message("who reads this?").locator(".ticks");
        assertThat(ticks).hasAttribute("title", "Sent");
        bea.post("/api/chat/rooms/" + room + "/read", null);
        assertThat(ticks).hasAttribute("title", "Read by 1 of 2: Bea");
        screen.choose("who reads this?", "Who has read this");
        assertThat(screen.page.locator("dialog li")).hasText("Bea");
        screen.button("Close").click();
        carl.post("/api/chat/rooms/" + room + "/read", null);
        assertThat(ticks).hasAttribute("title", "Read by everybody");
    }

    @Test
    void emojiArePickedAndStandLargeWhenAlone() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        Screen screen = Screen.of(browser, ada).open(room);
        screen.button("Emoji").click();
        assertThat(screen.page.getByLabel("Search emoji")).isFocused();
        screen.page.keyboard().type("heart");
        screen.page.keyboard().press("ArrowDown");
        Locator picked = screen.page.locator(".emoji-grid button:focus");
        String emoji = picked.textContent();
        screen.page.keyboard().press("Enter");
        assertThat(screen.composer()).hasValue(emoji);
        screen.page.keyboard().press("Escape");
        assertThat(screen.composer()).isFocused();
        screen.page.keyboard().press("Enter");
        assertThat(screen.message(emoji).locator(".jumbo")).isVisible();
        screen.write("not alone " + emoji);
        screen.hears("not alone " + emoji);
        assertThat(screen.message("not alone " + emoji).locator(".jumbo")).hasCount(0);
    }

    @Test
    void aTextIsCopiedAsItWasWritten() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        ada.post(room, "copy *this* <b>");
        Screen screen = Screen.of(browser, ada).open(room);
        screen.page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        screen.choose("copy *this* <b>", "Copy text");
        assertThat(screen.page.locator(".toast")).hasText("Copied");
        assertThat(screen.page.evaluate("navigator.clipboard.readText()")).isEqualTo("copy *this* <b>");
    }

    @Test
    void whatIsSelectedIsLeftToTheMenuOfTheSystem() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        ada.post(room, "selected");
        ada.post(room, "another");
        Screen screen = Screen.of(browser, ada).open(room);
        screen.message("selected").locator(".text").evaluate("text => getSelection().selectAllChildren(text)");
        screen.page.evaluate("addEventListener('contextmenu', (event) => window.taken = event.defaultPrevented)");
        ClickOptions right = new ClickOptions().setButton(MouseButton.RIGHT);
        screen.message("selected").locator(".text").click(right);
        assertThat(screen.page.evaluate("window.taken")).isEqualTo(false);
        assertThat(screen.page.locator(".menu")).hasCount(0);
        screen.message("another").locator(".text").click(right);
        assertThat(screen.page.locator(".menu")).isVisible();
    }

    @Test
    void whoGoesToAQuoteWithoutLeavingTheEndStaysAtTheEnd() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        bea.post(room, "question");
        Screen screen = Screen.of(browser, ada).open(room);
        screen.choose("question", "Reply");
        screen.write("answer");
        screen.message("answer").locator(".quote").click();
        assertThat(screen.message("question")).isFocused();
        for (int number = 1; number <= 30; number++) {
            bea.post(room, "more " + number);
        }
        assertThat(screen.message("more 30")).isInViewport();
    }

    @Test
    void nothingMovesForWhoDoesNotWantIt() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        ada.post(room, "still");
        for (ReducedMotion wish : ReducedMotion.values()) {
            Screen screen = Screen.of(browser, ada, new NewContextOptions().setReducedMotion(wish)).open(room);
            screen.hears("still");
            String longest = (String) screen.page.evaluate("""
                    () => {
                      document.querySelector('.msg').classList.add('flash');
                      const times = [...document.querySelectorAll('*')].flatMap((each) => {
                        const style = getComputedStyle(each);
                        return [style.transitionDuration, style.animationDuration].join().split(',').map(parseFloat);
                      });
                      return Math.max(...times) < 0.001 ? 'nothing moves' : 'something moves';
                    }""");
            assertThat(longest).isEqualTo(wish == ReducedMotion.REDUCE ? "nothing moves" : "something moves");
        }
    }

    private void sentDaysAgo(JsonNode message, int days) throws SQLException {
        assertThat(new Sql(database).change(
                "update chat_messages set created_at = created_at - make_interval(days => %d) where id = %d"
                        .formatted(days, message.get("id").asLong())))
                .isEqualTo(1);
    }
}

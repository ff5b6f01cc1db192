package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Without a mouse, from signing in to signing out. */
@QuarkusTest
class KeyboardTest {

    private static final int MOST_STEPS = 60;
    /** The Enter that ends a composition in Safari. */
    private static final String END_OF_COMPOSITION = "field => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }))";

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Test
    void everythingCanBeDoneByKeyboard() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        bea.post(room, new Form().file(SampleFiles.get("photo.jpg")).field("content", "a picture")).expect(201);
        bea.post(room, "by key");
        Page page = browser.page();
        Keyboard keys = page.keyboard();
        page.navigate(base.toString());
        reach(page.getByLabel("E-mail"));
        keys.type(ada.email);
        reach(page.locator("#password"));
        keys.type(Person.PASSWORD);
        keys.press("Enter");

        reach(page.locator("[data-room='" + room + "']"));
        keys.press("Enter");
        Locator composer = page.locator("textarea");
        assertThat(composer).isFocused();
        keys.type("two");
        keys.press("Shift+Enter");
        keys.type("lines");
        keys.press("Enter");
        Locator own = page.locator(".msg[data-seq='3']");
        assertThat(own.locator(".text")).hasText("two\nlines");

        back(own);
        keys.press("ArrowUp");
        Locator theirs = page.locator(".msg[data-seq='2']");
        assertThat(theirs).isFocused();
        keys.press("Enter");
        assertThat(page.getByText("Reply").first()).isVisible();
        keys.press("ArrowDown");
        keys.press("Enter");
        assertThat(theirs.locator(".likes")).isVisible();
        assertThat(theirs).isFocused();
        keys.press("r");
        assertThat(composer).isFocused();
        assertThat(page.locator(".context")).containsText("by key");
        keys.press("Escape");
        assertThat(page.locator(".context")).hasCount(0);
        assertThat(composer).isFocused();

        back(theirs);
        keys.press("Escape");
        assertThat(composer).isFocused();
        back(page.locator(".msg .picture"));
        keys.press("Enter");
        assertThat(page.locator(".lightbox")).isVisible();
        keys.press("Escape");
        assertThat(page.locator(".msg .picture")).isFocused();
        back(page.locator(".room-header .icon-button").last());
        keys.press("Enter");
        reach(page.locator("#tab-about"));
        keys.press("ArrowRight");
        assertThat(page.locator(".panel .picture")).isVisible();

        back(page.locator(".me"));
        keys.press("Enter");
        reach(page.getByText("Sign out"));
        keys.press("Enter");
        assertThat(page.getByLabel("E-mail")).isFocused();
    }

    /** They lie over the conversation, of which nothing can be reached meanwhile, or stand beside it. */
    @ParameterizedTest
    @ValueSource(ints = { 600, 900, 1280 })
    void detailsTakeTheFocusWhereTheyCoverWhatHadItAndGiveItBack(int width) {
        Person ada = Person.register(base, "Ada");
        Screen screen = Screen.of(browser, ada, new NewContextOptions().setViewportSize(width, 700))
                .open(ada.room(Person.register(base, "Bea")));
        Keyboard keys = screen.page.keyboard();
        Locator info = screen.page.locator(".room-header .icon-button").last();
        Locator close = screen.page.locator(".info").getByLabel("Close");
        boolean covers = width < 1100;
        back(info);
        keys.press("Enter");
        assertThat(covers ? screen.page.locator("#tab-about") : info).isFocused();
        if (covers) {
            for (int steps = 0; steps < MOST_STEPS; steps++) {
                keys.press("Shift+Tab");
                assertThat(screen.page.locator(".main :focus")).hasCount(0);
            }
            reach(close);
            keys.press("Escape");
            assertThat(info).isFocused();
            assertThat(screen.page.locator(".info")).hasCount(0);
            keys.press("Enter");
        }
        reach(close);
        keys.press("Enter");
        assertThat(info).isFocused();
    }

    @Test
    void detailsThatComeToCoverTheirConversationTakeTheFocusAndAreLeftByEscapeAndByGoingBack() {
        Person ada = Person.register(base, "Ada");
        Screen screen = Screen.of(browser, ada, new NewContextOptions().setViewportSize(1280, 700))
                .open(ada.room(Person.register(base, "Bea")));
        Page page = screen.page;
        Locator details = page.locator(".info");
        Locator tab = page.locator("#tab-about");
        page.locator(".to-details").click();
        assertThat(details).isVisible();
        page.setViewportSize(900, 700);
        assertThat(tab).isFocused();
        page.locator(".skip").focus();
        page.keyboard().press("Enter");
        assertThat(tab).isFocused();
        page.keyboard().press("Escape");
        assertThat(details).hasCount(0);

        page.setViewportSize(1280, 700);
        page.locator(".to-details").click();
        assertThat(details).isVisible();
        page.setViewportSize(900, 700);
        assertThat(tab).isFocused();
        page.goBack();
        assertThat(details).hasCount(0);
        assertThat(screen.composer()).isVisible();
    }

    @Test
    void aConversationIsFoundAndOpenedByItsName() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        Screen screen = Screen.of(browser, ada).open(ada.room(Person.register(base, "Cyd")));
        assertThat(screen.row(room)).isVisible();
        screen.composer().press("Control+k");
        assertThat(screen.page.getByLabel("Search conversations")).isFocused();
        screen.page.keyboard().type("be");
        assertThat(screen.page.locator(".room-row")).hasCount(1);
        screen.page.getByLabel("Search conversations").evaluate(END_OF_COMPOSITION);
        assertThat(screen.page.locator(".room-names strong")).hasText("Cyd");
        screen.page.keyboard().press("Enter");
        assertThat(screen.page.locator(".room-names strong")).hasText("Bea");
    }

    @Test
    void theKeyThatFindsConversationsIsTheBrowsersWhereTheyCannotBeSeen() {
        Person ada = Person.register(base, "Ada");
        Screen screen = Screen.of(browser, ada).open(ada.room(Person.register(base, "Bea")));
        Assertions.assertThat(takesKey(screen.page)).isTrue();
        screen.button("New conversation").click();
        assertThat(screen.page.locator("dialog")).isVisible();
        Assertions.assertThat(takesKey(screen.page)).isFalse();
        screen.page.keyboard().press("Escape");
        assertThat(screen.page.locator("dialog")).hasCount(0);
        screen.page.setViewportSize(600, 700);
        Assertions.assertThat(takesKey(screen.page)).isFalse();
    }

    private static boolean takesKey(Page page) {
        return (boolean) page.evaluate(
                "() => !document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }))");
    }

    @Test
    void howMuchMayStillBeWrittenIsReadAloudNowAndThen() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        long other = ada.room(Person.register(base, "Cyd"));
        Screen screen = Screen.of(browser, ada).open(other);
        screen.composer().fill("w".repeat(4_993));
        screen.open(room);
        Locator said = screen.page.locator(".composer [role=status]");
        screen.composer().fill("w".repeat(4_960));
        assertThat(said).hasText("40 left");
        screen.composer().fill("w".repeat(4_980));
        assertThat(screen.page.locator(".count")).hasText("20 left");
        assertThat(said).hasText("40 left");
        screen.composer().fill("w".repeat(4_995));
        assertThat(said).hasText("5 left");
        screen.open(other);
        assertThat(said).hasText("7 left");
        screen.open(room);
        assertThat(said).hasText("5 left");
        screen.composer().fill("w".repeat(5_003));
        assertThat(said).hasText("3 too many");
        screen.composer().fill("");
        assertThat(said).hasText("");
    }

    @Test
    void aSecondEnterOnAnEditThatTakesLongNeitherSavesItTwiceNorSendsWhatWasBegunBefore() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        Screen screen = Screen.of(browser, ada).open(room);
        screen.write("first words");
        screen.hears("first words");
        screen.composer().fill("w".repeat(60_000));
        assertThat(screen.composer()).not().hasAttribute("dir", "auto");
        screen.composer().fill("half a sent");
        assertThat(screen.composer()).hasAttribute("dir", "auto");
        screen.composer().evaluate(END_OF_COMPOSITION);
        screen.choose("first words", "Edit");
        List<Route> saves = new CopyOnWriteArrayList<>();
        screen.page.route("**/api/chat/messages/*", saves::add);
        screen.write("better words");
        assertThat(screen.button("Saving…")).isDisabled();
        screen.composer().press("Enter");
        long now = System.currentTimeMillis();
        screen.page.clock().setFixedTime(now);
        Assertions.assertThat(saves).hasSize(1);
        saves.get(0).resume();
        assertThat(screen.composer()).hasValue("half a sent");
        screen.composer().press("Enter");
        assertThat(screen.composer()).hasValue("half a sent");
        screen.page.clock().setFixedTime(now + 60_000);
        screen.composer().press("Enter");
        screen.hears("half a sent");
        assertThat(screen.messages()).hasCount(2);
        Assertions.assertThat(saves).hasSize(1);
    }

    private static void reach(Locator aim) {
        step(aim, "Tab");
    }

    private static void back(Locator aim) {
        step(aim, "Shift+Tab");
    }

    private static void step(Locator aim, String key) {
        aim.waitFor();
        for (int steps = 0; steps < MOST_STEPS && !(boolean) aim.evaluate("each => each === document.activeElement"); steps++) {
            aim.page().keyboard().press(key);
        }
        assertThat(aim).isFocused();
    }
}

package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.LocatorOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** The network fails: nothing is lost and nothing comes twice. */
@QuarkusTest
class LostLinkTest {

    private static final int BURST = 120;

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Test
    void aLinkThatIsCutDuringABurstLosesAndDoublesNothing() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        List<WebSocketRoute> links = new CopyOnWriteArrayList<>();
        var context = browser.context();
        context.routeWebSocket("**/api/chat/ws", link -> {
            links.add(link);
            link.connectToServer();
        });
        Screen screen = Screen.of(context, ada).open(room);
        for (int number = 1; number <= BURST; number++) {
            bea.post(room, "burst " + number);
            if (number % 30 == 0) {
                links.getLast().close(new WebSocketRoute.CloseOptions().setCode(1012));
            }
        }
        screen.hears("burst " + BURST);
        assertThat(links.size()).isGreaterThan(1);
        screen.page.waitForCondition(() -> seen(screen.page).equals(IntStream.rangeClosed(1, BURST)
                .mapToObj(number -> "burst " + number).toList().subList(BURST - seen(screen.page).size(), BURST)));
        screen.page.locator(".scroller").evaluate("box => box.scrollTop = 0");
        screen.hears("burst 1");
        assertThat(seen(screen.page)).isEqualTo(IntStream.rangeClosed(1, BURST).mapToObj(number -> "burst " + number).toList());
    }

    @Test
    void whatIsWrittenWithoutANetworkIsSentOnceWhenItIsBack() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        Screen screen = Screen.of(browser, ada).open(room);
        Screen friend = Screen.of(browser, bea).open(room);
        screen.write("before");
        friend.hears("before");
        screen.page.context().setOffline(true);
        assertThat(screen.page.locator(".banner")).containsText("You are offline");
        List.of("one", "not this", "two", "three").forEach(screen::write);
        assertThat(screen.page.locator(".pending")).hasCount(4);
        screen.page.locator(".pending", new LocatorOptions().setHasText("not this")).getByText("Take back").click();
        assertThat(screen.page.locator(".pending")).hasCount(3);
        assertThat(screen.composer()).hasValue("not this");
        friend.write("meanwhile");
        screen.page.context().setOffline(false);
        assertThat(screen.page.locator(".banner")).hasCount(0);
        assertThat(screen.page.locator(".pending")).hasCount(0);
        screen.hears("meanwhile");
        assertThat(friend.messages()).hasCount(5);
        assertThat(seen(friend.page)).isEqualTo(List.of("before", "meanwhile", "one", "two", "three"));
        assertThat(seen(screen.page)).isEqualTo(seen(friend.page));
        // The browser itself complains of requests that it could not make.
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("ERR_INTERNET_DISCONNECTED"));
    }

    @Test
    void picturesThatFailedWithTheLinkComeWithIt() throws FileNotFoundException {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        bea.send("PUT", "/api/auth/me/avatar", BodyPublishers.ofFile(SampleFiles.get("photo.jpg")), "image/jpeg").expect(200);
        long room = ada.room(bea);
        bea.post(room, new Form().file(SampleFiles.get("photo.png")).field("content", "Look")).expect(201);
        Pattern pictures = Pattern.compile("/api/(files|avatars)/");
        List<WebSocketRoute> links = new CopyOnWriteArrayList<>();
        var context = browser.context();
        context.route(pictures, Route::abort);
        context.routeWebSocket("**/api/chat/ws", link -> {
            links.add(link);
            link.connectToServer();
        });
        Screen screen = Screen.of(context, ada).open(room);
        screen.hears("Look");
        screen.page.waitForFunction(
                "() => document.images.length > 2 && [...document.images].every((each) => each.complete && !each.naturalWidth)");
        context.unroute(pictures);
        links.getLast().close(new WebSocketRoute.CloseOptions().setCode(1012));
        screen.page.waitForFunction("() => [...document.images].every((each) => each.naturalWidth > 0)");
        assertThat(screen.row(room).locator(".avatar img")).isVisible();
        browser.requestsMayFail();
    }

    @Test
    void whatWaitsOrFailedInAnotherConversationIsSeenInTheList() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        long other = ada.room(Person.register(base, "Cyd"));
        Screen screen = Screen.of(browser, ada).open(room);
        List<Route> posts = new CopyOnWriteArrayList<>();
        screen.page.route("**/api/chat/rooms/" + room + "/messages", posts::add);
        screen.write("hello");
        screen.open(other);
        assertThat(screen.row(room)).containsText("Sending You: hello");
        screen.page.waitForCondition(() -> !posts.isEmpty());
        posts.getFirst().fulfill(new FulfillOptions().setStatus(403).setBody("{\"code\": \"no\", \"detail\": \"No\"}"));
        assertThat(screen.row(room)).containsText("Not sent: hello");
        assertThat(screen.page.locator(".toast")).hasText("A message in Bea was not sent");
        bea.post(room, "well?");
        assertThat(screen.row(room)).containsText("Not sent well?");
        screen.open(room).button("Discard").click();
        assertThat(screen.row(room)).not().containsText("hello");
        browser.requestsMayFail();
    }

    @Test
    void anAnswerThatIsLostDoublesNoMessage() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        List<String> keys = new CopyOnWriteArrayList<>();
        var context = browser.context();
        context.routeWebSocket("**/api/chat/ws", link -> {
            WebSocketRoute server = link.connectToServer();
            server.onMessage(frame -> {
                if (keys.size() != 1) {
                    link.send(frame.text());
                }
            });
        });
        Screen screen = Screen.of(context, ada).open(room);
        screen.page.route("**/api/chat/rooms/*/messages", route -> {
            keys.add(route.request().headerValue("idempotency-key"));
            if (keys.size() == 1) {
                // Stored, but the answer never arrives, nor does the frame.
                route.fetch();
                route.abort();
            } else {
                route.resume();
            }
        });
        screen.write("only once");
        screen.hears("only once");
        assertThat(screen.page.locator(".pending")).hasCount(0);
        assertThat(ada.get("/api/chat/rooms/" + room + "/messages").expect(200).get("total").asInt()).isEqualTo(1);
        assertThat(screen.messages()).hasCount(1);
        assertThat(keys).hasSize(2).doesNotContainNull();
        assertThat(keys.getLast()).isEqualTo(keys.getFirst());
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("ERR_FAILED"));
    }

    @Test
    void whatWasNotSentSurvivesAReload() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        Screen screen = Screen.of(browser, ada).open(room);
        screen.page.route("**/api/chat/rooms/*/messages", route -> route.abort());
        screen.write("late");
        assertThat(screen.page.locator(".pending")).hasCount(1);
        screen.page.unroute("**/api/chat/rooms/*/messages");
        screen.page.reload();
        screen.hears("late");
        assertThat(ada.get("/api/chat/rooms/" + room + "/messages").expect(200).get("total").asInt()).isEqualTo(1);
        browser.requestsMayFail();
    }

    @Test
    void whoSignsOutWhileSomethingWaitsIsAsked() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        Screen screen = Screen.of(browser, ada).open(room);
        screen.page.route("**/api/chat/rooms/*/messages", Route::abort);
        screen.write("late");
        assertThat(screen.page.locator(".pending")).hasCount(1);
        screen.button("Your profile, Ada").click();
        screen.button("Sign out").click();
        Locator question = screen.page.locator("dialog.small");
        assertThat(question).containsText("Not everything is sent yet");
        question.getByText("Cancel").click();
        assertThat(question).hasCount(0);
        screen.button("Sign out").click();
        question.locator(".danger").click();
        assertThat(screen.page.locator("parley-sign-in")).isVisible();
        browser.requestsMayFail();
    }

    /** Each tab sends and shows what was written and chosen in it; one that is closed leaves that to another. */
    @Test
    void whatAClosedTabCouldNotSendGoesOutFromTheOther() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        Screen other = Screen.of(browser, ada).open(room);
        Screen closed = other.tab().open(room);
        closed.page.route("**/api/chat/rooms/*/messages", route -> route.abort());
        List.of("one", "two").forEach(closed::write);
        assertThat(closed.page.locator(".pending")).hasCount(2);
        closed.page.setInputFiles(".pick-files", SampleFiles.get("photo.jpg"));
        assertThat(closed.tiles()).hasAttribute("data-state", "done");
        other.write("meanwhile");
        Screen late = other.tab().open(room);
        for (Screen living : List.of(other, late)) {
            living.hears("meanwhile");
            assertThat(living.page.locator(".pending")).hasCount(0);
            assertThat(living.tiles()).hasCount(0);
        }
        late.page.close();
        closed.page.close();
        assertThat(other.page.locator(".toast")).containsText("Files you chose in another tab",
                new ContainsTextOptions().setTimeout(30_000));
        assertThat(other.message("two")).isVisible(new IsVisibleOptions().setTimeout(30_000));
        assertThat(other.tiles().locator("img")).isVisible();
        assertThat(other.tiles()).hasAttribute("data-state", "done");
        assertThat(seen(other.page)).isEqualTo(List.of("meanwhile", "one", "two"));
        browser.requestsMayFail();
    }

    @Test
    void whatWasWrittenAndChosenWithoutANetworkSurvivesTheSession() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        long other = ada.room(Person.register(base, "Cyd"));
        Screen screen = Screen.of(browser, ada).open(other).open(room);
        screen.write("first words");
        screen.hears("first words");
        screen.page.context().setOffline(true);
        screen.page.setInputFiles(".pick-files", SampleFiles.get("photo.jpg"));
        screen.write("with a photo");
        screen.choose("first words", "Edit");
        screen.composer().fill("better words");
        screen.open(other);
        screen.page.setInputFiles(".pick-files", SampleFiles.get("photo.png"));
        screen.composer().fill("a draft");
        screen.button("Your profile, Ada").click();
        assertThat(screen.page.locator("dialog")).containsText("Not everything is sent yet");
        screen.button("Sign out").click();
        screen.page.context().setOffline(false);
        screen.page.getByLabel("E-mail").fill(ada.email);
        screen.page.locator("#password").fill(Person.PASSWORD);
        screen.page.locator("#password").press("Enter");
        assertThat(screen.tiles()).hasAttribute("data-state", "done");
        assertThat(screen.composer()).hasValue("a draft");
        screen.open(room);
        assertThat(screen.message("with a photo").locator(".picture")).isVisible();
        assertThat(screen.page.locator(".pending")).hasCount(0);
        assertThat(screen.composer()).hasValue("better words");
        screen.composer().press("Enter");
        screen.hears("better words");
        browser.requestsMayFail();
    }

    @Test
    void anEditThatCannotBeDeliveredStaysInTheComposer() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        long direct = ada.room(Person.register(base, "Cyd"));
        Screen screen = Screen.of(browser, ada).open(direct).open(room);
        screen.write("first words");
        screen.hears("first words");
        screen.composer().fill("for Bea alone");
        screen.choose("first words", "Edit");
        screen.page.context().setOffline(true);
        screen.write("better words");
        assertThat(screen.page.locator(".toast")).isVisible();
        screen.open(direct);
        assertThat(screen.composer()).hasValue("");
        screen.open(room);
        assertThat(screen.composer()).hasValue("better words");
        screen.page.context().setOffline(false);
        screen.composer().press("Enter");
        screen.hears("better words");
        assertThat(screen.composer()).hasValue("for Bea alone");
        screen.choose("better words", "Edit");
        screen.composer().fill("best words");
        long id = ada.get("/api/chat/rooms/" + room + "/messages").expect(200).at("/messages/0/id").asLong();
        ada.delete("/api/chat/messages/" + id).expect(200);
        assertThat(screen.composer()).hasValue("for Bea alone\nbest words");
        browser.requestsMayFail();
    }

    /** A proxy that has no service for a moment: what somebody waits for comes, and what they asked for in vain is said. */
    @Test
    void aPageOfMessagesThatFailedOnceComesAllTheSame() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        long first = ada.post(room, "said 1").get("id").asLong();
        IntStream.rangeClosed(2, 109).forEach(number -> ada.post(room, "said " + number));
        ada.post("/api/chat/rooms/" + room + "/messages", Map.of("content", "an answer", "reply_to", first)).expect(201);
        Screen screen = Screen.of(browser, ada);
        AtomicBoolean fails = new AtomicBoolean(true);
        screen.page.route("**/api/chat/rooms/*/messages?*", route -> {
            if (fails.getAndSet(false)) {
                route.fulfill(new FulfillOptions().setStatus(502));
            } else {
                route.resume();
            }
        });
        screen.open(room).hears("an answer");
        fails.set(true);
        screen.page.locator(".quote").click();
        assertThat(screen.page.locator(".toast")).containsText("cannot be reached");
        assertThat(screen.message("an answer")).isVisible();
        fails.set(true);
        screen.page.locator(".scroller").evaluate("box => box.scrollTop = 0");
        screen.hears("said 59");
        screen.page.locator(".to-newest").click();
        screen.page.locator(".quote").click();
        assertThat(screen.message("said 1")).isFocused();
        assertThat(fails).isFalse();
        assertThat(browser.takeErrors()).hasSize(3).allMatch(error -> error.contains("502"));
    }

    private static List<String> seen(Page page) {
        return page.locator(".msg .text").allTextContents();
    }
}

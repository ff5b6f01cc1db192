package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class LongHistoryTest {

    private static final int LENGTH = 2_000;
    /** Messages that are shown at once, at most; day marks and the like come beside them. */
    private static final int SHOWN = 200;

    /** Scrolls by so much until something is there, looking after every turn: most messages at once, jumps, holes. */
    private static final String SCROLL = """
            async ([by, end]) => {
              const box = document.querySelector('.scroller');
              const frame = () => new Promise(requestAnimationFrame);
              let most = 0, jumps = 0, holes = 0;
              while (!document.querySelector(end)) {
                box.scrollTop += by;
                await frame();
                const eye = [...document.querySelectorAll('.msg[data-seq]')].find((row) => row.getBoundingClientRect().top > 200);
                const before = eye.getBoundingClientRect().top;
                await frame();
                await frame();
                if (eye.isConnected && Math.abs(eye.getBoundingClientRect().top - before) > 2) jumps++;
                const rows = [...document.querySelectorAll('.msg[data-seq]')].map((row) => Number(row.dataset.seq));
                most = Math.max(most, rows.length);
                if (rows.some((seq, place) => place && seq !== rows[place - 1] + 1)) holes++;
              }
              return [most, jumps, holes].join();
            }""";
    /** How far the reader is from the end once everything had time to move, in pixels. */
    private static final String FROM_END = """
            async () => {
              const box = document.querySelector('.scroller');
              for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
              return Math.round(box.scrollHeight - box.scrollTop - box.clientHeight);
            }""";
    private static final String BOUNDED = "(1?\\d?\\d|200),0,0";

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Test
    void thousandsOfMessagesAreScrolledWithABoundedPage() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        try (var posters = Executors.newFixedThreadPool(16)) {
            IntStream.rangeClosed(1, LENGTH).forEach(number -> posters.submit(
                    () -> ada.post("/api/chat/rooms/" + room + "/messages", Map.of("content", "number " + number))
                            .expect(201)));
        }
        bea.post("/api/chat/rooms/" + room + "/read", null);
        Screen screen = Screen.of(browser, bea).open(room);
        assertThat(screen.page.locator(".msg[data-seq='" + LENGTH + "']")).isVisible();
        assertThat(screen.page.evaluate(SCROLL, new Object[] { -700, ".beginning" })).asString().matches(BOUNDED);
        assertThat(screen.page.locator(".msg[data-seq='1']")).isAttached();
        assertThat((int) screen.page.evaluate("document.querySelectorAll('.msg').length")).isLessThanOrEqualTo(SHOWN);
        ada.post(room, "meanwhile");
        assertThat(screen.page.locator(".to-newest .badge")).hasText("1");
        screen.page.locator(".to-newest").click();
        screen.hears("meanwhile");
        assertThat(screen.page.locator(".to-newest")).hasCount(0);
        assertThat((int) screen.page.evaluate("document.querySelectorAll('.msg').length")).isLessThanOrEqualTo(SHOWN);
        // From an answer to what it answers, far above, and down again.
        long old = bea.get("/api/chat/rooms/" + room + "/messages?after=1399&limit=1").expect(200)
                .at("/messages/0/id").asLong();
        ada.post("/api/chat/rooms/" + room + "/messages", Map.of("content", "an answer", "reply_to", old)).expect(201);
        screen.message("an answer").locator(".quote").click();
        assertThat(screen.page.locator(".msg[data-seq='1400']")).isFocused();
        assertThat(screen.page.evaluate(SCROLL, new Object[] { 700, ".msg[data-seq='2002']" })).asString().matches(BOUNDED);
        assertThat(screen.message("an answer")).isVisible();
        // From what was looked for to where it was said.
        screen.button("Search this conversation").click();
        assertThat(screen.page.getByRole(AriaRole.SEARCHBOX, new GetByRoleOptions().setName("Search this conversation")))
                .isFocused();
        screen.page.keyboard().type("NUMBER 77");
        assertThat(screen.page.locator(".pin-item")).hasCount(30);
        screen.page.keyboard().type("1");
        assertThat(screen.page.locator(".pin-item")).hasCount(2);
        assertThat(screen.page.locator(".pin-item").last().locator("mark")).hasText(new String[] { "number", "771" });
        screen.page.locator(".pin-item").last().click();
        assertThat(screen.message("number 771")).isFocused();
        ada.delete("/api/chat/messages/" + bea.get("/api/chat/rooms/" + room + "/messages?search=771&before=1000").expect(200)
                .at("/messages/0/id").asLong()).expect(200);
        assertThat(screen.page.locator(".pin-item")).hasCount(1);
    }

    @Test
    void filmsAndVoicesMoveNobodyFromTheEndNorFromWhatTheyRead() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        for (int number = 1; number <= 40; number++) {
            ada.post(room, new Form().file(SampleFiles.get("clip.webm"))).expect(201);
            ada.post(room, new Form().file(SampleFiles.get("voice.webm"))).expect(201);
        }
        Screen screen = Screen.of(browser, ada).open(room);
        assertThat(screen.page.locator(".voice").last()).isAttached();
        assertThat(screen.page.evaluate(FROM_END)).isEqualTo(0);
        assertThat(screen.page.evaluate(SCROLL, new Object[] { -700, ".beginning" })).asString().matches(BOUNDED);
        screen.page.locator(".to-newest").click();
        assertThat(screen.page.locator(".to-newest")).hasCount(0);
        ada.post(room, new Form().file(SampleFiles.get("clip.webm"))).expect(201);
        assertThat(screen.page.locator(".msg[data-seq='81'] video")).isAttached();
        assertThat(screen.page.evaluate(FROM_END)).isEqualTo(0);
    }

    @Test
    void whatIsWrittenFarAboveWithoutANetworkIsSeenAtOnceAndAtTheEndLater() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        IntStream.rangeClosed(1, 260).forEach(number -> ada.post(room, "number " + number));
        Screen screen = Screen.of(browser, ada).open(room);
        screen.page.evaluate(SCROLL, new Object[] { -700, ".beginning" });
        assertThat(screen.message("number 260")).hasCount(0);
        screen.page.context().setOffline(true);
        screen.write("from far above");
        assertThat(screen.page.locator(".pending")).isInViewport();
        screen.page.context().setOffline(false);
        screen.hears("from far above");
        assertThat(screen.message("from far above")).isInViewport();
        assertThat(screen.message("number 260")).isVisible();
        // The browser itself complains of requests that it could not make.
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("ERR_INTERNET_DISCONNECTED"));
    }
}

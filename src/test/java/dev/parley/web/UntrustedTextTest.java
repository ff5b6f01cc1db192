package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.options.FilePayload;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Whatever people write and call themselves is shown as it is, and nothing of it runs. */
@QuarkusTest
class UntrustedTextTest {

    private static final List<String> ATTEMPTS = List.of(
            "<img src=x onerror=\"window.hacked=1\">",
            "<script>window.hacked=1</script>",
            "\"><svg onload=window.hacked=1>",
            "javascript:window.hacked=1",
            "https://example.org/\" onmouseover=\"window.hacked=1",
            "[x](javascript:window.hacked=1)",
            "${window.hacked=1}{{window.hacked=1}}",
            "<!--?lit$123$--><iframe srcdoc='<script>parent.hacked=1</script>'></iframe>");

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Test
    void namesTextsCaptionsAndFileNamesStayText() {
        Person ada = Person.register(base, "Ada");
        for (String attempt : ATTEMPTS) {
            Person mallory = Person.register(base, attempt);
            long room = mallory.group(attempt, ada);
            mallory.post(room, attempt);
            Screen theirs = Screen.of(browser, mallory).open(room);
            theirs.page.setInputFiles(".pick-files",
                    new FilePayload(attempt.replace("/", "_") + ".txt", "text/plain", "x".getBytes()));
            theirs.write(attempt + " as a caption");
            Screen screen = Screen.of(browser, ada).open(room);
            screen.hears(attempt + " as a caption");
            screen.button("Details").click();
            assertThat(screen.page.locator(".hero h3")).hasText(attempt);
            for (Screen each : List.of(theirs, screen)) {
                assertThat(each.page.locator(".text").first()).hasText(attempt);
                assertThat(each.page.locator(".room-names strong")).hasText(attempt);
                assertThat(each.page.locator(
                        ".msg script, .msg iframe, .msg svg:not(.icon), .msg a[href^='javascript'], .msg [onmouseover]"))
                        .hasCount(0);
                assertThat(each.page.evaluate("window.hacked")).isNull();
                each.page.context().close();
            }
        }
    }

    @Test
    void linksLeadOutWithoutTellingWhereFrom() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        ada.post(room, "See https://example.org/a?b=1, www.example.org and ada@example.org");
        Screen screen = Screen.of(browser, bea).open(room);
        var links = screen.page.locator(".msg .text a");
        assertThat(links).hasCount(3);
        assertThat(links.first()).hasAttribute("href", "https://example.org/a?b=1");
        assertThat(links.first()).hasAttribute("rel", "noopener noreferrer nofollow");
        assertThat(links.first()).hasAttribute("target", "_blank");
        assertThat(links.last()).hasAttribute("href", "mailto:ada@example.org");
    }

    @Test
    void rightToLeftTextRunsRightToLeftAndTurnsNothingElseAround() {
        Person ada = Person.register(base, "عائشة");
        Person bea = Person.register(base, "Bea");
        long room = ada.room(bea);
        ada.post(room, "مرحبا، كيف حالك؟");
        ada.post(room, "and in English");
        Screen screen = Screen.of(browser, bea).open(room);
        assertThat(screen.page.locator(".msg .text").first()).hasCSS("direction", "rtl");
        assertThat(screen.page.locator(".msg .text").last()).hasCSS("direction", "ltr");
    }
}

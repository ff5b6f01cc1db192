package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;

/** The client in somebody's browser, used as people use it: by what is written on it. */
final class Screen {

    final Page page;
    final Person person;

    private Screen(Page page, Person person) {
        this.page = page;
        this.person = person;
    }

    static Screen of(Browser browser, Person person) {
        return of(browser, person, new NewContextOptions());
    }

    /** Signed in, at the list of conversations. */
    static Screen of(Browser browser, Person person, NewContextOptions options) {
        return of(browser.context(options), person);
    }

    static Screen of(BrowserContext context, Person person) {
        return new Screen(context.newPage(), person).signIn();
    }

    /** A second tab of the same browser. */
    Screen tab() {
        Screen tab = new Screen(page.context().newPage(), person);
        tab.page.navigate(person.base.toString());
        return tab;
    }

    /** Goes on where an earlier visit of this tab ended: people who sign in by the form are in tests of it. */
    private Screen signIn() {
        page.addInitScript("""
                if (location.origin === '%s' && window === top && !sessionStorage['visited']) {
                  sessionStorage['visited'] = 'once';
                  localStorage['parley.session'] = JSON.stringify({ token: '%s', user: %s, renewAt: Date.now() + 3_600_000 });
                }""".formatted(origin(), person.token, person.get("/api/auth/me").expect(200)));
        page.navigate(person.base.toString());
        assertThat(page.locator("parley-room-list")).isVisible();
        return this;
    }

    private String origin() {
        return person.base.getScheme() + "://" + person.base.getAuthority();
    }

    Screen open(long room) {
        page.locator("[data-room='" + room + "']").click();
        assertThat(page.locator("parley-room")).isVisible();
        assertThat(page.locator(".log[aria-busy=false]")).isVisible();
        return this;
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
    }

    Locator composer() {
        return page.locator("textarea");
    }

    void write(String text) {
        composer().fill(text);
        composer().press("Enter");
    }

    /** Stored messages, the newest last. */
    Locator messages() {
        return page.locator(".msg[data-seq]");
    }

    /** The message with this text. */
    Locator message(String text) {
        return messages().filter(new Locator.FilterOptions()
                .setHas(page.locator(".text").and(page.getByText(text, new Page.GetByTextOptions().setExact(true)))));
    }

    void hears(String text) {
        assertThat(message(text)).isVisible();
    }

    /** What can be done with a message, chosen from its menu. */
    void choose(String text, String action) {
        message(text).locator(".bubble").click(new Locator.ClickOptions()
                .setButton(com.microsoft.playwright.options.MouseButton.RIGHT));
        page.getByRole(AriaRole.MENUITEM, new GetByRoleOptions().setName(action).setExact(true)).click();
    }

    Locator row(long room) {
        return page.locator("[data-room='" + room + "']");
    }

    /** Drops a file somewhere on the page, as from a file manager. */
    void drop(String place, Path file, String name, String type) {
        try {
            JSHandle data = page.evaluateHandle("""
                    ([name, type, content]) => {
                      const data = new DataTransfer();
                      const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
                      data.items.add(new File([bytes], name, { type }));
                      return data;
                    }""", new Object[] { name, type, Base64.getEncoder().encodeToString(Files.readAllBytes(file)) });
            page.dispatchEvent(place, "dragenter", Map.of("dataTransfer", data));
            assertThat(page.locator(".drop")).isVisible();
            page.dispatchEvent(place, "drop", Map.of("dataTransfer", data));
            assertThat(page.locator(".drop")).isHidden();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Locator tiles() {
        return page.locator("parley-composer .tile");
    }
}

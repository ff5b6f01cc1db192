package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** People stay signed in, all tabs of a browser together, until somebody changes the password. */
@QuarkusTest
class LastingSessionTest {

    private static final String TOKEN = "() => JSON.parse(localStorage['parley.session']).token";

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @Test
    void aTokenIsRenewedForAllTabsWithoutAnybodyNoticing() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        Screen screen = Screen.of(browser, ada).open(room);
        Screen tab = screen.tab().open(room);
        screen.page.evaluate("""
                () => { const session = JSON.parse(localStorage['parley.session']);
                  localStorage['parley.session'] = JSON.stringify({ ...session, renewAt: 0 }); }""");
        Screen late = screen.tab().open(room);
        for (Screen each : List.of(screen, tab, late)) {
            each.page.waitForFunction("old => JSON.parse(localStorage['parley.session']).token !== old", ada.token);
            each.write("from " + each.hashCode());
            screen.hears("from " + each.hashCode());
        }
    }

    @Test
    void whoChangesThePasswordStaysSignedInAndNobodyElseDoes() {
        Person ada = Person.register(base, "Ada");
        long room = ada.room(Person.register(base, "Bea"));
        Screen screen = Screen.of(browser, ada).open(room);
        Screen tab = screen.tab().open(room);
        Screen elsewhere = Screen.of(browser, ada);
        screen.button("Your profile, Ada").click();
        screen.button("Change password").click();
        Locator dialog = screen.page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName("Change password"));
        change(dialog, "not the password");
        assertThat(dialog.getByRole(AriaRole.ALERT)).hasText("Wrong password");
        Object before = screen.page.evaluate(TOKEN);
        change(dialog, Person.PASSWORD);
        assertThat(dialog).hasCount(0);
        assertThat(screen.page.locator(".toast")).hasText("Your password is changed");
        assertThat(screen.page.evaluate(TOKEN)).isNotEqualTo(before);
        assertThat(elsewhere.page.locator("parley-sign-in")).containsText("Your session has ended");
        screen.button("Close").click();
        for (Screen each : List.of(screen, tab)) {
            each.write("still here");
            assertThat(each.page.locator(".pending")).hasCount(0);
        }
        assertThat(screen.message("still here")).hasCount(2);
        elsewhere.page.getByLabel("E-mail").fill(ada.email);
        elsewhere.page.locator("#password").fill("another password");
        elsewhere.button("Sign in").click();
        elsewhere.open(room).write("here again");
        for (Screen each : List.of(screen, tab)) {
            each.hears("here again");
        }
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("401") || error.contains("403")
                || error.contains("no valid credentials"));
    }

    private static void change(Locator dialog, String current) {
        dialog.getByLabel("Current password").fill(current);
        dialog.getByLabel("New password").fill("another password");
        dialog.getByText("Save").click();
    }
}

package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsInViewportOptions;
import com.microsoft.playwright.options.AriaRole;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What stands over the page: pressed twice, beside, without a connection, after the session. */
@QuarkusTest
class DialogsTest {

    private static final String UNREACHABLE = "Parley cannot be reached";

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    private Person bea;
    private Screen screen;
    private Locator dialog;

    @BeforeEach
    void somebodyHasAFriend() {
        Person ada = Person.register(base, "Ada");
        bea = Person.register(base, "Bea");
        ada.room(bea);
        screen = Screen.of(browser, ada);
        dialog = screen.page.getByRole(AriaRole.DIALOG);
    }

    @Test
    void whatIsPressedTwiceIsDoneOnce() {
        screen.button("New conversation").dblclick();
        assertThat(dialog).hasCount(1);
        screen.button("New group").click();
        screen.page.getByLabel("Name of the group").fill("Doubled");
        screen.page.getByRole(AriaRole.CHECKBOX, new GetByRoleOptions().setName("Bea")).check();
        screen.button("Create group").dblclick();
        assertThat(screen.page.locator(".room-names strong")).hasText("Doubled");
        // Had there been a second group, its name would have been heard before this.
        bea.post(bea.group("Next", screen.person), "after it");
        assertThat(screen.page.locator(".room-row")).hasCount(3);
    }

    @Test
    void itIsClosedByAClickBesideItAlone() {
        screen.button("Your profile, Ada").click();
        var box = dialog.boundingBox();
        screen.page.mouse().click(box.x + 8, box.y + 8);
        screen.page.mouse().move(box.x + box.width / 2, box.y + box.height / 2);
        screen.page.mouse().down();
        screen.page.mouse().move(box.x - 20, box.y + 20);
        screen.page.mouse().up();
        assertThat(dialog).isVisible();
        screen.page.mouse().click(box.x - 20, box.y + 20);
        assertThat(dialog).hasCount(0);
    }

    @Test
    void whatFailsIsSaidInWordsAndWhereItIsSeen() {
        screen.button("New conversation").click();
        screen.button("Close").click();
        screen.page.context().setOffline(true);
        screen.button("Your profile, Ada").dblclick();
        assertThat(dialog).containsText(UNREACHABLE);
        dialog.getByText("Cancel").click();
        screen.button("New conversation").click();
        screen.page.getByLabel("Name or e-mail").fill("somebody");
        assertThat(dialog.locator(".people .empty")).containsText(UNREACHABLE);
        screen.page.getByLabel("Name or e-mail").fill("");
        dialog.locator(".person").click();
        assertThat(dialog.locator(".toast")).containsText(UNREACHABLE);
        screen.button("Close").click();
        screen.button("Your profile, Ada").click();
        screen.button("Sign out").click();
        assertThat(screen.page.locator("parley-sign-in")).isVisible();
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("ERR_INTERNET_DISCONNECTED"));
    }

    @Test
    void whatEndsADialogIsSeenOnASmallPhone() {
        bea.group("All",
                IntStream.range(0, 8).mapToObj(number -> Person.register(base, "Cyd " + number)).toArray(Person[]::new));
        screen.page.setViewportSize(360, 640);
        screen.button("New conversation").click();
        screen.button("New group").click();
        screen.page.getByLabel("Name or e-mail").fill("Cyd");
        assertThat(dialog.getByRole(AriaRole.CHECKBOX).nth(7)).isVisible();
        for (int number = 0; number < 4; number++) {
            dialog.getByRole(AriaRole.CHECKBOX).nth(number).check();
        }
        assertThat(screen.button("Create group")).isInViewport(new IsInViewportOptions().setRatio(1));
    }

    @Test
    void nothingOfThePersonStaysWhenTheSessionEnds() {
        Screen other = screen.tab();
        screen.button("Your profile, Ada").click();
        assertThat(dialog).isVisible();
        other.button("Your profile, Ada").click();
        other.button("Sign out").click();
        assertThat(screen.page.locator("parley-sign-in")).isVisible();
        assertThat(dialog).hasCount(0);
    }
}

package dev.parley.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** On a phone of 360 by 740 pixels, with fingers. */
@QuarkusTest
class TouchTest {

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    private Screen phone;
    private CDPSession fingers;
    private long room;

    @BeforeEach
    void somebodyTakesAPhone() {
        Person ada = Person.register(base, "Ada");
        room = ada.room(Person.register(base, "Bea"));
        phone = Screen.of(browser, ada, new NewContextOptions().setViewportSize(360, 740).setHasTouch(true).setIsMobile(true))
                .open(room);
        fingers = phone.page.context().newCDPSession(phone.page);
    }

    @Test
    void picturesAreTurnedBySwipesAndZoomedByTwoFingersAndTwoTaps() {
        phone.page.setInputFiles(".pick-files", new Path[] { SampleFiles.get("photo.jpg"), SampleFiles.get("photo.png") });
        phone.composer().fill("Two");
        phone.button("Send").tap();
        phone.message("Two").locator(".picture").first().tap();
        Locator large = phone.page.locator(".lightbox img");
        assertThat(large).hasAttribute("alt", "photo.jpg");
        touch("touchStart", 280, 370);
        touch("touchMove", 200, 372);
        touch("touchMove", 100, 372);
        touch("touchEnd");
        assertThat(large).hasAttribute("alt", "photo.png");
        touch("touchStart", 160, 370, 200, 370);
        touch("touchMove", 130, 370, 230, 370);
        touch("touchMove", 80, 370, 280, 370);
        touch("touchEnd");
        Locator zoomed = phone.page.locator(".stage[data-zoomed]");
        assertThat(zoomed).isVisible();
        phone.page.touchscreen().tap(180, 370);
        phone.page.touchscreen().tap(180, 370);
        assertThat(zoomed).hasCount(0);
        assertThat(large).hasAttribute("alt", "photo.png");
    }

    @Test
    void goingBackClosesDetailsAndAPictureAndStaysInTheConversation() {
        Locator details = phone.page.locator(".info");
        phone.button("Details").tap();
        assertThat(details).isVisible();
        phone.page.goBack();
        assertThat(details).hasCount(0);
        assertThat(phone.composer()).isVisible();
        phone.button("Details").tap();
        details.getByLabel("Close").tap();
        assertThat(details).hasCount(0);
        phone.page.waitForFunction("() => history.state === null");
        phone.page.setInputFiles(".pick-files", SampleFiles.get("photo.jpg"));
        phone.composer().fill("One");
        phone.button("Send").tap();
        Locator large = phone.page.locator(".lightbox");
        phone.message("One").locator(".picture").tap();
        assertThat(large).isVisible();
        phone.page.goBack();
        assertThat(large).hasCount(0);
        phone.message("One").locator(".picture").tap();
        phone.button("Close").tap();
        assertThat(large).hasCount(0);
        phone.page.waitForFunction("() => history.state === null");
        assertThat(phone.composer()).isVisible();
        phone.page.goBack();
        assertThat(phone.page.locator("parley-room")).isHidden();
    }

    @Test
    void goingBackClosesDetailsOfAPageThatWasReloadedWithAPictureOpen() {
        phone.page.setInputFiles(".pick-files", SampleFiles.get("photo.jpg"));
        phone.composer().fill("One");
        phone.button("Send").tap();
        phone.message("One").locator(".picture").tap();
        assertThat(phone.page.locator(".lightbox")).isVisible();
        phone.page.reload();
        Locator details = phone.page.locator(".info");
        phone.button("Details").tap();
        assertThat(details).isVisible();
        phone.page.goBack();
        assertThat(details).hasCount(0);
        assertThat(phone.composer()).isVisible();
    }

    @Test
    void whoComesBackIntoAConversationWhileTheListIsOnItsWaySeesSoAndCanGoBack() {
        Queue<Route> lists = new ConcurrentLinkedQueue<>();
        phone.page.route("**/api/chat/rooms", lists::add);
        phone.page.reload();
        assertThat(phone.page.locator(".main")).hasText("Loading…");
        phone.page.getByLabel("Back to conversations").tap();
        assertThat(phone.page.locator(".ghosts")).isVisible();
        phone.page.goForward();
        assertThat(phone.page.locator(".main")).hasText("Loading…");
        phone.page.unroute("**/api/chat/rooms");
        lists.forEach(Route::resume);
        assertThat(phone.composer()).isVisible();
    }

    @Test
    void theArrowGoesBackToTheListSoThatNoConversationIsGoneBackIntoFromThere() {
        Locator arrow = phone.page.getByLabel("Back to conversations");
        for (int times = 0; times < 2; times++) {
            arrow.tap();
            assertThat(phone.page.locator("parley-room")).isHidden();
            phone.page.waitForFunction("() => navigation.currentEntry.index === 0");
            phone.open(room);
        }
        long other = phone.person.room(Person.register(base, "Cyd"));
        assertThat(phone.row(other)).hasCount(1);
        phone.page.evaluate("room => { location.hash = '#/room/' + room; }", String.valueOf(other));
        assertThat(phone.page.locator(".room-names strong")).hasText("Cyd");
        arrow.tap();
        assertThat(phone.row(other)).isVisible();
        assertThat(phone.page.locator("parley-room")).isHidden();
    }

    /** A phone on its side: its camera is to the left, its bar below. */
    @Test
    void nothingLiesUnderWhatAPhoneCutsOutOfItsScreen() {
        phone.page.setInputFiles(".pick-files", SampleFiles.get("photo.jpg"));
        phone.composer().fill("One");
        phone.button("Send").tap();
        phone.page.setViewportSize(844, 390);
        JsonObject cut = new JsonObject();
        cut.addProperty("left", 59);
        cut.addProperty("right", 59);
        cut.addProperty("bottom", 21);
        JsonObject insets = new JsonObject();
        insets.add("insets", cut);
        fingers.send("Emulation.setSafeAreaInsetsOverride", insets);
        assertThat(phone.page.locator(".side").boundingBox().x).isEqualTo(59);
        assertThat(edge(".main", "right")).isEqualTo(844 - 59);
        assertThat(phone.page.locator(".rooms")).hasCSS("padding-bottom", "21px");
        phone.button("Details").tap();
        assertThat(edge(".info", "right")).isEqualTo(844 - 59);
        assertThat(phone.page.locator(".panel")).hasCSS("padding-bottom", "21px");
        phone.page.locator(".info").getByLabel("Close").tap();
        phone.message("One").locator(".picture").tap();
        assertThat(phone.page.locator(".stage").boundingBox().x).isEqualTo(59);
        assertThat(edge(".stage", "bottom")).isEqualTo(390 - 21);
    }

    @Test
    void goingBackTakesAMenuAlong() {
        phone.composer().fill("Two");
        phone.button("Send").tap();
        phone.message("Two").getByLabel("Message actions").tap();
        assertThat(phone.page.locator(".menu")).isVisible();
        phone.page.goBack();
        assertThat(phone.row(room)).isVisible();
        assertThat(phone.page.locator(".menu")).hasCount(0);
    }

    @Test
    void enterBeginsALineAndSendsWithControl() {
        phone.composer().fill("one");
        phone.composer().press("Enter");
        phone.page.keyboard().type("two");
        phone.composer().press("Control+Enter");
        assertThat(phone.messages().locator(".text")).hasText("one\ntwo");
        assertThat(phone.composer()).hasValue("");
    }

    @Test
    void theCameraIsAsked() {
        FileChooser camera = phone.page.waitForFileChooser(() -> phone.button("Take a photo").tap());
        assertThat(camera.isMultiple()).isFalse();
        assertThat(phone.page.locator(".pick-camera")).hasAttribute("capture", "environment");
        camera.setFiles(SampleFiles.get("photo.jpg"));
        assertThat(phone.tiles()).hasCount(1);
    }

    @Test
    void oneThingIsShownAtATimeAndNothingIsWiderThanTheScreen() {
        phone.composer().fill("word".repeat(60) + " https://example.org/" + "path/".repeat(40));
        phone.button("Send").tap();
        assertThat(phone.messages()).hasCount(1);
        assertThat(phone.page.locator(".side")).isHidden();
        fits();
        phone.button("Details").tap();
        assertThat(phone.page.locator(".info")).isVisible();
        fits();
        phone.page.locator(".info").getByLabel("Close").tap();
        phone.page.getByLabel("Back to conversations").tap();
        assertThat(phone.page.locator("parley-room")).isHidden();
        assertThat(phone.row(room)).isVisible();
        fits();
    }

    @Test
    void aDialogOfLongNamesIsNoWiderThanTheScreen() {
        Person friend = Person.register(base, "Donaudampfschifffahrtsgesellschaftskapitän");
        phone.page.getByLabel("Back to conversations").tap();
        phone.button("New conversation").tap();
        phone.button("New group").tap();
        phone.page.getByLabel("Name or e-mail").fill(friend.email);
        phone.page.getByRole(AriaRole.CHECKBOX, new GetByRoleOptions().setName(friend.name)).check();
        assertThat(phone.page.locator(".chip")).hasText(friend.name);
        assertThat((boolean) phone.page.locator(".dialog").evaluate("dialog => dialog.scrollWidth > dialog.clientWidth"))
                .isFalse();
    }

    @Test
    void longNamesLeaveRoomForWhatStandsBesideThem() {
        String longName = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(2);
        long group = Person.register(base, longName).group(longName, phone.person);
        phone.page.getByLabel("Back to conversations").tap();
        phone.open(group);
        assertThat(phone.page.getByText("Nothing here yet")).isInViewport();
        fits();
        phone.button("Details").tap();
        assertThat((double) phone.page.locator(".role").evaluate("role => role.getBoundingClientRect().right + 0.5"))
                .isLessThan(360);
    }

    private double edge(String place, String side) {
        return ((Number) phone.page.locator(place).evaluate("(each, side) => each.getBoundingClientRect()[side]", side))
                .doubleValue();
    }

    private void fits() {
        assertThat((int) phone.page.evaluate(
                "Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('.scroller, .rooms, .panel, .composer')].map((each) => each.scrollWidth))"))
                .isLessThanOrEqualTo(360);
    }

    private void touch(String type, int... places) {
        JsonArray points = new JsonArray();
        for (int place = 0; place < places.length; place += 2) {
            JsonObject point = new JsonObject();
            point.addProperty("x", places[place]);
            point.addProperty("y", places[place + 1]);
            point.addProperty("id", place / 2);
            points.add(point);
        }
        JsonObject event = new JsonObject();
        event.addProperty("type", type);
        event.add("touchPoints", points);
        fingers.send("Input.dispatchTouchEvent", event);
    }
}

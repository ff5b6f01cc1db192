package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Nginx;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;

/** The page that tries a deployment, behind an nginx that is set up as it should be, and behind one that is not. */
class DoctorIT {

    private static final double LONGEST_MILLIS = 60_000;

    @RegisterExtension
    static final Browser browser = new Browser();

    private static final int PORT = ParleyProcess.freePort();

    private static ParleyProcess parley;

    @BeforeAll
    static void start() {
        Nginx.require();
        parley = ParleyProcess.fresh("doctor").with("PARLEY_ADMIN_CODE", "open sesame")
                .with("PARLEY_BASE_URL", "http://127.0.0.1:" + PORT)
                .with("QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true")
                .with("QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", "127.0.0.1").start();
    }

    @AfterAll
    static void stop() {
        if (parley != null) {
            parley.close();
        }
    }

    @Test
    void behindTheProxyAsDeliveredAllIsWell() {
        Map<String, String> found = examine("doctor-good", PORT, conf -> conf, page -> {
            page.locator("[data-check=upload] button").click();
            page.locator("[data-check=largest]:not([data-state=running])")
                    .waitFor(new Locator.WaitForOptions().setTimeout(LONGEST_MILLIS));
        });

        assertThat(found).containsKeys("front", "address", "client", "database", "database_clock", "store", "disk", "clock",
                "file",
                "range", "caching", "upload", "socket", "frame", "stream");
        // How much room is left is the machine's affair, and what it permits.
        assertThat(found).allSatisfy((check, text) -> assertThat(text).as(check).startsWith(
                check.equals("disk") || check.equals("database") || check.equals("previews") ? "" : "ok "));
        assertThat(found.get("front")).contains("nginx/");
        assertThat(found.get("upload")).contains("100 MB reached Parley", "Not tried", "1100 MB", "client_max_body_size");
        assertThat(found.get("largest")).contains("1100 MB reached Parley").doesNotContain("Not tried");
        assertThat(found.get("frame")).contains("16 MB was answered");
    }

    @Test
    void behindAProxyThatIsSetUpWronglyItSaysWhoRefusesAndWhatToSet() {
        Map<String, String> found = examine("doctor-bad", ParleyProcess.freePort(), conf -> conf
                .replace("client_max_body_size 1100m;", "client_max_body_size 1m;")
                .replace("proxy_set_header Upgrade $upgrade;", "proxy_set_header Upgrade '';")
                .replace("proxy_set_header Connection $connection_upgrade;", "proxy_set_header Connection '';")
                // What nginx does unless it is told: answers of unknown length wait for their end.
                .replace("proxy_http_version 1.1;", "proxy_http_version 1.0;")
                .replace("proxy_set_header X-Forwarded-For $remote_addr;", "proxy_set_header X-Forwarded-For '';")
                .replace("proxy_set_header X-Forwarded-Proto $scheme;", "proxy_set_header X-Forwarded-Proto '';"),
                page -> assertThat(page.locator("[data-check=upload] button").count()).isZero());

        assertThat(found.get("upload")).startsWith("failed ").contains("client_max_body_size");
        assertThat(found.get("socket")).startsWith("failed ").contains("nginx in front of Parley", "proxy_set_header Upgrade");
        assertThat(found.get("stream")).startsWith("warning ").contains("nginx", "proxy_buffering off");
        assertThat(found.get("address")).startsWith("failed ").contains("127.0.0.1:" + PORT, "parley.base-url");
        assertThat(found.get("client")).startsWith("warning ").contains("X-Forwarded-For");
        assertThat(found).doesNotContainKey("frame");
        for (String well : new String[] { "store", "file", "range", "caching", "clock" }) {
            assertThat(found.get(well)).as(well).startsWith("ok ");
        }
        // Of the refused body and of the socket that did not open.
        assertThat(browser.takeErrors()).isNotEmpty()
                .allMatch(error -> error.contains("/api/admin/doctor/sink") || error.contains("/api/chat/ws"));
    }

    @Test
    void whoIsNoAdminReadsHowToBecomeOne() {
        Page page = page(parley.base(), Person.register(parley.base(), "Ann"));

        assertThat(page.locator("#summary").textContent()).contains("admins", "parley.admin-code");
        assertThat(page.locator("#checks li").count()).isZero();
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("403"));
    }

    /** Each check's state and words. @param then what is done on the page before they are read */
    private static Map<String, String> examine(String name, int port, UnaryOperator<String> change, Consumer<Page> then) {
        try (Nginx nginx = Nginx.start(name, port, parley.base(), parley.base(), change)) {
            Page page = page(nginx.base(), Person.admin(parley.base()));
            then.accept(page);
            page.screenshot(new ScreenshotOptions().setFullPage(true)
                    .setPath(Path.of("target", "screenshots", name + ".png")));
            Map<String, String> found = new HashMap<>();
            for (Locator line : page.locator("#checks li").all()) {
                found.put(line.getAttribute("data-check"), line.getAttribute("data-state") + " " + line.textContent());
            }
            return found;
        }
    }

    /** The page after it has tried everything. */
    private static Page page(URI address, Person person) {
        Page page = browser.page();
        // As the client keeps who is signed in.
        page.addInitScript("localStorage.setItem('parley.session', JSON.stringify({token: '" + person.token + "'}))");
        page.navigate(address.resolve("/doctor").toString());
        page.locator("#summary[data-done]").waitFor(new Locator.WaitForOptions().setTimeout(LONGEST_MILLIS));
        return page;
    }
}

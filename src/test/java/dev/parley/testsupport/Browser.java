package dev.parley.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.AddScriptTagOptions;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import com.microsoft.playwright.Route.FulfillOptions;

/**
 * Debian's Chromium, one for all tests, reaching nothing but this machine. Each test gets windows of its own and fails when
 * a page reported an error that the test neither {@link #takeErrors() took} nor {@link #requestsMayFail() expected}.
 * Register it by {@code @RegisterExtension}.
 */
public final class Browser implements BeforeEachCallback, AfterEachCallback {

    private static final String PROGRAM = "chromium";
    private static final double PATIENCE_MILLIS = 10_000;
    private static final Path PICTURES = Path.of("target", "browser");
    /** Chromium's own words, not the page's. */
    private static final Pattern OF_A_REQUEST = Pattern.compile("Failed to load resource: .*|WebSocket connection to '.*",
            Pattern.DOTALL);

    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private @Nullable Running running;
    private boolean requestsMayFail;

    /** The program and what drives it, until the last test is over. */
    private record Running(Playwright playwright, com.microsoft.playwright.Browser chromium) implements AutoCloseable {

        static Running start() {
            // Nothing is downloaded: the browser is the machine's own.
            Playwright playwright = Playwright.create(new CreateOptions().setEnv(Map.of(
                    "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            LaunchOptions options = new LaunchOptions().setExecutablePath(Tools.find(PROGRAM).orElseThrow()).setHeadless(true)
                    // Chromium's own sandbox does not work for root.
                    .setChromiumSandbox(!System.getProperty("user.name").equals("root"))
                    .setArgs(List.of("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
                            // A microphone that beeps, without a question.
                            "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"));
            return new Running(playwright, playwright.chromium().launch(options));
        }

        @Override
        public void close() {
            playwright.close();
        }
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        Tools.require(PROGRAM, "apt-get install chromium");
        running = test.getRoot().getStore(Namespace.create(Browser.class)).computeIfAbsent(Running.class,
                first -> Running.start(), Running.class);
    }

    /** A window of somebody who was never here before: no cookies, nothing stored. */
    public BrowserContext context() {
        return context(new NewContextOptions());
    }

    /** The same, of another size or with other wishes. */
    public BrowserContext context(NewContextOptions options) {
        if (running == null) {
            throw new IllegalStateException("Only within a test");
        }
        BrowserContext context = running.chromium.newContext(options);
        context.setDefaultTimeout(PATIENCE_MILLIS);
        context.onWebError(error -> errors.add(error.error()));
        context.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                errors.add(message.text() + " (" + message.location() + ")");
            }
        });
        contexts.add(context);
        return context;
    }

    /** A page in a window of its own. */
    public Page page() {
        return context().newPage();
    }

    /** An empty page of the server's own origin, in a window of its own. */
    public Page page(URI server) {
        Page page = page();
        // To the browser a page that a test made up is not of this machine, whatever its address.
        page.context().grantPermissions(List.of("local-network-access"));
        String address = server.resolve("/empty-page").toString();
        page.route(address, request -> request.fulfill(new FulfillOptions().setContentType("text/html")
                .setBody("<!doctype html><link rel=icon href=data:,><body></body>")));
        page.navigate(address);
        return page;
    }

    /** Runs a script as a page's own: what it declares is there for the next one. */
    public static void run(Page page, String script) {
        page.addScriptTag(new AddScriptTagOptions().setContent(script));
    }

    /** Runs a module, in which {@code await} may stand outside of functions, to its end. */
    public static void runModule(Page page, String script) {
        // Not by the module itself, which begins when it likes.
        page.evaluate("() => { window.ended = false; }");
        page.addScriptTag(
                new AddScriptTagOptions().setType("module").setContent(script + "\n;window.ended = true;"));
        page.waitForFunction("() => window.ended");
    }

    /** A line on which a page sends so many bytes a second; -1 is as many as it can. */
    public static Line line(Page page, int bytesASecond) {
        Line line = new Line(page.context().newCDPSession(page));
        line.carries(bytesASecond);
        return line;
    }

    /** Chromium's own, which it can slow down. */
    public record Line(CDPSession session) {

        public void carries(int bytesASecond) {
            JsonObject conditions = new JsonObject();
            conditions.addProperty("offline", false);
            conditions.addProperty("latency", 0);
            conditions.addProperty("downloadThroughput", -1);
            conditions.addProperty("uploadThroughput", bytesASecond);
            session.send("Network.enable");
            session.send("Network.emulateNetworkConditions", conditions);
        }
    }

    /** What {@link #takeErrors()} would take. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** What pages threw, rejected or wrote to the console as errors; they are forgotten. */
    public List<String> takeErrors() {
        List<String> taken = List.copyOf(errors);
        errors.clear();
        return taken;
    }

    /** In this test Chromium may say at any time that a request or a socket failed; what pages say still counts. */
    public void requestsMayFail() {
        requestsMayFail = true;
    }

    /** What the test would fail for if it ended now. */
    List<String> unforgiven() {
        return errors.stream().filter(error -> !requestsMayFail || !OF_A_REQUEST.matcher(error).matches()).toList();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        try {
            if (test.getExecutionException().isPresent()) {
                depict(test.getRequiredTestClass().getSimpleName() + "." + test.getRequiredTestMethod().getName());
            } else {
                assertThat(unforgiven()).as("errors of pages").isEmpty();
            }
        } finally {
            contexts.forEach(BrowserContext::close);
            contexts.clear();
            errors.clear();
            requestsMayFail = false;
        }
    }

    private void depict(String test) {
        errors.forEach(error -> System.err.println("A page of " + test + " reported: " + error));
        int number = 0;
        for (BrowserContext context : contexts) {
            for (Page page : context.pages()) {
                number++;
                page.screenshot(new ScreenshotOptions().setPath(PICTURES.resolve(test + "-" + number + ".png")));
            }
        }
    }
}

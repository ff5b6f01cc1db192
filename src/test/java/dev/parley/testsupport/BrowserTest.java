package dev.parley.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;

class BrowserTest {

    @RegisterExtension
    final Browser browser = new Browser();

    @Test
    void collectsWhatPagesThrowAndComplainOf() {
        Page page = browser.page();
        page.setContent("<script>console.error('complained'); setTimeout(() => { throw new Error('thrown'); })</script>");
        page.waitForCondition(() -> browser.errors().size() == 2);
        assertThat(browser.takeErrors()).anyMatch(error -> error.contains("complained"))
                .anyMatch(error -> error.contains("thrown"));
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void forgivesFailedRequestsWhereTheyAreExpectedAndNothingElse() {
        Page page = browser.page();
        page.setContent(
                "<script>new WebSocket('ws://nowhere.invalid/'); fetch('http://nowhere.invalid/').catch(() => {})</script>");
        page.waitForCondition(() -> browser.errors().size() == 2);
        page.evaluate("() => console.error('complained')");
        page.waitForCondition(() -> browser.errors().size() == 3);
        browser.requestsMayFail();
        assertThat(browser.unforgiven()).singleElement().asString().startsWith("complained");
        browser.takeErrors();
    }

    @Test
    void reachesNoOtherMachine() {
        assertThatThrownBy(() -> browser.page().navigate("http://example.com/")).isInstanceOf(PlaywrightException.class)
                .hasMessageContaining("ERR_NAME_NOT_RESOLVED");
    }

    @Test
    void runsTypeScriptWithTheLibrariesOfClients() {
        Page page = browser.page();
        page.setContent("<div id='root'></div>");
        page.evaluate(NpmClients.bundle(Map.of("greetings/Greeting.tsx", """
                import React from 'react';
                export const Greeting: React.FC<{ name: string }> = ({ name }) => <p>Hello, {name}</p>;
                """, "main.tsx", """
                import React from 'react';
                import { createRoot } from 'react-dom/client';
                import { Greeting } from '@/greetings/Greeting';
                createRoot(document.getElementById('root')!).render(<Greeting name="Ada" />);
                """), "main.tsx"));
        page.waitForSelector("text=Hello, Ada");
    }
}

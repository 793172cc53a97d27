package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators do in the console, in a real browser. */
@OnChangeTest
class ConsolePagesTest {

    private static Browser browser;

    @Inject
    Listening listening;

    private final Console console = Console.dev();

    @BeforeAll
    static void openBrowser() {
        browser = Browser.open(1280);
    }

    @AfterAll
    static void closeBrowser() {
        browser.close();
    }

    @BeforeEach
    void start() {
        listening.start(listening.builder(new Shop()).console(console));
        browser.go(console.url());
    }

    @AfterEach
    void no_page_failed() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void every_page_says_what_it_shows() {
        for (String page : List.of("Overview", "Handlers", "Journal")) {
            browser.page(page);
            browser.until("the page is loaded", seen -> browser.sees("//*[@aria-busy='true']") ? null : page);
            assertThat(browser.sees("//*[contains(@class, 'problem')]"))
                    .as(page)
                    .isFalse();
        }
    }

    static final class Shop {

        @OnChange(
                id = "reserve",
                collection = "orders",
                retry = @Retry(attempts = 1_000, backoff = "1h", maxBackoff = "1h"))
        void reserve() {
            throw new IllegalStateException("the stock service does not answer");
        }

        @OnChange(id = "shipped", collection = "shipments")
        void shipped(Document shipment) {}
    }
}

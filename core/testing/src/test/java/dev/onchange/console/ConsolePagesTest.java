package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.HandlerStatus.Phase;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import reactor.core.publisher.Mono;

/** What operators do in the console, in a real browser. */
@OnChangeTest
class ConsolePagesTest {

    private static Browser browser;

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Shop shop = new Shop();
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
        listening.start(listening.builder(shop).console(console));
        browser.go(console.url());
    }

    @AfterEach
    void no_page_failed() {
        List<String> complaints = browser.complaints();
        browser.leave();
        assertThat(complaints).isEmpty();
    }

    @Test
    void an_operator_finds_out_why_a_handler_is_behind() {
        insert("orders", new Document("_id", 1));

        browser.click("//section[h2='Problems']//tr[contains(., 'does not answer')]//a[normalize-space()='reserve']");

        browser.seeText("the stock service does not answer");
        browser.see("//h1[normalize-space()='reserve']");
        browser.see("//figure//*[name()='svg']");
    }

    @Test
    void every_page_says_what_it_shows() {
        for (String page :
                List.of("Overview", "Plan", "Handlers", "Dead letters", "Live tail", "Cluster", "Journal", "Check")) {
            browser.page(page);
            browser.until("the page is loaded", seen -> browser.sees("//*[@aria-busy='true']") ? null : page);
            assertThat(browser.sees("//*[contains(@class, 'problem')]"))
                    .as(page)
                    .isFalse();
        }
    }

    @Test
    void a_handler_is_paused_and_resumed() {
        browser.page("Handlers");
        browser.type("q", "ship");
        browser.seeText("1 handler with");
        browser.click("//td/a[normalize-space()='shipped']");

        browser.press("pause");
        browser.seeText("shipped is paused.");
        assertThat(phase("shipped")).isEqualTo(Phase.PAUSED);
        browser.until("the button has kept the focus", seen -> "resume".equals(browser.focused()) ? seen : null);

        browser.keys(Keys.ENTER);
        browser.seeText("shipped is resumed.");
        assertThat(phase("shipped")).isEqualTo(Phase.LISTENING);
    }

    @Test
    void a_handler_is_rewound_to_a_token_once_it_is_said_what_comes_again() {
        insert("shipments", new Document("_id", 1));
        listening.awaitIdle();
        String token = status("shipped").position().token().getString("_data").getValue();
        browser.page("Handlers");
        browser.goWithin("#/handlers/shipped");

        browser.click("//summary[normalize-space()='Rewind']");
        browser.type("rewind-token", token);
        browser.keys(Keys.ENTER);
        browser.seeText("come again");
        browser.press("rewind");

        browser.seeText("shipped is rewound.");
    }

    @Test
    void a_link_has_the_letter_that_is_open_and_the_way_back_closes_it() {
        letTwoPaymentsFail();
        browser.page("Dead letters");
        browser.click("//td/button[normalize-space()='ada']");
        browser.see("//section[@aria-label='Dead letter']/div/h2[normalize-space()='ada']");
        URI link = browser.address();

        browser.back();
        browser.until(
                "the letter is closed", seen -> browser.sees("//section[@aria-label='Dead letter']") ? null : seen);
        assertThat(browser.see("//main//h1").getText()).isEqualTo("Dead letters");

        browser.leave();
        browser.go(link);
        browser.see("//section[@aria-label='Dead letter']/div/h2[normalize-space()='ada']");
    }

    @Test
    void whoever_may_only_look_finds_no_button_that_acts() {
        browser.leave();
        Console reading = Console.on(0).access(request -> Access.Level.READ);
        listening.start(listening.builder(shop).console(reading));
        browser.go(reading.url().resolve("#/handlers/shipped"));

        browser.seeText("look only");
        assertThat(browser.see("//button[@name='pause']").isEnabled()).isFalse();
        assertThat(browser.see("//button[@name='pause']").getDomAttribute("title"))
                .contains("READ");
    }

    @Test
    void the_failures_of_one_customer_are_replayed() {
        letTwoPaymentsFail();
        shop.bankAnswers = true;

        browser.page("Dead letters");
        browser.seeText("2 letters");
        browser.type("match", "{ 'fullDocument._id': 'bob' }");
        browser.press("search");
        browser.seeText("1 letter that match");
        browser.see("//td/button[normalize-space()='bob']");
        browser.click("//button[normalize-space()='Clear']");
        browser.seeText("2 letters");
        browser.type("document", "ada");
        browser.press("search");
        browser.seeText("1 letter that match");
        browser.click("//td/button[normalize-space()='ada']");
        browser.seeText("the bank does not answer");
        browser.press("replay-document");

        browser.seeText("1 of 1 letters replayed");
        browser.seeText("No letter fits the search.");
        assertThat(shop.paid).containsExactly("ada");
    }

    @Test
    void letters_are_not_discarded_unless_their_number_is_typed() {
        letTwoPaymentsFail();

        browser.page("Dead letters");
        browser.press("discard-all");
        browser.type("confirm", "3");
        browser.seeText("nothing is discarded");
        assertThat(browser.see("//button[@name='discard-now']").isEnabled()).isFalse();
        assertThat(listening
                        .listeners()
                        .deadLetters()
                        .count(DeadLetterFilter.all())
                        .block())
                .isEqualTo(2);

        browser.type("confirm", "2");
        browser.press("discard-now");
        browser.seeText("2 letters discarded.");
        assertThat(listening
                        .listeners()
                        .deadLetters()
                        .count(DeadLetterFilter.all())
                        .block())
                .isZero();
    }

    @Test
    void behind_a_proxy_that_takes_its_prefix_off_everything_is_as_without() throws IOException {
        Console behind = Console.on(0).allowedHosts("localhost");
        assertPausesBehindAProxy(behind, true);
    }

    @Test
    void behind_a_proxy_that_keeps_the_prefix_everything_is_as_without() throws IOException {
        Console behind = Console.on(0).path("/admin/onchange").allowedHosts("localhost");
        assertPausesBehindAProxy(behind, false);
    }

    @Test
    void behind_tomcat_a_handler_is_shown_whose_id_has_what_paths_may_not_have() {
        String id = "~stock/low 50%;\\";
        Console embedded = Console.embedded().access(request -> Access.Level.OPERATE);
        browser.leave();
        listening.start(
                listening.builder().console(embedded).on("orders").id(id).handle(order -> {}));

        try (ServletContainer container = new ServletContainer(new ConsoleServlet(embedded), "/ops/*")) {
            browser.go(URI.create(container.url() + "/ops/"));
            browser.page("Handlers");
            browser.click("//td/a[normalize-space()='" + id + "']");
            browser.see("//h1[normalize-space()='" + id + "']");
            browser.press("pause");
            browser.seeText("is paused.");
            no_page_failed();
        }
    }

    private void letTwoPaymentsFail() {
        insert("payments", new Document("_id", "ada"));
        insert("payments", new Document("_id", "bob"));
        listening.awaitIdle();
    }

    private void assertPausesBehindAProxy(Console behind, boolean strips) throws IOException {
        browser.leave();
        listening.start(listening.builder(shop).console(behind));
        String target = "http://" + behind.url().getAuthority();

        try (PrefixProxy proxy = new PrefixProxy("/admin/onchange", target, strips)) {
            // Such a proxy has to tell the folder itself, as what is behind it sees no difference.
            browser.go(URI.create(
                    proxy.url() + (strips ? "/?" : "?") + behind.url().getQuery()));
            browser.see("//h2[normalize-space()='Most behind']");
            browser.go(URI.create(proxy.url() + "/#/handlers/shipped"));
            browser.press("pause");
            browser.seeText("shipped is paused.");
            browser.page("Journal");
            browser.see("//tr[contains(., 'pause') and contains(., 'whoever has the token')]");
            if (strips) {
                assertGoesOnAfterALoss(behind, proxy);
            }
            browser.leave();
        }
        assertThat(phase("shipped")).isEqualTo(Phase.PAUSED);
    }

    /** What happened meanwhile is seen when the connection is back. */
    private static void assertGoesOnAfterALoss(Console behind, PrefixProxy proxy) {
        proxy.lose(true);
        browser.seeText("no answer since");
        new ConsoleClient(behind).post("api/handlers/charge/pause", "{}");

        proxy.lose(false);

        browser.see("//tr[contains(., 'pause') and contains(., 'charge')]");
        browser.seeText("connected");
        // That the connection was lost is the browser's complaint here.
        browser.complaints();
    }

    @Test
    void a_replay_that_waits_says_for_which_handler() {
        insert("payments", new Document("_id", "ada"));
        listening.awaitIdle();
        shop.bankAnswers = true;
        shop.mayPay.drainPermits();
        insert("payments", new Document("_id", "bob"));

        browser.page("Dead letters");
        browser.press("replay-all");
        browser.see("//section[@aria-label='Replay']//span[contains(., 'waiting')]");
        browser.see("//section[@aria-label='Replay']//p[contains(., 'in flight')]/a[normalize-space()='charge']");

        shop.mayPay.release(2);
        browser.see("//section[@aria-label='Replay']//span[contains(., 'done')]");
        browser.until("nothing is left to replay", seen -> browser.sees("//button[@name='replay-all']") ? null : seen);
    }

    @Test
    void pages_of_an_application_without_handlers_say_so() {
        browser.leave();
        Console empty = Console.dev();
        listening.start(listening.builder().allowNoHandlers().console(empty));
        browser.go(empty.url());

        browser.seeText("there is no handler");
        browser.page("Plan");
        browser.seeText("There are no streams: no handler listens here.");
        browser.page("Handlers");
        browser.seeText("No handler has been declared.");
        browser.page("Live tail");
        browser.press("start");
        insert("stock", new Document("_id", "lamp"));
        browser.see("//tr[contains(., 'lamp')]//span[contains(., '" + database.getName() + ".stock')]");
    }

    @Test
    void why_a_tail_is_refused_is_said() {
        ConsoleClient client = new ConsoleClient(console);
        List<ConsoleEvents> tails = IntStream.range(0, 4)
                .mapToObj(tail -> client.events("api/tail?database=none&collection=c" + tail))
                .toList();

        browser.page("Live tail");
        browser.press("start");
        browser.seeText("4 tails are open already; close one.");
        browser.page("Overview");
        browser.see("//section[h2='Under way']//tr[contains(., 'Live tail of none.c3')]");

        tails.forEach(ConsoleEvents::close);
        // That it is refused is the browser's complaint here.
        browser.complaints();
    }

    @Test
    void a_replay_that_takes_its_time_is_seen_on_the_overview_and_cancelled() {
        letTwoPaymentsFail();
        shop.bankAnswers = true;

        browser.page("Dead letters");
        browser.seeText("2 letters");
        browser.type("rate", "0.001");
        browser.press("replay-all");
        browser.seeText("1 of 2 letters replayed");
        browser.page("Overview");
        browser.see("//section[h2='Under way']//tr[contains(., 'all letters') and contains(., 'running')]");
        browser.click("//section[h2='Under way']//button[normalize-space()='Cancel replay']");
        browser.seeText("No further letter is replayed.");

        browser.page("Dead letters");
        browser.click("//summary[contains(., 'Replays that have ended: 1')]");
        browser.see("//tr[contains(., 'all letters') and contains(., 'cancelled')]");
    }

    @Test
    void a_link_that_is_broken_and_names_that_turn_text_round_do_no_harm() {
        insert("payments", new Document("_id", "\u202eada <img src=x onerror=alert(1)>"));
        listening.awaitIdle();

        browser.page("Dead letters");
        browser.click("//td/button[contains(., '\\u202eada <img src=x')]");
        browser.see("//h2[contains(., '\\u202eada <img src=x')]");
        assertThat(browser.sees("//main//img")).isFalse();
        browser.goWithin("#/handlers/%");
        browser.see("//h1[normalize-space()='%']");
        browser.seeText("No handler has the id %.");
        // That the handler is not found is the browser's complaint here.
        browser.complaints();
    }

    @Test
    void a_filter_is_tried_on_live_changes_and_copied() {
        browser.page("Live tail");
        browser.until(
                "a collection is proposed", seen -> browser.value("collection").isEmpty() ? null : "orders");
        browser.type("collection", "stock");
        browser.type("match", "{ 'fullDocument.qty':\n  { $lessThan: 10 } }");
        browser.seeText("Line 2, column");
        assertThat(browser.see("//button[@name='start']").isEnabled()).isFalse();

        browser.type("match", "{ 'fullDocument.qty': { $lt: 10 } }");
        browser.press("start");
        browser.see("//p[contains(@class, 'actions')]//*[normalize-space()='live' or contains(., 'live')]");
        insert("stock", new Document("_id", "lamp").append("qty", 3));
        insert("stock", new Document("_id", "desk").append("qty", 40));

        browser.seeText("2 changes seen, 1 match");
        browser.see("//tr[contains(., 'lamp') and contains(., 'matches')]");
        browser.see("//tr[contains(., 'desk') and contains(., 'does not') and contains(., '$lt')]");
        browser.press("copy");
        browser.seeText("Copied.");
        assertThat(browser.see("//pre[@aria-label='As annotation']").getText())
                .contains("@OnChange(", "collection = \"stock\"", "{ 'fullDocument.qty': { $lt: 10 } }");
    }

    private Phase phase(String handler) {
        return status(handler).phase();
    }

    private HandlerStatus status(String handler) {
        return listening.listeners().status().handlers().stream()
                .filter(status -> status.id().equals(handler))
                .findFirst()
                .orElseThrow();
    }

    private void insert(String collection, Document document) {
        Mono.from(database.getCollection(collection).insertOne(document)).block();
    }

    static final class Shop {

        final List<String> paid = new CopyOnWriteArrayList<>();
        final Semaphore mayPay = new Semaphore(1_000);
        volatile boolean bankAnswers;

        @OnChange(
                id = "reserve",
                collection = "orders",
                retry = @Retry(attempts = 1_000, backoff = "1h", maxBackoff = "1h"))
        void reserve() {
            throw new IllegalStateException("the stock service does not answer");
        }

        @OnChange(id = "charge", collection = "payments", retry = @Retry(attempts = 1))
        void charge(Document payment) {
            if (!bankAnswers) {
                throw new IllegalStateException("the bank does not answer");
            }
            mayPay.acquireUninterruptibly();
            paid.add(payment.getString("_id"));
        }

        @OnChange(id = "shipped", collection = "shipments")
        void shipped(Document shipment) {}
    }
}

package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.event.CommandFailedEvent;
import com.mongodb.event.CommandListener;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.RetryPolicy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log says, and what the application's metrics of commands do not. */
class LogsTest {

    private final Ground ground = new Ground();
    private final LogEntries logged = new LogEntries(ChangeListeners.class.getName());

    @AfterEach
    void clear() {
        logged.close();
        ground.close();
    }

    @Test
    void a_few_failed_attempts_a_second_are_logged_and_the_dead_letter_with_its_stack() {
        // All attempts are made within one second of this clock.
        Clock clock = Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);

        try (ChangeListeners listeners =
                ground.builder(new Failing()).clock(clock).start()) {
            ground.insert("items", 7);
            await().until(() ->
                    listeners.status().handler("logs failing").counts().deadLettered() == 1);

            assertThat(listeners.status().handler("logs failing").counts().retried())
                    .isEqualTo(9);
        }

        assertThat(of("logs failing", Level.WARN)).hasSize(3).allSatisfy(entry -> {
            assertThat(entry.getFormattedMessage())
                    .contains("\"coll\": \"items\", \"_id\": 7}", "attempt ", "IllegalStateException: no stock of 7");
            assertThat(entry.getThrowableProxy()).isNull();
        });
        assertThat(of("logs failing", Level.ERROR))
                .singleElement()
                .extracting(ILoggingEvent::getThrowableProxy)
                .isNotNull();
        assertThat(of("logs failing", Level.ERROR))
                .singleElement()
                .satisfies(entry -> assertThat(entry.getFormattedMessage())
                        .startsWith("The handler logs failing failed at its last attempt at the change of {")
                        .contains("\"_id\": 7}", "dead letter"));
    }

    @Test
    void a_dead_letter_has_its_stack() {
        try (ChangeListeners listeners = ground.builder()
                .on("items")
                .id("logs at once")
                .retry(RetryPolicy.DEFAULT.withAttempts(1))
                .handle(change -> {
                    throw new IllegalStateException("no stock");
                })
                .start()) {
            ground.insert("items", 7);
            await().until(() ->
                    listeners.status().handler("logs at once").counts().deadLettered() == 1);
        }

        assertThat(of("logs at once", Level.ERROR))
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry.getThrowableProxy().getMessage()).isEqualTo("no stock"));
    }

    @Test
    void starting_sends_no_command_that_the_server_refuses_and_says_whose_client_it_uses() {
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .addCommandListener(new CommandListener() {
                    @Override
                    public void commandFailed(CommandFailedEvent event) {
                        failed.add(event.getCommandName() + ": " + event.getThrowable());
                    }
                })
                .build();

        try (ChangeListeners listeners = ground.prepared(ChangeListeners.builder(settings))
                .on("items")
                .id("logs start")
                .fullDocument(FullDocument.UPDATE_LOOKUP)
                .handle(change -> {})
                .start()) {
            assertThat(listeners.status().healthy()).isTrue();
            assertThat(failed).isEmpty();
        }

        assertThat(of("logs start", Level.INFO))
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(text -> text.startsWith("Listening through a MongoClient of its own:"));
    }

    @Test
    void a_notice_is_logged_once_at_start() {
        try (ChangeListeners listeners = ground.builder()
                .on("items")
                .id("logs notice")
                .operation("delete")
                .match("{ 'fullDocument.qty': 1 }")
                .handle(change -> {})
                .start()) {
            assertThat(listeners.plan().notices()).isNotEmpty();
        }

        assertThat(logged.stream())
                .filteredOn(entry -> entry.getFormattedMessage().contains("ONC-1506")
                        && entry.getFormattedMessage().contains("logs notice"))
                .extracting(ILoggingEvent::getLevel)
                .containsExactly(Level.WARN);
    }

    private List<ILoggingEvent> of(String handler, Level level) {
        return logged.stream()
                .filter(entry -> entry.getLevel() == level)
                .filter(entry -> entry.getFormattedMessage().contains(handler))
                .filter(entry -> !entry.getFormattedMessage().startsWith("ONC-"))
                .toList();
    }

    static final class Failing {

        @OnChange(
                id = "logs failing",
                collection = "items",
                retry = @Retry(attempts = 10, backoff = "1ms", maxBackoff = "1ms"))
        void fails(Document item) {
            throw new IllegalStateException("no stock of " + item.get("_id"));
        }
    }
}

package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.OnChangeException;
import dev.onchange.engine.stream.StreamState.Phase;
import dev.onchange.engine.timing.Timing;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Reactor holds to be fatal, and throws instead of signalling it, must not leave a stream silent. */
class ErrorTest {

    private final Watcher watcher = Watcher.of(LocalMongo.shared());
    private final AtomicInteger batches = new AtomicInteger();
    private @Nullable Listening opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
        watcher.close();
    }

    /** One change is handed over by the driver's thread, many by another one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void an_error_on_the_way_of_a_change_ends_the_stream_with_its_reason(int number) {
        Listening listening = listen(
                event -> {},
                arriving -> arriving.doOnNext(batch -> {
                    throw new NoClassDefFoundError("com/acme/Gone");
                }));

        watcher.insertMany("a", number);

        assertRefused(listening.awaitError());
        assertThat(listening.stream().state().phase()).isEqualTo(Phase.FAILED);
        await().atMost(Watcher.PATIENCE).until(() -> watcher.cursorsOpen() == 0);
    }

    @Test
    void a_want_of_memory_passes_and_nothing_is_lost() {
        Listening listening = listen(
                event -> {},
                arriving -> arriving.doOnNext(batch -> {
                    if (batches.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("Java heap space");
                    }
                }));

        watcher.insertMany("a", 20);

        listening.await(20);
        assertThat(listening.numbers()).isEqualTo(IntStream.range(0, 20).boxed().toList());
        assertThat(watcher.traffic().openings()).isEqualTo(2);
    }

    @Test
    void an_error_on_the_way_to_the_next_cursor_ends_the_stream_with_its_reason() {
        Listening listening = listen(
                event -> {
                    if (event instanceof ListenerEvent.StreamReopening) {
                        throw new NoClassDefFoundError("com/acme/Gone");
                    }
                },
                ChangeEnricher.NONE);

        watcher.fail(1, "getMore", "{errorCode: 43}");

        await().atMost(Watcher.PATIENCE).until(() -> listening.stream().state().phase() == Phase.FAILED);
        assertRefused(listening.stream().state().reason());
    }

    @Test
    void an_error_when_the_driver_tells_of_a_reply_ends_the_stream_with_its_reason() {
        Listening listening = cursorStart(
                event -> {
                    if (event instanceof ListenerEvent.StreamOpened) {
                        throw new NoClassDefFoundError("com/acme/Gone");
                    }
                },
                ChangeEnricher.NONE);

        await().atMost(Watcher.PATIENCE).until(() -> listening.stream().state().phase() == Phase.FAILED);
        assertRefused(listening.stream().state().reason());
    }

    private static void assertRefused(Throwable error) {
        assertThat(error).isInstanceOf(OnChangeException.class).hasCauseInstanceOf(NoClassDefFoundError.class);
        assertThat(((OnChangeException) error).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.STREAM_FAILED);
            assertThat(problem.what()).contains("com/acme/Gone");
            assertThat(problem.todo()).contains("stack trace");
        });
    }

    private Listening listen(Consumer<ListenerEvent> events, ChangeEnricher enricher) {
        Listening listening = cursorStart(events, enricher);
        listening.stream().opened().block(Watcher.PATIENCE);
        return listening;
    }

    private Listening cursorStart(Consumer<ListenerEvent> events, ChangeEnricher enricher) {
        ChangeStreams streams = new ChangeStreams(
                watcher.client(),
                Watcher.settings().withAnswerTimeout(Duration.ofSeconds(2)),
                Timing.onSharedSchedulers(Clock.systemUTC(), new Random(1)),
                events);
        OpenStream stream = streams.open(watcher.collectionPlan("a"), new StreamStart.After(watcher.now()), enricher);
        Listening listening = new Listening(stream, Long.MAX_VALUE);
        opened = listening;
        return listening;
    }
}

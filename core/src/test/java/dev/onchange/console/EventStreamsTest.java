package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class EventStreamsTest {

    private final EventStreams streams = new EventStreams(Schedulers.parallel());

    @Test
    void a_stream_ends_with_its_events_and_makes_place_for_another() {
        for (int i = 0; i < 20; i++) {
            List<String> sent = Flux.from(streams.reply(Flux.just("one")).events())
                    .collectList()
                    .block(Duration.ofSeconds(60));

            assertThat(sent).contains("one");
        }
    }

    @Test
    void what_no_client_begins_to_take_keeps_no_place() {
        for (int i = 0; i < 20; i++) {
            streams.reply(Flux.never());
        }

        assertThat(Flux.from(streams.reply(Flux.just("one")).events())
                        .collectList()
                        .block(Duration.ofSeconds(60)))
                .contains("one");
    }

    @Test
    void what_is_open_ends_with_the_console() {
        CompletableFuture<Void> ended = Flux.from(streams.reply(Flux.never()).events())
                .doOnNext(begun -> streams.close())
                .then()
                .toFuture();

        await().atMost(Duration.ofSeconds(60)).until(ended::isDone);
        assertThat(Flux.from(streams.reply(Flux.just("one")).events())
                        .collectList()
                        .block(Duration.ofSeconds(60)))
                .isEmpty();
    }

    @Test
    void a_client_that_takes_nothing_is_given_up() throws Exception {
        AtomicBoolean givenUp = new AtomicBoolean();
        Flux<String> endless = Flux.just("x".repeat(100_000)).repeat().doFinally(how -> givenUp.set(true));
        JdkDoor door = JdkDoor.open("127.0.0.1", 0, "", request -> ConsoleReply.events(endless), Duration.ofSeconds(3));

        try (Socket idle = new Socket("127.0.0.1", door.port())) {
            idle.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            await().atMost(Duration.ofSeconds(60)).untilTrue(givenUp);
        } finally {
            door.close();
        }
    }
}

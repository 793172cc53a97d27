package dev.onchange.console;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Waits for a store on the thread of a request. */
final class StoreAnswer {

    private StoreAnswer() {}

    /** @throws Refusal if it does not come in this time */
    static <T> @Nullable T of(Mono<T> answer, Duration atMost) {
        return answer.timeout(
                        atMost,
                        Mono.error(() -> Refusal.noAnswer("nothing has come within " + atMost.toSeconds() + " s.")))
                .block();
    }
}

package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.Interceptor;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class InterceptorsTest {

    private final Ground ground = new Ground();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void cleanUp() {
        ground.close();
    }

    @Test
    void interceptors_stand_around_each_attempt_the_first_one_outermost() {
        try (ChangeListeners listeners = ground.builder(new Failing())
                .interceptor(noting("outer"))
                .interceptor(noting("inner"))
                .start()) {
            ground.insert("items", 7);

            await().untilAsserted(() -> assertThat(seen)
                    .containsExactly(
                            "outer failing 1 of 7",
                            "inner failing 1 of 7",
                            "handled",
                            "outer failing 2 of 7",
                            "inner failing 2 of 7",
                            "handled"));
            assertThat(listeners.status().handler("failing").counts().handled()).isEqualTo(1);
        }
    }

    @Test
    void what_an_interceptor_throws_fails_the_attempt() {
        Interceptor refusing = call -> {
            if (call.attempt().number() == 1) {
                throw new IllegalStateException("not now");
            }
            return call.proceed();
        };

        try (ChangeListeners listeners =
                ground.builder(new Reactive()).interceptor(refusing).start()) {
            ground.insert("items", 7);

            await().untilAsserted(() -> assertThat(seen).containsExactly("handled"));
            assertThat(listeners.status().handler("reactive").counts().retried())
                    .isEqualTo(1);
        }
    }

    @Test
    void a_change_is_settled_when_what_the_interceptor_returned_has_completed() {
        Interceptor failingAfterwards = call -> Flux.from(java.util.Objects.requireNonNull(call.proceed()))
                .then(call.attempt().isLast() ? Mono.empty() : Mono.error(new IllegalStateException("afterwards")));

        try (ChangeListeners listeners =
                ground.builder(new Reactive()).interceptor(failingAfterwards).start()) {
            ground.insert("items", 7);

            await().untilAsserted(() -> assertThat(seen).containsExactly("handled", "handled"));
            await().untilAsserted(() -> assertThat(
                            listeners.status().handler("reactive").counts().handled())
                    .isEqualTo(1));
        }
    }

    private Interceptor noting(String name) {
        return call -> {
            seen.add(name + " " + call.handler().id() + " " + call.attempt().number() + " of "
                    + call.event().getDocument("documentKey").getInt32("_id").getValue());
            return call.proceed();
        };
    }

    class Failing {
        private boolean failed;

        @OnChange(id = "failing", collection = "items", retry = @Retry(attempts = 2, backoff = "1ms"))
        synchronized void added(ChangeEvent<?> change) {
            seen.add("handled");
            if (!failed) {
                failed = true;
                throw new IllegalStateException("at first");
            }
        }
    }

    class Reactive {
        @OnChange(id = "reactive", collection = "items", retry = @Retry(attempts = 2, backoff = "1ms"))
        Mono<Void> added(ChangeEvent<?> change) {
            return Mono.fromRunnable(() -> seen.add("handled"));
        }
    }
}

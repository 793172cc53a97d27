package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.onchange.ChangeListeners;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetters;
import dev.onchange.plugin.Plugins;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Null is told where it is given to listeners at work, and is no filter for all. */
class NullOperationsTest {

    private final Ground ground = new Ground();

    @AfterEach
    void cleanUp() {
        ground.close();
    }

    @Test
    void null_is_told_by_the_name_of_the_argument() {
        try (ChangeListeners listeners =
                ground.builder().on("items").handle(change -> {}).start()) {
            given(listeners)
                    .forEach((call, name) -> assertThat(catchThrowable(call))
                            .as(name)
                            .isInstanceOf(NullPointerException.class)
                            .hasMessage(name));
        }
    }

    private static Map<ThrowingCallable, String> given(ChangeListeners listeners) {
        DeadLetters letters = listeners.deadLetters();
        DeadLetterFilter all = DeadLetterFilter.all();
        Plugins plugins = listeners.plugins();
        Map<ThrowingCallable, String> calls = new LinkedHashMap<>();
        calls.put(() -> letters.list(null), "filter");
        calls.put(() -> letters.page(null, null, 1), "filter");
        calls.put(() -> letters.count(null), "filter");
        calls.put(() -> letters.replay((String) null), "letterId");
        calls.put(() -> letters.replay((DeadLetterFilter) null), "filter");
        calls.put(() -> letters.replay(all, null), "pause");
        calls.put(() -> letters.replay(null, Duration.ZERO), "filter");
        calls.put(() -> letters.replay(all, Duration.ZERO, null), "stop");
        calls.put(() -> letters.discard(null), "filter");
        calls.put(() -> plugins.add(null), "jar");
        calls.put(() -> plugins.replace((Path) null), "jar");
        calls.put(() -> plugins.remove(null), "name");
        calls.put(() -> listeners.pause(null), "handlerId");
        calls.put(() -> listeners.resume(null), "handlerId");
        calls.put(() -> listeners.rewind(null, Instant.EPOCH), "handlerId");
        calls.put(() -> listeners.rewind("items", (BsonDocument) null), "token");
        calls.put(() -> listeners.snapshot(null), "handlerId");
        calls.put(() -> listeners.pauseSnapshot(null), "handlerId");
        calls.put(() -> listeners.resumeSnapshot(null), "handlerId");
        calls.put(() -> listeners.cancelSnapshot(null), "handlerId");
        return calls;
    }
}

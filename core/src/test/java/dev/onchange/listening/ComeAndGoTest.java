package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Registration;
import dev.onchange.Scope;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handlers that come and go while others work. */
class ComeAndGoTest {

    private final Ground ground = new Ground();
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicBoolean enough = new AtomicBoolean();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void who_stays_misses_nothing_and_is_given_nothing_twice() throws Exception {
        Resident resident = new Resident();
        Thread writer = new Thread(this::write);
        try (ChangeListeners listeners = ground.builder(resident).start()) {
            writer.start();
            List<Object> visitors =
                    List.of(new SameCollection(), new WholeDatabase(), new OtherCollection(), new CurrentDocument());
            for (int round = 0; round < 2; round++) {
                for (Object visitor : visitors) {
                    int before = resident.seen.size();
                    try (Registration registration = listeners.register(visitor)) {
                        await().until(() -> resident.seen.size() > before + 5);
                    }
                }
            }
            enough.set(true);
            writer.join();

            await().until(() -> resident.seen.size() >= written.get());
            assertThat(resident.seen)
                    .isEqualTo(IntStream.range(0, written.get()).boxed().toList());
        } finally {
            enough.set(true);
        }
    }

    private void write() {
        while (!enough.get()) {
            ground.insert("stock", written.get());
            written.incrementAndGet();
        }
    }

    static final class Resident {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "resident", collection = "stock", operation = "insert")
        void arrived(Document document) {
            seen.add(document.getInteger("_id"));
        }
    }

    static final class SameCollection {
        @OnChange(id = "same collection", collection = "stock", match = "{ 'fullDocument._id': { $lt: 10 } }")
        void changed(ChangeEvent<Document> change) {}
    }

    static final class WholeDatabase {
        @OnChange(id = "whole database", scope = Scope.DATABASE)
        void changed(ChangeEvent<Document> change) {}
    }

    static final class OtherCollection {
        @OnChange(id = "other collection", collection = "orders", operation = "insert")
        void changed(ChangeEvent<Document> change) {}
    }

    static final class CurrentDocument {
        @OnChange(id = "current document", collection = "stock", fullDocument = FullDocument.UPDATE_LOOKUP)
        void changed(ChangeEvent<Document> change) {}
    }
}

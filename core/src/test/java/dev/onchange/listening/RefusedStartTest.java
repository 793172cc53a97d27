package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusedStartTest {

    private final Ground ground = new Ground();
    private final Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ChangeListeners.class);

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void clear() {
        logger.detachAppender(logged);
        ground.close();
    }

    @Test
    void a_stream_that_the_server_refuses_is_thrown_at_start_and_not_logged_as_well() {
        ChangeListenersBuilder builder = ground.builder(new Items())
                .resumeAfter("items", new BsonDocument("_data", new BsonString("nonsense")))
                .listener(events::add);

        OnChangeException refused = catchThrowableOfType(OnChangeException.class, builder::start);

        assertThat(refused.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.RESUME_TOKEN_REFUSED));
        assertThat(logged.list)
                .filteredOn(entry -> entry.getFormattedMessage().contains(ground.database()))
                .filteredOn(entry -> entry.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
        assertThat(events).hasExactlyElementsOfTypes(ListenerEvent.StreamRefused.class);
    }

    static final class Items {

        @OnChange(id = "items", collection = "items")
        void arrived(Document item) {}
    }
}

package dev.onchange.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import dev.onchange.ChangeListeners;
import dev.onchange.HistoryLost;
import dev.onchange.checkpoint.Position;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.ListenerEvent.ChangeDeadLettered;
import dev.onchange.status.ListenerEvent.DeadLetterNotStored;
import dev.onchange.status.ListenerEvent.MemberDied;
import dev.onchange.status.ListenerEvent.StreamInvalidated;
import dev.onchange.status.ListenerEvent.StreamReopening;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class EventLogTest {

    private static final BsonTimestamp TIME = new BsonTimestamp(1_700_000_000, 1);

    private static final Map<Class<?>, Object> VALUES = Map.ofEntries(
            Map.entry(String.class, "some"),
            Map.entry(Throwable.class, new IllegalStateException("it broke")),
            Map.entry(int.class, 3),
            Map.entry(long.class, 4L),
            Map.entry(Duration.class, Duration.ofSeconds(5)),
            Map.entry(List.class, List.of("one", "other")),
            Map.entry(BsonTimestamp.class, TIME),
            Map.entry(BsonDocument.class, new BsonDocument("_id", new BsonString("pears"))),
            Map.entry(Position.class, Position.at(TIME)),
            Map.entry(Lag.class, new Lag(Duration.ofMinutes(9), Duration.ofSeconds(7), Duration.ofMinutes(10))),
            Map.entry(HistoryLost.class, HistoryLost.RESTART_NOW));

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ChangeListeners.class);
    private final EventLog log = new EventLog(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(logged);
    }

    @Test
    void a_stream_that_broke_off_is_one_line_with_its_cause() {
        log.log(new StreamReopening("shop.stock", new IllegalStateException("cut"), 1, Duration.ofMillis(86)));

        assertThat(logged.list).singleElement().satisfies(entry -> {
            assertThat(entry.getFormattedMessage())
                    .isEqualTo("The stream shop.stock broke off, failure 1 in a row, and is opened again in 86 ms:"
                            + " java.lang.IllegalStateException: cut");
            assertThat(entry.getThrowableProxy()).isNull();
        });
    }

    @Test
    void of_many_dead_letters_in_a_second_each_has_its_cause_and_three_have_the_stack() {
        IntStream.range(0, 5)
                .mapToObj(number -> new ChangeDeadLettered("low", "82" + number, null, new IllegalStateException("it")))
                .forEach(log::log);

        assertThat(logged.list)
                .hasSize(5)
                .allSatisfy(entry -> assertThat(entry.getFormattedMessage()).endsWith("IllegalStateException: it"))
                .filteredOn(entry -> entry.getThrowableProxy() != null)
                .hasSize(3);
    }

    @Test
    void what_the_server_answered_is_said_without_its_whole_reply() {
        BsonDocument reply = BsonDocument.parse("{ ok: 0, code: 14031, codeName: 'OutOfDiskSpace', errmsg: 'disk' }");

        log.log(new DeadLetterNotStored("low", new MongoCommandException(reply, new ServerAddress()), 2));

        assertThat(logged.list)
                .singleElement()
                .satisfies(entry -> assertThat(entry.getFormattedMessage())
                        .isEqualTo("A dead letter of the handler low could not be stored, attempt 2, and it is tried"
                                + " again: error 14031 (OutOfDiskSpace): disk"));
    }

    @Test
    void changes_that_an_instance_missed_are_those_up_to_its_start() {
        log.log(new ListenerEvent.ChangesMissed("prices", null, TIME));
        log.log(new ListenerEvent.ChangesMissed("prices", TIME, TIME));

        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        entry -> assertThat(entry).contains("was not given those before 2023-11-14T22:13:20Z: "),
                        entry -> assertThat(entry)
                                .contains("those from 2023-11-14T22:13:20Z to 2023-11-14T22:13:20Z: "));
    }

    @Test
    void what_goes_on_by_itself_is_said_in_sentences() {
        log.log(new StreamInvalidated("shop.stock"));
        log.log(new MemberDied("", "web-1", 12));

        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "What the stream shop.stock watches was dropped or renamed; it goes on with the next of that"
                                + " name.",
                        "Another instance is gone, and its handlers go to others: process 12 on web-1.");
    }

    @ParameterizedTest
    @MethodSource("events")
    void no_event_is_logged_as_the_record_that_it_is(ListenerEvent event) {
        log.log(event);

        assertThat(logged.list)
                .filteredOn(entry -> entry.getLevel().isGreaterOrEqual(Level.INFO))
                .allSatisfy(entry -> assertThat(entry.getFormattedMessage())
                        .doesNotContain(event.getClass().getSimpleName() + "[", "{}", "null"));
    }

    /** All but what the console tells, and logs itself. */
    static List<ListenerEvent> events() {
        return Arrays.stream(ListenerEvent.class.getPermittedSubclasses())
                .filter(type -> type != ListenerEvent.OperatorActed.class)
                .map(EventLogTest::example)
                .toList();
    }

    private static ListenerEvent example(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(types).map(VALUES::get).toArray();
        try {
            return (ListenerEvent) type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type + " is made of something new", e);
        }
    }
}

package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.event.ClusterListener;
import com.mongodb.event.ClusterOpeningEvent;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Notice;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes that are told at once, each at its place. */
class SmallMistakesTest {

    private static final String NOWHERE = "mongodb://127.0.0.1:1/shop";

    static final class Items {

        @Inject
        Items(MongoClient client) {}

        @OnChange(id = "items", collection = "items")
        void on(Document item) {}
    }

    @Test
    void a_plan_opens_no_client_though_constructors_take_one() {
        AtomicInteger opened = new AtomicInteger();
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(NOWHERE))
                .applyToClusterSettings(cluster -> cluster.addClusterListener(new ClusterListener() {
                    @Override
                    public void clusterOpening(ClusterOpeningEvent event) {
                        opened.incrementAndGet();
                    }
                }))
                .build();

        assertThat(ChangeListeners.builder(settings)
                        .database("shop")
                        .types(Items.class)
                        .plan()
                        .streams())
                .hasSize(1);

        assertThat(opened).hasValue(0);
    }

    @Test
    void two_functions_of_one_collection_are_told_of_the_call_that_names_them() {
        ChangeListenersBuilder builder = ChangeListeners.builder(NOWHERE)
                .on("items")
                .handle(change -> {})
                .on("items")
                .handle(change -> {});

        Problem problem = refusal(builder::plan);

        assertThat(problem.code()).isEqualTo(ProblemCode.DUPLICATE_ID);
        assertThat(problem.todo()).contains(".id(").doesNotContain("@OnChange");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mongodb://user:p@s/s@host/shop",
                "mongodb://user:12/34@host",
                "mongodb://user:p@ss@host/shop",
                "mongodb://user:p%ss@host/shop"
            })
    void a_password_that_is_not_escaped_is_told_at_once(String uri) {
        Problem problem = refusal(() -> ChangeListeners.builder(uri));

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_CONNECTION_STRING);
        assertThat(problem.todo()).contains("%40");
        assertThat(problem.toString())
                .doesNotContain("34@")
                .doesNotContain("p@s")
                .doesNotContain("p%ss");
    }

    @Test
    void a_function_without_a_handler_is_told() {
        ChangeListenersBuilder builder = ChangeListeners.builder(NOWHERE).types(Items.class);
        builder.on("inventory").operation("insert");

        Problem problem = refusal(builder::plan);

        assertThat(problem.code()).isEqualTo(ProblemCode.NO_HANDLERS);
        assertThat(problem.where()).isEqualTo("on(inventory)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ fullDocument: { qty: { $lt: 10 } } } | NEVER_MATCHES       | 'fullDocument.qty'",
                "{ 'fullDocument.sku': { $in: [] } }    | NEVER_MATCHES       | $in of no value",
                "{ 'fullDocument.sku': '/^A/' }         | VALUE_OF_OTHER_TYPE | slashes",
                "{ 'fullDocument.sku': '/a/i' }         | VALUE_OF_OTHER_TYPE | slashes",
                "{ 'fullDocument.sku': { $regex: '/^A/' } } | VALUE_OF_OTHER_TYPE | slashes"
            })
    void a_value_that_looks_like_a_filter_is_noticed(String match, ProblemCode code, String told) {
        assertThat(ChangeListeners.builder(NOWHERE)
                        .on("inventory")
                        .operation("insert")
                        .match(match)
                        .handle(change -> {})
                        .plan()
                        .notices())
                .singleElement()
                .satisfies(notice -> {
                    assertThat(notice.code()).isEqualTo(code);
                    assertThat(notice.toString()).contains(told);
                });
    }

    enum State {
        OPEN,
        CLOSED
    }

    record Order(int qty, State state) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ 'fullDocument.state': 'OPNE' }             | VALUE_OF_OTHER_TYPE | Did you mean \"OPEN\"?",
                "{ 'fullDocument.qty': 2.5 }                  | VALUE_OF_OTHER_TYPE | whole numbers",
                "{ 'fullDocument.qty': { $gt: 5, $lte: 3.5 } } | NEVER_MATCHES      | '$gt: 5 and $lte: 3.5'"
            })
    void a_value_that_the_payload_of_a_function_cannot_have_is_noticed(String match, ProblemCode code, String told) {
        assertThat(ChangeListeners.builder(NOWHERE)
                        .on("orders")
                        .operation("insert")
                        .match(match)
                        .payload(Order.class)
                        .handle(change -> {})
                        .plan()
                        .notices())
                .singleElement()
                .satisfies(notice -> {
                    assertThat(notice.code()).isEqualTo(code);
                    assertThat(notice.toString()).contains(told);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ 'fullDocument.path': '/img/' }",
                "{ 'fullDocument.address': { city: 'Rome' } }",
                "{ 'fullDocument.shop': { $ref: 'shops', $id: 1 } }",
                "{ 'fullDocument.sku': { $regex: '^/a' } }"
            })
    void a_value_that_is_meant_so_is_not_noticed(String match) {
        assertThat(ChangeListeners.builder(NOWHERE)
                        .on("inventory")
                        .operation("insert")
                        .match(match)
                        .handle(change -> {})
                        .plan()
                        .notices())
                .isEmpty();
    }

    @Test
    void a_collection_with_a_star_is_noticed() {
        assertThat(ChangeListeners.builder(NOWHERE)
                        .on("inventory*")
                        .handle(change -> {})
                        .plan()
                        .notices())
                .extracting(Notice::code)
                .containsExactly(ProblemCode.UNUSUAL_NAME);
    }

    @Test
    void null_in_place_of_a_connection_string_or_of_handlers_is_told() {
        assertThat(refusal(() -> ChangeListeners.builder((String) null)).code())
                .isEqualTo(ProblemCode.INVALID_CONNECTION_STRING);
        assertThat(refusal(() -> ChangeListeners.builder(NOWHERE).handlers("a", null))
                        .code())
                .isEqualTo(ProblemCode.NO_HANDLERS);
    }

    @Test
    void a_start_of_a_handler_that_is_not_there_is_noticed_with_the_one_that_was_meant() {
        assertThat(ChangeListeners.builder(NOWHERE)
                        .types(Items.class)
                        .resumeAfter("itmes", new BsonDocument())
                        .plan()
                        .notices())
                .filteredOn(notice -> notice.code() == ProblemCode.UNKNOWN_HANDLER)
                .singleElement()
                .satisfies(notice -> assertThat(notice.what()).contains("Did you mean \"items\"?"));
    }

    @Test
    void durations_that_make_no_sense_are_refused_where_they_are_set() {
        ChangeListenersBuilder builder = ChangeListeners.builder(NOWHERE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.stopTimeout(Duration.ofSeconds(-1)))
                .withMessage("stopTimeout must not be negative: PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.handlerTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.checkpointInterval(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.batchSize(0));
    }

    private static Problem refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(OnChangeException.class, call).problems().get(0);
    }
}

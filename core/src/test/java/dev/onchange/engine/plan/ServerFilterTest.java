package dev.onchange.engine.plan;

import static dev.onchange.engine.plan.Declared.collection;
import static dev.onchange.engine.plan.Declared.database;
import static dev.onchange.engine.plan.Declared.deployment;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.FullDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class ServerFilterTest {

    private static final String CONTROL = "{operationType: {$in: ['drop', 'dropDatabase', 'invalidate', 'rename']}}";

    @Test
    void equalities_on_one_path_become_one_set() {
        List<BsonDocument> pipeline = pipeline(
                collection("a", "shop", "items").matching("{'fullDocument.sku': 'x'}"),
                collection("b", "shop", "items").matching("{'fullDocument.sku': {$in: ['y', 'x']}}"),
                collection("c", "shop", "items").matching("{'fullDocument.sku': {$eq: 7}}"));

        assertThat(pipeline)
                .containsExactly(match("{$or: [" + CONTROL + ", {'fullDocument.sku': {$in: ['x', 'y', 7]}}]}"));
    }

    @Test
    void a_few_other_filters_are_tested_by_the_server() {
        List<BsonDocument> pipeline = pipeline(
                collection("a", "shop", "items")
                        .on("update")
                        .matching("{'updateDescription.updatedFields.qty': {$lt: 10}}"),
                collection("b", "shop", "items").on("update").matching("{'documentKey._id': 1}"));

        assertThat(pipeline)
                .containsExactly(match("{$or: [" + CONTROL
                        + ", {$and: [{operationType: 'update'}, {$or: [{'documentKey._id': {$in: [1]}},"
                        + " {'updateDescription.updatedFields.qty': {$lt: 10}}]}]}]}"));
    }

    @Test
    void many_filters_with_an_equality_each_are_tested_by_their_equalities() {
        Declared[] handlers = IntStream.range(0, UnionFilter.MAX_CONDITIONS + 1)
                .mapToObj(i -> collection("h%02d".formatted(i), "shop", "items")
                        .matching("{'fullDocument.sku': " + i + ", 'fullDocument.qty': {$lt: " + i + "}}"))
                .toArray(Declared[]::new);

        BsonDocument wanted = pipeline(handlers).get(0).getDocument("$match");

        assertThat(wanted.getArray("$or")).hasSize(2);
        assertThat(wanted.getArray("$or")
                        .get(1)
                        .asDocument()
                        .getDocument("fullDocument.sku")
                        .getArray("$in"))
                .hasSize(handlers.length);
    }

    @Test
    void filters_that_cost_more_than_they_save_are_left_to_the_client() {
        Declared[] handlers = IntStream.range(0, UnionFilter.MAX_CONDITIONS + 1)
                .mapToObj(i -> collection("h%02d".formatted(i), "shop", "items")
                        .on("insert")
                        .matching("{'fullDocument.a" + i + "': {$lt: " + i + "}}"))
                .toArray(Declared[]::new);

        assertThat(pipeline(handlers))
                .containsExactly(
                        match("{operationType: {$in: ['drop', 'dropDatabase', 'insert', 'invalidate', 'rename']}}"));
    }

    @Test
    void a_filter_is_not_pushed_beside_a_handler_that_wants_everything() {
        assertThat(pipeline(
                        collection("a", "shop", "items"),
                        collection("b", "shop", "items").matching("{'fullDocument.sku': 'x'}")))
                .isEmpty();
    }

    @Test
    void a_looked_up_document_is_not_tested_by_the_server() {
        List<BsonDocument> pipeline = pipeline(collection("a", "shop", "items")
                .on("insert", "update")
                .with(FullDocument.UPDATE_LOOKUP)
                .matching("{'fullDocument.sku': 'x', 'documentKey._id': {$gt: 5}}"));

        assertThat(pipeline.toString()).doesNotContain("fullDocument.sku").contains("documentKey._id");
    }

    @Test
    void the_document_of_an_insert_is_tested_by_the_server_even_so() {
        List<BsonDocument> pipeline = pipeline(collection("a", "shop", "items")
                .on("insert")
                .with(FullDocument.UPDATE_LOOKUP)
                .matching("{'fullDocument.sku': 'x'}"));

        assertThat(pipeline.toString()).contains("fullDocument.sku");
    }

    @Test
    void a_filter_that_can_fail_never_reaches_the_stream_of_another() {
        PlanResult planned = new Planner(PlanOptions.DEFAULT)
                .plan(specs(
                        collection("a", "shop", "items")
                                .matching(
                                        "{$expr: {$gt: [{$add: ['$fullDocument.qty', 1]}, 1]}, 'fullDocument.sku': 'x'}"),
                        collection("b", "shop", "items").matching("{'fullDocument.sku': 'y'}")));

        assertThat(planned.plan().streams())
                .filteredOn(stream -> stream.handlers().stream()
                        .anyMatch(handler -> handler.spec().id().equals("b")))
                .singleElement()
                .satisfies(stream ->
                        assertThat(stream.pipeline().toString()).contains("y").doesNotContain("$add"));
    }

    @Test
    void collections_with_operations_of_their_own_are_tested_as_one_set_of_keys() {
        List<BsonDocument> pipeline = pipeline(
                collection("a", "shop", "items").on("insert", "update"),
                collection("b", "shop", "orders").on("insert"),
                collection("c", "shop", "$parcels").on("delete"));

        assertThat(pipeline)
                .containsExactly(match("{$or: [" + CONTROL
                        + ", {$expr: {$in: [{$concat: ['$operationType', '|', '$ns.coll']}, {$literal:"
                        + " ['delete|$parcels', 'insert|items', 'insert|orders', 'update|items']}]}}]}"));
    }

    @Test
    void many_collections_are_tested_as_one_set_of_keys() {
        Declared[] handlers = IntStream.rangeClosed(0, NamespaceConditions.MAX_NAMES)
                .mapToObj(i -> collection("h" + i, "shop", "c" + i))
                .toArray(Declared[]::new);

        assertThat(pipeline(handlers).toString())
                .contains("\"$in\": [\"$ns.coll\"")
                .doesNotContain("\"ns.coll\"");
    }

    @Test
    void collections_of_several_databases_are_told_apart_on_a_deployment_stream() {
        List<BsonDocument> pipeline = pipeline(
                deployment("all").on("delete"),
                collection("a", "shop", "items").on("insert"),
                collection("b", "crm", "people").on("insert"),
                database("c", "hr").on("update"));

        assertThat(pipeline)
                .containsExactly(match(
                        "{$or: [{operationType: {$in: ['delete', 'drop', 'dropDatabase', 'invalidate', 'rename']}},"
                                + " {operationType: 'update', 'ns.db': 'hr'},"
                                + " {$expr: {$in: [{$concat: ['$operationType', '|', '$ns.db', '|', '$ns.coll']},"
                                + " {$literal: ['insert|crm|people', 'insert|shop|items']}]}}]}"));
    }

    @Test
    void what_a_wider_handler_takes_anyway_is_not_tested_again() {
        List<BsonDocument> pipeline = pipeline(
                database("a", "shop").on("insert", "update"),
                collection("b", "shop", "items").on("insert").matching("{'fullDocument.sku': 'x'}"));

        assertThat(pipeline)
                .containsExactly(
                        match(
                                "{operationType: {$in: ['drop', 'dropDatabase', 'insert', 'invalidate', 'rename', 'update']}}"));
    }

    @Test
    void the_listeners_own_collections_are_left_out_only_of_what_watches_everything() {
        PlanResult planned = new Planner(PlanOptions.DEFAULT.withInternal(
                        Set.of(collection("x", "shop", "positions").spec().watched())))
                .plan(specs(
                        database("a", "shop").on("insert"),
                        collection("b", "shop", "items").on("update"),
                        collection("c", "shop", "positions").on("delete")));

        assertThat(planned.plan().streams())
                .extracting(stream -> stream.scope().toString())
                .containsExactly("shop.*", "shop.positions");
        assertThat(planned.plan().streams().get(0).pipeline())
                .containsExactly(match("{$or: [" + CONTROL
                        + ", {$and: [{operationType: 'insert'}, {$nor: [{'ns.coll': 'positions'}]}]},"
                        + " {operationType: 'update', 'ns.coll': 'items'}]}"));
    }

    @Test
    void a_filter_that_only_the_server_answers_is_sent_as_it_is_and_lets_the_end_of_the_stream_through() {
        StreamPlan stream = new Planner(PlanOptions.DEFAULT)
                .plan(specs(collection("a", "shop", "items")
                        .on("insert")
                        .matching("{$expr: {$eq: [{$dayOfYear: '$wallTime'}, 1]}}")))
                .plan()
                .streams()
                .get(0);

        assertThat(stream.handlers().get(0).match()).isNull();
        assertThat(stream.handlers().get(0).takes("invalidate")).isFalse();
        assertThat(stream.reason()).contains("Only the server can answer");
        assertThat(stream.pipeline())
                .containsExactly(match("{$or: [{operationType: 'invalidate'}, {$and: [{operationType: 'insert'},"
                        + " {$expr: {$eq: [{$dayOfYear: '$wallTime'}, 1]}}]}]}"));
    }

    private static BsonDocument match(String filter) {
        return new BsonDocument("$match", BsonDocument.parse(filter));
    }

    private static List<BsonDocument> pipeline(Declared... handlers) {
        PlanResult planned = new Planner(PlanOptions.DEFAULT).plan(specs(handlers));
        assertThat(planned.problems()).isEmpty();
        List<BsonDocument> plain = new ArrayList<>();
        assertThat(planned.plan().streams()).hasSize(1);
        planned.plan().streams().get(0).pipeline().forEach(stage -> plain.add(BsonDocument.parse(stage.toJson())));
        return plain;
    }

    private static List<dev.onchange.engine.scan.HandlerSpec> specs(Declared... handlers) {
        return Stream.of(handlers).map(Declared::spec).toList();
    }
}

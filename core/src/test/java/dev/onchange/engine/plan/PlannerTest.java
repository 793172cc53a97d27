package dev.onchange.engine.plan;

import static dev.onchange.engine.plan.Declared.collection;
import static dev.onchange.engine.plan.Declared.database;
import static dev.onchange.engine.plan.Declared.deployment;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Grouping;
import dev.onchange.LookUp;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.scan.HandlerSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlannerTest {

    @Test
    void handlers_of_one_collection_share_a_collection_stream() {
        StreamPlans plan = plan(
                collection("a", "shop", "items").on("insert"),
                collection("b", "shop", "items").on("update"));

        assertThat(plan.streams()).singleElement().satisfies(stream -> {
            assertThat(stream.scope()).hasToString("shop.items");
            assertThat(ids(stream)).containsExactly("a", "b");
            assertThat(stream.pipeline())
                    .containsExactly(
                            BsonDocument.parse(
                                    "{$match: {operationType: {$in: ['drop', 'dropDatabase', 'insert', 'invalidate', 'rename', 'update']}}}"));
        });
    }

    @Test
    void collections_of_one_database_share_a_database_stream() {
        StreamPlans plan = plan(collection("a", "shop", "items"), collection("b", "shop", "orders"));

        assertThat(plan.streams()).singleElement().satisfies(stream -> {
            assertThat(stream.scope()).hasToString("shop.*");
            assertThat(stream.pipeline())
                    .containsExactly(
                            BsonDocument.parse(
                                    "{$match: {$or: [{operationType: {$in: ['drop', 'dropDatabase', 'invalidate', 'rename']}}, {'ns.coll': {$in: ['items', 'orders']}}]}}"));
        });
    }

    @Test
    void a_database_that_may_not_be_watched_is_watched_collection_by_collection() {
        PlanResult planned = new Planner(PlanOptions.DEFAULT.withMayOpen(
                        scope -> !scope.database().equals("shop")))
                .plan(specs(collection("a", "shop", "items"), collection("b", "shop", "orders")));

        assertThat(scopes(planned.plan())).containsExactly("shop.items", "shop.orders");
        assertThat(planned.plan().streams())
                .allSatisfy(
                        stream -> assertThat(stream.reason()).contains("may not open a stream on the database shop"));
    }

    @Test
    void per_scope_grouping_gives_each_collection_its_stream() {
        PlanResult planned = new Planner(PlanOptions.DEFAULT.with(Grouping.PER_SCOPE))
                .plan(specs(
                        collection("a", "shop", "items"), collection("b", "shop", "orders"), database("c", "shop")));

        assertThat(scopes(planned.plan())).containsExactly("shop.*", "shop.items", "shop.orders");
    }

    @Test
    void a_deployment_wide_handler_carries_all_others() {
        StreamPlans plan = plan(deployment("all"), database("db", "shop"), collection("c", "crm", "people"));

        assertThat(plan.streams()).singleElement().satisfies(stream -> {
            assertThat(stream.scope()).hasToString("*");
            assertThat(stream.pipeline()).isEmpty();
            assertThat(stream.reason()).contains("all watches the whole deployment");
        });
    }

    @Test
    void a_handler_with_its_own_pipeline_has_its_own_stream() {
        StreamPlans plan = plan(
                collection("a", "shop", "items"),
                collection("b", "shop", "items")
                        .on("insert")
                        .matching("{'fullDocument.username': 'alice'}")
                        .shaped("{$addFields: {newField: 'this is an added field!'}}"));

        assertThat(plan.streams()).hasSize(2);
        assertThat(plan.streams())
                .filteredOn(stream -> ids(stream).equals(List.of("b")))
                .singleElement()
                .satisfies(stream -> {
                    assertThat(stream.reason()).contains("own pipeline");
                    assertThat(stream.handlers().get(0).match()).isNull();
                    assertThat(stream.handlers().get(0).takesAll()).isTrue();
                    assertThat(stream.pipeline())
                            .containsExactly(
                                    BsonDocument.parse(
                                            "{$match: {$and: [{operationType: 'insert'}, {'fullDocument.username': 'alice'}]}}"),
                                    BsonDocument.parse("{$addFields: {newField: 'this is an added field!'}}"));
                });
    }

    @Test
    void a_handler_that_wants_no_documents_joins_the_stream_that_attaches_them_and_does_not_see_them() {
        StreamPlans plan = planWithLookUpsByServer(
                collection("a", "shop", "items").with(FullDocument.UPDATE_LOOKUP), collection("b", "shop", "items"));

        assertThat(plan.streams()).singleElement().satisfies(stream -> {
            assertThat(stream.documents().fullDocument()).isEqualTo(FullDocument.UPDATE_LOOKUP);
            assertThat(stream.handlers().get(0).hidesFullDocument(stream.documents()))
                    .isFalse();
            assertThat(stream.handlers().get(1).hidesFullDocument(stream.documents()))
                    .isTrue();
        });
    }

    @Test
    void a_filter_on_the_document_keeps_its_handler_from_a_stream_that_attaches_another() {
        StreamPlans plan = planWithLookUpsByServer(
                collection("a", "shop", "items").with(FullDocument.UPDATE_LOOKUP),
                collection("b", "shop", "items")
                        .matching("{$or: [{'fullDocument.qty': 1}, {operationType: 'delete'}]}"));

        assertThat(plan.streams()).hasSize(2);
        assertThat(plan.streams())
                .anySatisfy(stream -> assertThat(stream.reason()).contains("the filter of b reads the document"));
    }

    @Test
    void documents_are_not_attached_to_the_events_of_other_collections() {
        StreamPlans plan = planWithLookUpsByServer(
                collection("a", "shop", "items").with(FullDocument.UPDATE_LOOKUP),
                collection("b", "shop", "orders"),
                collection("c", "shop", "parcels"));

        assertThat(scopes(plan)).containsExactly("shop.*", "shop.items");
    }

    @Test
    void looking_up_in_process_leaves_the_server_one_plain_stream() {
        StreamPlans plan = plan(
                collection("a", "shop", "items").with(FullDocument.UPDATE_LOOKUP), collection("b", "shop", "orders"));

        assertThat(plan.streams()).singleElement().satisfies(stream -> {
            assertThat(stream.documents().fullDocument()).isEqualTo(FullDocument.DEFAULT);
            assertThat(stream.handlers().get(0).needsLookUp(stream.documents())).isTrue();
            assertThat(stream.handlers().get(1).needsLookUp(stream.documents())).isFalse();
        });
    }

    @Test
    void a_handler_that_wants_the_current_document_does_not_join_a_stream_that_attaches_post_images() {
        StreamPlans plan = plan(
                collection("a", "shop", "items").with(FullDocument.WHEN_AVAILABLE),
                collection("b", "shop", "items").with(FullDocument.UPDATE_LOOKUP));

        assertThat(plan.streams()).hasSize(2);
        assertThat(plan.streams())
                .anySatisfy(stream -> assertThat(stream.reason()).contains("b wants another document"));
    }

    @Test
    void only_the_server_looks_up_for_handlers_whose_events_it_selects() {
        StreamPlans plan = plan(
                collection("a", "shop", "items")
                        .with(FullDocument.UPDATE_LOOKUP)
                        .shaped("{$project: {fullDocument: 1}}"),
                collection("b", "shop", "items")
                        .with(FullDocument.UPDATE_LOOKUP)
                        .matching("{$expr: {$eq: [{$dayOfYear: '$wallTime'}, 1]}}"));

        assertThat(plan.streams()).hasSize(2).allSatisfy(stream -> {
            assertThat(stream.documents().fullDocument()).isEqualTo(FullDocument.UPDATE_LOOKUP);
            assertThat(stream.looksUp()).isFalse();
        });
    }

    @Test
    void another_way_to_look_up_gives_another_fingerprint() {
        Declared handler = collection("a", "shop", "items").with(FullDocument.UPDATE_LOOKUP);

        assertThat(plan(handler).streams().get(0).fingerprint())
                .isNotEqualTo(planWithLookUpsByServer(handler).streams().get(0).fingerprint());
    }

    @Test
    void a_handler_that_names_invalidate_keeps_its_collection_stream() {
        StreamPlans plan = plan(
                collection("a", "shop", "items").on("invalidate"),
                collection("b", "shop", "orders"),
                collection("c", "shop", "parcels"));

        assertThat(scopes(plan)).containsExactly("shop.*", "shop.items");
        assertThat(plan.streams().get(1).reason()).contains("a asks for invalidate");
    }

    @Test
    void images_modes_that_differ_do_not_share() {
        StreamPlans plan = plan(
                collection("a", "shop", "items").with(FullDocumentBeforeChange.REQUIRED),
                collection("b", "shop", "items").with(FullDocumentBeforeChange.WHEN_AVAILABLE),
                collection("c", "shop", "items").expanded());

        assertThat(plan.streams()).hasSize(3);
    }

    @Test
    void the_order_of_the_handlers_changes_nothing() {
        List<HandlerSpec> handlers = new ArrayList<>(specs(
                collection("a", "shop", "items").on("update", "insert"),
                collection("b", "shop", "orders"),
                collection("c", "shop", "items").with(FullDocument.UPDATE_LOOKUP),
                database("d", "crm"),
                collection("e", "crm", "people").shaped("{$project: {fullDocument: 1}}")));
        StreamPlans first = new Planner(PlanOptions.DEFAULT).plan(handlers).plan();

        Collections.reverse(handlers);
        StreamPlans second = new Planner(PlanOptions.DEFAULT).plan(handlers).plan();

        assertThat(second).hasToString(first.toString());
    }

    @Test
    void filters_that_were_in_the_last_plan_are_not_parsed_again_and_those_of_others_are_forgotten() {
        Planner planner = new Planner(PlanOptions.DEFAULT);
        Declared one = collection("a", "shop", "items").matching("{'fullDocument.tenant': 1}");
        Declared other = collection("b", "shop", "items").matching("{'fullDocument.tenant': 2}");
        StreamPlans before = planner.plan(specs(one)).plan();

        StreamPlans both = planner.with(PlanOptions.DEFAULT.with(Grouping.PER_SCOPE))
                .plan(specs(one, other))
                .plan();
        planner.plan(specs(other));
        StreamPlans again = planner.plan(specs(one, other)).plan();

        assertThat(match(both, "a")).isNotNull().isSameAs(match(before, "a"));
        assertThat(match(again, "b")).isNotNull().isSameAs(match(both, "b"));
        assertThat(match(again, "a")).isNotNull().isNotSameAs(match(both, "a"));
    }

    @Test
    void a_plan_knows_for_whom_it_was_made() {
        List<HandlerSpec> some = specs(collection("a", "shop", "items"), collection("b", "shop", "orders"));
        StreamPlans plan = new Planner(PlanOptions.DEFAULT).plan(some).plan();

        assertThat(plan.isFor(some)).isTrue();
        assertThat(plan.isFor(some.subList(0, 1))).isFalse();
        assertThat(plan.isFor(specs(collection("a", "shop", "items"), collection("b", "shop", "others"))))
                .isFalse();
        assertThat(plan.isFor(specs(
                        collection("a", "shop", "items"),
                        collection("b", "shop", "orders"),
                        collection("c", "shop", "items"))))
                .isFalse();
    }

    @Test
    void another_filter_operation_or_option_gives_another_fingerprint() {
        List<String> fingerprints = Stream.of(
                        collection("a", "shop", "items"),
                        collection("a", "shop", "orders"),
                        collection("a", "shop", "items").on("insert"),
                        collection("a", "shop", "items").with(FullDocument.WHEN_AVAILABLE),
                        collection("a", "shop", "items").expanded(),
                        collection("a", "shop", "items").shaped("{$project: {fullDocument: 1}}"),
                        collection("a", "shop", "items").shaped("{$project: {fullDocument: {$toLong: '1'}}}"))
                .map(handler -> plan(handler).streams().get(0).fingerprint())
                .toList();

        assertThat(fingerprints).doesNotHaveDuplicates();
    }

    @Test
    void the_listeners_own_collections_are_left_out_of_wide_streams() {
        PlanResult planned = new Planner(
                        PlanOptions.DEFAULT.withInternal(java.util.Set.of(ScopeCover.database("onchange"))))
                .plan(specs(deployment("all")));

        assertThat(planned.plan().streams().get(0).pipeline())
                .containsExactly(
                        BsonDocument.parse(
                                "{$match: {$or: [{operationType: {$in: ['drop', 'dropDatabase', 'invalidate', 'rename']}}, {$nor: [{'ns.db': 'onchange'}]}]}}"));
    }

    @Test
    void a_plan_prints_scope_options_pipeline_and_handlers() {
        StreamPlans plan = plan(
                collection("lowStock", "shop", "items")
                        .on("update")
                        .matching("{'updateDescription.updatedFields.qty': {$lt: 10}}")
                        .with(FullDocument.UPDATE_LOOKUP),
                database("audit", "crm"));

        assertThat(plan.toString())
                .contains(
                        "shop.items",
                        "one query a batch, for lowStock",
                        "\"$match\"",
                        "lowStock",
                        "update",
                        "{$lt: 10}")
                .contains("crm.*", "audit", "all operations");
    }

    private static StreamPlans planWithLookUpsByServer(Declared... handlers) {
        return new Planner(PlanOptions.DEFAULT.with(LookUp.SERVER))
                .plan(specs(handlers))
                .plan();
    }

    private static StreamPlans plan(Declared... handlers) {
        PlanResult planned = new Planner(PlanOptions.DEFAULT).plan(specs(handlers));
        assertThat(planned.problems()).isEmpty();
        return planned.plan();
    }

    private static List<HandlerSpec> specs(Declared... handlers) {
        return Stream.of(handlers).map(Declared::spec).toList();
    }

    private static @Nullable Match match(StreamPlans plan, String id) {
        return plan.streams().stream()
                .flatMap(stream -> stream.handlers().stream())
                .filter(handler -> handler.spec().id().equals(id))
                .findFirst()
                .orElseThrow()
                .match();
    }

    private static List<String> ids(StreamPlan stream) {
        return stream.handlers().stream().map(handler -> handler.spec().id()).toList();
    }

    private static List<String> scopes(StreamPlans plan) {
        return plan.streams().stream().map(stream -> stream.scope().toString()).toList();
    }
}

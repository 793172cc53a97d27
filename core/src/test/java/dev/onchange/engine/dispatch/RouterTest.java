package dev.onchange.engine.dispatch;

import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.match.InvalidMatchException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.MatchFailedException;
import dev.onchange.engine.match.RandomValues;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.stream.RawChange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.scheduler.Schedulers;

class RouterTest {

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final ChangesOf orders = new ChangesOf("shop", "orders");

    @Test
    void a_handler_of_a_collection_gets_its_changes_only() {
        List<Declared> handlers = List.of(
                handler("items"),
                Declared.collection("orders", "shop", "orders"),
                Declared.database("shop", "shop"),
                Declared.database("crm", "crm"),
                Declared.deployment("all"));

        assertThat(routed(handlers, items.insert(1, 1))).containsExactlyInAnyOrder("items", "shop", "all");
        assertThat(routed(handlers, orders.insert(1, 1))).containsExactlyInAnyOrder("orders", "shop", "all");
    }

    @Test
    void a_handler_gets_the_operations_that_it_names_or_all() {
        List<Declared> handlers = List.of(
                handler("any"), handler("drop").on("drop"), handler("some").on("insert", "update"));

        assertThat(routed(handlers, items.insert(1, 1))).containsExactlyInAnyOrder("any", "some");
        assertThat(routed(handlers, items.drop(2))).containsExactlyInAnyOrder("any", "drop");
    }

    @Test
    void a_rename_concerns_both_collections() {
        List<Declared> handlers = List.of(
                handler("items"),
                Declared.collection("orders", "shop", "orders"),
                Declared.collection("users", "shop", "users"));

        RawChange rename = items.of("rename", 1, "to", BsonDocument.parse("{db: 'shop', coll: 'orders'}"));

        assertThat(routed(handlers, rename)).containsExactlyInAnyOrder("items", "orders");
    }

    @Test
    void an_expanded_event_goes_only_to_handlers_that_want_expanded_events() {
        List<Declared> handlers = List.of(
                handler("plain"),
                handler("expanded").expanded(),
                handler("named").on("create"));

        RawChange create = items.of("create", 1, "operationDescription", new BsonDocument());

        assertThat(routed(handlers, create)).containsExactlyInAnyOrder("expanded", "named");
    }

    @Test
    void a_handler_with_an_own_pipeline_gets_every_event_of_its_stream() {
        List<Declared> handlers = List.of(handler("shaped").on("update").shaped("{$project: {a: 1}}"));

        assertThat(routed(handlers, items.insert(1, 1))).containsExactly("shaped");
    }

    @Test
    void many_handlers_with_an_equality_each_are_found_by_its_value() {
        List<Declared> handlers = IntStream.range(0, 1_000)
                .mapToObj(i -> handler("h" + i).matching("{'fullDocument.sku': " + i + "}"))
                .toList();

        RawChange change = items.insert(1, document("{_id: 1, sku: 417.0}"));

        assertThat(routed(handlers, change)).containsExactly("h417");
    }

    @Test
    void of_many_handlers_with_ranges_few_are_tested() {
        List<Declared> handlers = IntStream.range(0, 1_000)
                .mapToObj(i -> handler("h" + i)
                        .matching(
                                switch (i % 3) {
                                    case 0 -> "{'fullDocument.qty': {$gte: %d, $lt: %d}}".formatted(i, i + 10);
                                    case 1 -> "{$expr: {$gt: ['$fullDocument.price', %d]}}".formatted(1_000 - i);
                                    default -> "{'fullDocument.sku': {$regex: '^vip-%d-.*x$'}}".formatted(i);
                                }))
                .toList();
        Probe probe = new Probe(handlers);

        assertThat(probe.routed(items.insert(1, document("{_id: 1, qty: 20.5, price: 10, sku: 'vip-500-x'}"))))
                .containsExactlyInAnyOrder("h12", "h15", "h18", "h991", "h994", "h997", "h500");

        assertThat(probe.tested()).isLessThan(10);
    }

    @Test
    void the_first_changes_of_the_usual_operations_wait_for_no_index_of_many_handlers() {
        List<Declared> handlers = IntStream.range(0, 300)
                .mapToObj(i -> handler("h" + i)
                        .on(i % 2 == 0 ? "insert" : "update")
                        .matching("{'documentKey._id': {$gte: %d, $lt: %d}}".formatted(i, i + 2)))
                .toList();
        Probe probe = new Probe(handlers);

        probe.router.prepare();

        int prepared = probe.router.indexes();
        assertThat(probe.routed(items.insert(1, 7))).containsExactly("h6");
        assertThat(probe.routed(items.update(2, 7))).containsExactly("h7");
        assertThat(probe.router.indexes()).isEqualTo(prepared);
    }

    @Test
    void an_array_may_satisfy_each_bound_with_another_element() {
        List<Declared> handlers = IntStream.range(0, 10)
                .mapToObj(i -> handler("h" + i).matching("{'fullDocument.qty': {$gt: 5, $lt: %d}}".formatted(i - 5)))
                .toList();

        assertThat(routed(handlers, items.insert(1, document("{_id: 1, qty: [0, 9]}"))))
                .containsExactlyInAnyOrder("h6", "h7", "h8", "h9");
    }

    @Test
    void a_filter_that_fails_on_an_event_is_a_failure_of_its_handler_and_no_mismatch() {
        String fails = "{'fullDocument.sku': 1, $expr: {$gt: [{$abs: '$fullDocument.name'}, 0]}}";
        List<Declared> handlers = IntStream.range(0, 10)
                .mapToObj(i -> handler("h" + i).matching(i == 0 ? fails : "{'fullDocument.sku': 1}"))
                .toList();
        RouteMatches found = find(handlers, items.insert(1, document("{_id: 1, sku: 1, name: 'x'}")));

        assertThat(found.size()).isEqualTo(10);
        assertThat(IntStream.range(0, 10).filter(i -> found.failure(i) != null).mapToObj(found::route))
                .singleElement()
                .satisfies(route -> assertThat(route.spec().id()).isEqualTo("h0"));
    }

    @Test
    void an_index_spares_no_filter_an_event_on_which_it_fails_before_it_compares() {
        List<Declared> handlers = IntStream.range(0, 10)
                .mapToObj(i -> handler("h" + i)
                        .matching("{$expr: {$and: [{$gt: [{$abs: '$fullDocument.name'}, 0]},"
                                + " {$in: ['$fullDocument.qty', [%d]]}]}}".formatted(i)))
                .toList();

        RouteMatches found = find(handlers, items.insert(1, document("{_id: 1, qty: -1, name: 'x'}")));

        assertThat(IntStream.range(0, found.size()).filter(i -> found.failure(i) != null))
                .hasSize(10);
    }

    @Test
    void of_many_filters_that_may_fail_last_few_are_tested() {
        List<Declared> handlers = IntStream.range(0, 1_000)
                .mapToObj(i -> handler("h" + i)
                        .matching("{'fullDocument.sku': %d, $expr: {$gt: [{$abs: '$fullDocument.qty'}, 0]}}"
                                .formatted(i)))
                .toList();
        Probe probe = new Probe(handlers);

        assertThat(probe.routed(items.insert(1, document("{_id: 1, sku: 7, qty: 2}"))))
                .containsExactly("h7");

        assertThat(probe.tested()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1", "10", "400"})
    void the_index_finds_the_same_handlers_as_testing_every_filter(int count) {
        long seed = RandomValues.SEED;
        RandomFilters random = new RandomFilters(new Random(seed));
        List<Declared> handlers = IntStream.range(0, count)
                .mapToObj(i -> handler("h" + i).matching(random.filter()))
                .toList();
        List<Match> matches =
                handlers.stream().map(each -> each.planned().match()).toList();
        Probe probe = new Probe(handlers);

        for (int i = 1; i <= 300; i++) {
            RawChange change = items.insert(i, random.document());

            List<String> expected = IntStream.range(0, count)
                    .filter(n -> matchesOrFails(matches.get(n), change))
                    .mapToObj(n -> "h" + n)
                    .toList();

            assertThat(probe.routed(change))
                    .as("seed %d, %s", seed, change.document().toJson())
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static boolean matchesOrFails(Match match, RawChange change) {
        try {
            return match.matches(change.document());
        } catch (MatchFailedException failed) {
            return true;
        }
    }

    private static BsonDocument document(String json) {
        return BsonDocument.parse(json);
    }

    private static List<String> routed(List<Declared> handlers, RawChange change) {
        return new Probe(handlers).routed(change);
    }

    private static RouteMatches find(List<Declared> handlers, RawChange change) {
        return new Probe(handlers).find(change);
    }

    /** A router on its own. */
    private static final class Probe {

        private final Router router;
        private final List<HandlerRoute> routes;
        private int changes;

        Probe(List<Declared> handlers) {
            boolean expanded =
                    handlers.stream().anyMatch(each -> each.spec().documents().expandedEvents());
            Workers workers = new Workers(Runnable::run, Schedulers.immediate());
            routes = handlers.stream()
                    .map(each -> new HandlerBinding(each.planned(), delivery -> Outcome.Settled.HANDLED, null))
                    .map(each -> new HandlerRoute(
                            each,
                            new HandlerLanes(
                                    each.planned().spec(),
                                    each.deliveryHandler(),
                                    workers,
                                    LaneQuota.UNBOUNDED,
                                    Clock.systemUTC(),
                                    event -> {}),
                            0,
                            0))
                    .toList();
            router = new Router(Rig.plan(expanded), routes, new RouteMatches(), new ScopeCounts());
        }

        RouteMatches find(RawChange change) {
            changes++;
            return router.route(change);
        }

        /** How many filters were tested for the last change. */
        long tested() {
            return routes.stream().filter(route -> route.isTestedFor(changes)).count();
        }

        List<String> routed(RawChange change) {
            RouteMatches all = find(change);
            return IntStream.range(0, all.size())
                    .mapToObj(i -> all.route(i).spec().id())
                    .toList();
        }
    }

    /** Filters and documents small enough to meet often. */
    private static final class RandomFilters {

        private static final List<String> VALUES = Arrays.asList(
                "0",
                "1",
                "2",
                "2.0",
                "{$numberLong: '1'}",
                "'a'",
                "'b'",
                "'abb'",
                "null",
                "[1, 2]",
                "{x: 1}",
                "true",
                "{$numberDouble: 'NaN'}",
                "{$numberDecimal: '1.5'}",
                "{$date: 5}",
                "/^a/",
                "{$minKey: 1}",
                "-1");

        private final Random random;

        RandomFilters(Random random) {
            this.random = random;
        }

        String filter() {
            for (; ; ) {
                String filter = anyFilter();
                try {
                    if (Match.parse(filter).inProcess()) {
                        return filter;
                    }
                } catch (InvalidMatchException refused) {
                    // a pattern cannot be compared
                    continue;
                }
            }
        }

        private String anyFilter() {
            return switch (random.nextInt(14)) {
                case 0, 1, 2 -> "{" + field() + ": " + value() + "}";
                case 3 -> "{" + field() + ": {$in: [" + value() + ", " + value() + "]}}";
                case 4 -> "{" + field() + ": " + value() + ", " + field() + ": {$ne: " + value() + "}}";
                case 5 -> {
                    String field = field();
                    yield "{$or: [{" + field + ": " + value() + "}, {" + field + ": " + value() + "}]}";
                }
                case 6, 7 -> "{" + field() + ": " + range() + "}";
                case 8 -> "{$or: [{" + field() + ": " + range() + "}, {" + field() + ": " + value() + "}]}";
                case 9 -> "{" + field() + ": {$regex: '" + pattern() + "'}}";
                case 10 -> "{$expr: " + compared() + "}";
                case 11 -> "{" + field() + ": " + value() + ", $expr: " + failing() + "}";
                case 12 ->
                    "{$expr: {$and: [" + failing() + ", " + (random.nextBoolean() ? compared() : listed()) + "]}}";
                default -> "{$expr: {$and: [" + compared() + ", " + compared() + "]}}";
            };
        }

        private String range() {
            return random.nextBoolean()
                    ? "{" + operator() + ": " + value() + "}"
                    : "{" + operator() + ": " + value() + ", " + operator() + ": " + value() + "}";
        }

        private String compared() {
            String field = field().replace("'full", "'$full");
            String constant = "{$literal: " + value() + "}";
            return random.nextBoolean()
                    ? "{" + operator() + ": [" + field + ", " + constant + "]}"
                    : "{" + operator() + ": [" + constant + ", " + field + "]}";
        }

        private String listed() {
            return "{$in: [" + field().replace("'full", "'$full") + ", [{$literal: " + value() + "}]]}";
        }

        private String failing() {
            return "{$gte: [{$abs: " + field().replace("'full", "'$full") + "}, 0]}";
        }

        private String operator() {
            return List.of("$gt", "$gte", "$lt", "$lte").get(random.nextInt(4));
        }

        private String pattern() {
            return List.of("^a", "^ab", "b", "^", "^a.*b").get(random.nextInt(5));
        }

        BsonDocument document() {
            List<String> fields = new ArrayList<>();
            for (String field : List.of("a", "b", "c")) {
                if (random.nextInt(4) > 0) {
                    fields.add(field + ": " + (random.nextInt(3) == 0 ? list() : value()));
                }
            }
            BsonDocument document = RouterTest.document("{" + String.join(", ", fields) + "}");
            return document.append("_id", new BsonInt32(1));
        }

        private String list() {
            return "[" + value() + ", {x: " + value() + "}, " + value() + "]";
        }

        private String field() {
            return "'fullDocument." + List.of("a", "b", "c", "a.x", "b.0").get(random.nextInt(5)) + "'";
        }

        private String value() {
            return VALUES.get(random.nextInt(VALUES.size()));
        }
    }
}

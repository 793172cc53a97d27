package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Grouping;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Filters on their way through a stream. */
@OnChangeTest
class FiltersTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final List<Object> seen = new CopyOnWriteArrayList<>();
    private final List<Object> all = new CopyOnWriteArrayList<>();

    @Test
    void a_regular_expression_that_comes_back_often_holds_up_nobody_and_gives_up_where_the_server_does() {
        listening.start(listening
                .builder()
                .on("stock")
                .id("all")
                .payload(Document.class)
                .handle(change -> all.add(id(change.fullDocument())))
                .on("stock")
                .id("pattern")
                .match("{'fullDocument.text': /x.*y.*z/}")
                .payload(Document.class)
                .handle(change -> seen.add(id(change.fullDocument()))));

        insert(new Document("_id", 1).append("text", "xy".repeat(50_000) + "\nxyz"));
        insert(new Document("_id", 2).append("text", "xyz"));
        listening.awaitIdle();

        assertThat(all).containsExactly(1, 2);
        assertThat(seen).containsExactly(2);
    }

    @Test
    void a_filter_alone_on_its_stream_means_what_it_means_beside_others() {
        Map<String, List<Integer>> wanted = Map.of(
                "{$nor: [{'fullDocument.n': {$gt: 1}, 'fullDocument.n': {$lt: 5}}]}", List.of(1, 7),
                "{$or: [{'fullDocument.n': {$gt: 1}, 'fullDocument.n': {$lt: 5}}]}", List.of(3),
                "{lsid: null}", List.of(1, 3, 7),
                "{$nor: [{lsid: {$exists: true}}]}", List.of(1, 3, 7),
                "{$or: [{'txnNumber': {$exists: false}}, {'fullDocument.n': 0}]}", List.of(1, 3, 7),
                "{$expr: {$eq: [{$type: '$$ROOT.lsid'}, 'missing']}}", List.of(1, 3, 7),
                "{$expr: {$lte: ['$txnNumber', null]}}", List.of(1, 3, 7),
                "{$expr: {$and: [{$not: ['$lsid.id']}, {$ne: [{$rand: {}}, 2]}]}}", List.of(1, 3, 7),
                "{$jsonSchema: {properties: {lsid: {not: {}}}}}", List.of(1, 3, 7));
        List<String> filters = List.copyOf(wanted.keySet());
        Map<String, List<Integer>> alone = new ConcurrentHashMap<>();
        Map<String, List<Integer>> beside = new ConcurrentHashMap<>();

        listening.start(listen(listening.builder().grouping(Grouping.PER_SCOPE), filters, i -> "alone" + i, alone));
        for (int n : List.of(1, 3, 7)) {
            IntStream.range(0, filters.size()).forEach(i -> insert("alone" + i, new Document("n", n)));
        }
        listening.awaitIdle();
        listening.start(listen(listening.builder(), filters, i -> "beside", beside));
        List.of(1, 3, 7).forEach(n -> insert("beside", new Document("n", n)));
        listening.awaitIdle();

        assertThat(alone).isEqualTo(wanted);
        assertThat(beside).isEqualTo(wanted);
    }

    @Test
    void what_a_stream_of_many_handlers_sends_is_not_refused_for_one_of_them() {
        String deep = "{a: ".repeat(190) + 1 + "}".repeat(190);
        List<String> filters = List.of(
                "{'fullDocument.n': 1}",
                "{'fullDocument.n': {$eq: {$foo: 1}}}",
                "{'fullDocument.n': {$eq: {$regularExpression: {pattern: '(', options: ''}}}}",
                "{'ns.coll': 'a\\u0000b'}",
                "{'fullDocument.n': " + deep + "}");
        Map<String, List<Integer>> beside = new ConcurrentHashMap<>();

        listening.start(listen(listening.builder(), filters, i -> "beside", beside));
        insert("beside", new Document("n", 1));
        listening.awaitIdle();

        assertThat(beside).isEqualTo(Map.of("{'fullDocument.n': 1}", List.of(1)));
    }

    private static ChangeListenersBuilder listen(
            ChangeListenersBuilder builder,
            List<String> filters,
            IntFunction<String> collection,
            Map<String, List<Integer>> seen) {
        for (int i = 0; i < filters.size(); i++) {
            String filter = filters.get(i);
            builder.on(collection.apply(i))
                    .id(collection.apply(i) + " " + filter)
                    .match(filter)
                    .payload(Document.class)
                    .handle(change -> seen.computeIfAbsent(filter, key -> new CopyOnWriteArrayList<>())
                            .add(change.fullDocument().getInteger("n")));
        }
        return builder;
    }

    private static Object id(Document document) {
        return document.get("_id");
    }

    private void insert(Document document) {
        insert("stock", document);
    }

    private void insert(String collection, Document document) {
        listening.run(database.getCollection(collection).insertOne(document));
    }
}

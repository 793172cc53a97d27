package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.JavaFileObjects;
import dev.onchange.ChangeListeners;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a handler may never be called, the compiler and the start say alike. */
class NoticesAgreeTest {

    /** What both can know; a code, attributes and a method. */
    private static final List<String> DECLARATIONS = """
            -        | operation = "insert", match = "{'fullDocument.qty': 1}" | void on(Item item) {}
            ONC-1506 | operation = "update", match = "{'fullDocument.qty': 1}" | void on() {}
            -        | operation = "update", match = "{'fullDocument.qty': 1}", fullDocument = FullDocument.UPDATE_LOOKUP | void on() {}
            -        | operation = "update", match = "{'fullDocument.qty': {$exists: false}}" | void on() {}
            ONC-1506 | operation = {"insert", "update"}, match = "{$and: [{'fullDocument.qty': 1}]}" | void on() {}
            -        | operation = {"insert", "update"}, match = "{$or: [{operationType: 'update'}, {'fullDocument.qty': 1}]}" | void on() {}
            ONC-1506 | match = "{'fullDocument.qty': 1}" | void on() {}
            ONC-1506 | operation = "delete", match = "{'fullDocument.qty': 1}" | void on() {}
            ONC-1506 | operation = "delete", match = "{$expr: {$eq: ['$fullDocument.qty', 1]}}" | void on() {}
            ONC-1506 | operation = "delete", match = "{'fullDocumentBeforeChange.qty': 1}" | void on() {}
            -        | operation = "delete", match = "{'fullDocumentBeforeChange.qty': 1}", fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE | void on() {}
            ONC-1506 | operation = {"insert", "delete"}, match = "{'fullDocumentBeforeChange.qty': 1}", fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE | void on() {}
            ONC-1506 | match = "{'fullDocumentBeforeChange.qty': 1}" | void on() {}
            ONC-1506 | operation = "insert", match = "{'updateDescription.updatedFields.qty': 1}" | void on() {}
            -        | match = "{'updateDescription.updatedFields.qty': 1}" | void on() {}
            ONC-1506 | operation = "insert", match = "{operationType: 'update'}" | void on() {}
            -        | match = "{operationType: 'insert', 'fullDocument.qty': 1}" | void on() {}
            ONC-1506 | match = "{operationType: 'updated'}" | void on() {}
            ONC-1506 | match = "{'ns.coll': 'others'}" | void on() {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.qty': '18'}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.qty': {$in: ['18', '19']}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.qty': {$in: ['18', 19]}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.qty': {$ne: '18'}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.name': {$gt: 5}}" | void on(ChangeEvent<Item> change) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.parts.count': '5'}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.tags': 5}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.at': '2026-01-01'}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument._id': '64b7f1d2a0a0a0a0a0a0a0a0'}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.code': '64b7f1d2a0a0a0a0a0a0a0a0'}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.colour': 1}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.weight': '5'}" | void on(Box box) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.qty': 2.5}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.qty': {$in: [2.5, {$numberDecimal: '0.1'}]}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.qty': {$gt: 2.5}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.qty': {$in: [2.0, {$numberDecimal: '3.0'}, 2.5]}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.weight': 2.5}" | void on(Box box) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.colour': 'RDE'}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.colour': {$in: ['RED', 'GREEN']}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.colours': 'red'}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.colour': 'RED', 'fullDocument.colours': {$ne: 'GREEN'}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.colour': {$regex: '^R'}}" | void on(Item item) {}
            ONC-1506 | operation = "insert", match = "{'fullDocument.free': {$in: []}}" | void on() {}
            ONC-1506 | operation = "insert", match = "{$or: [{'fullDocument.qty': 1}, {'fullDocument.free': {$all: []}}]}" | void on() {}
            -        | operation = "insert", match = "{'fullDocument.free': {$nin: []}}" | void on() {}
            ONC-1506 | operation = "insert", match = "{'fullDocument.qty': {$gt: 5, $lt: 3}}" | void on(Item item) {}
            ONC-1506 | operation = "insert", match = "{$and: [{'fullDocument.qty': {$gte: 5}}, {'fullDocument.qty': {$lt: 5}}]}" | void on(Item item) {}
            ONC-1506 | operation = "insert", match = "{$and: [{'fullDocument.qty': 5}, {'fullDocument.qty': {$gt: 5.5}}]}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.qty': {$gte: 5, $lte: 5}}" | void on(Item item) {}
            -        | operation = "insert", match = "{$or: [{'fullDocument.qty': {$gt: 5}}, {'fullDocument.qty': {$lt: 3}}]}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.sizes': {$gt: 5, $lt: 3}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.parts.count': {$gt: 5, $lt: 3}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.free': {$gt: 5, $lt: 3}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.qty': {$gt: 5, $lt: 3}}" | void on(Document item) {}
            ONC-1507 | operation = "insert", match = "{$expr: {$eq: ['$fullDocument.qty', '18']}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{$expr: {$and: [{$gt: [18, '$fullDocument.name']}, {$lt: ['$fullDocument.qty', 5]}]}}" | void on(Item item) {}
            -        | operation = "insert", match = "{$expr: {$or: [{$gt: ['$fullDocument.qty', 18]}, {$eq: ['$fullDocument.name', '$fullDocument.code']}]}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{$expr: {$eq: ['$fullDocument.tags', 'red']}}" | void on(Item item) {}
            -        | operation = "insert", match = "{$expr: {$eq: ['$fullDocument.hash', {$binary: {base64: 'AA==', subType: '00'}}]}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.qty': /^1/}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.qty': {$regex: '^1', $options: 'i'}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.qty': {$in: [/^1/, '2']}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.name': /^1/, 'fullDocument.tags': {$in: [/^a/]}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.parts': {$elemMatch: {count: '5'}}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.tags': {$elemMatch: {$gt: 5}}}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.parts': {$elemMatch: {count: {$gt: 5, $lt: 3}}}, 'fullDocument.tags': {$elemMatch: {$regex: '^a'}, $size: 2}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{$or: [{'fullDocument.qty': {$elemMatch: {$gt: 5}}}]}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.name': {$size: 1}}" | void on(Item item) {}
            ONC-1507 | operation = "insert", match = "{'fullDocument.ref': '550e8400-e29b-41d4-a716-446655440000'}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.ref': {$uuid: '550e8400-e29b-41d4-a716-446655440000'}}" | void on(Item item) {}
            ONC-1507 | match = "{wallTime: {$gt: '2026-01-01T00:00:00Z'}}" | void on() {}
            ONC-1507 | match = "{clusterTime: {$gt: {$date: '2026-01-01T00:00:00Z'}}}" | void on() {}
            -        | match = "{wallTime: {$gt: {$date: '2026-01-01T00:00:00Z'}}, clusterTime: {$gt: {$timestamp: {t: 1, i: 1}}}}" | void on() {}
            ONC-1506 | match = "{_id: 5}" | void on() {}
            ONC-1506 | match = "{_id: {sku: 'a'}}" | void on() {}
            ONC-1132 | match = "{'_id.sku': 'a'}" | void on() {}
            -        | match = "{'_id._data': {$gt: '82'}}" | void on() {}
            ONC-1506 | operation = "insert", match = "{fullDocument: {qty: 5}}" | void on() {}
            ONC-1506 | match = "{documentKey: {sku: 5}}" | void on() {}
            -        | match = "{documentKey: {_id: 5}}" | void on() {}
            ONC-1506 | operation = "insert", match = "{'fullDocument.qty': {gt: 5}}" | void on(Item item) {}
            ONC-1506 | operation = "insert", match = "{'fullDocument.price': {gte: 5, lt: 7}}" | void on() {}
            -        | operation = "insert", match = "{'fullDocument.price': {amount: 5}}" | void on() {}
            ONC-1506 | match = "{operationType: {$in: ['insert', 'updat']}}" | void on() {}
            ONC-1506 | operation = "insert", match = "{operationType: {$in: ['insert', 'delete']}}" | void on() {}
            -        | match = "{operationType: {$in: ['insert', 'drop', 'snapshot', 'createIndexes']}}" | void on() {}
            -        | match = "{operationType: 'snapshot', 'fullDocument.qty': 1}" | void on() {}
            -        | operation = {"snapshot", "insert"}, match = "{'fullDocument.qty': 1}" | void on() {}
            ONC-1506 | operation = {"snapshot", "insert"}, match = "{operationType: 'insert'}" | void on() {}
            ONC-1506 | database = "shop", collection = "", match = "{'ns.db': 'shopp'}" | void on() {}
            -        | database = "shop", collection = "", match = "{'ns.db': 'shop', 'ns.coll': 'items'}" | void on() {}
            ONC-1506 | operation = "insert", match = "{'to.coll': 'items'}" | void on() {}
            -        | operation = "rename", match = "{'to.coll': 'items'}" | void on() {}
            ONC-1503 | operation = "update", match = "{'updateDescription.updatedFields.address.city': 'Rome'}" | void on() {}
            ONC-1503 | operation = "update", match = "{$expr: {$eq: ['$updateDescription.updatedFields.address.city', 'Rome']}}" | void on() {}
            -        | operation = "update", match = "{$expr: {$eq: [{$getField: {field: 'address.city', input: '$updateDescription.updatedFields'}}, 'Rome']}}" | void on() {}
            ONC-1132 | operation = "insert", match = "{'fullDocument.wieght': 5}" | void on(Box box) {}
            ONC-1132 | operation = "insert", match = "{'fullDocument.quantity': 5}" | void on(Item item) {}
            ONC-1132 | operation = "insert", match = "{quantity: null}" | void on(Item item) {}
            -        | operation = "insert", match = "{'fullDocument.quantity': 5}" | void on(Document item) {}
            ONC-1508 | collection = " items " | void on() {}
            ONC-1508 | database = "shop", collection = "shop.items" | void on() {}
            ONC-1510 | collection = "" | void on(ChangeEvent<Item> change) {}
            -        | collection = "", match = "{'ns.coll': 'items'}" | void on(ChangeEvent<Item> change) {}
            -        | collection = "" | void on(ChangeEvent<Document> change) {}
            """.lines().toList();

    private static final Set<String> CODES =
            Set.of("ONC-1132", "ONC-1503", "ONC-1506", "ONC-1507", "ONC-1508", "ONC-1510");

    @TempDir
    Path folder;

    @Test
    void a_handler_that_may_never_be_called_is_told_of_by_both_in_the_same_words() throws Exception {
        Map<String, TreeSet<String>> told = toldByCompiler();

        assertThat(told).isEqualTo(toldAtStart());
        told.forEach((declaration, texts) -> assertThat(texts.stream().map(text -> text.substring(0, 8)))
                .as(declaration)
                .isEqualTo(declaration.startsWith("-") ? List.of() : List.of(declaration.substring(0, 8))));
    }

    private static Map<String, TreeSet<String>> toldByCompiler() {
        Map<String, TreeSet<String>> told = nothing();
        JavaFileObject[] sources = IntStream.range(0, DECLARATIONS.size())
                .mapToObj(number -> JavaFileObjects.forSourceString("shop.Stock" + number, source(number)))
                .toArray(JavaFileObject[]::new);
        Sources.compile(sources).warnings().forEach(warning -> {
            String text = warning.getMessage(null);
            if (text.startsWith("ONC-")) {
                int number = Integer.parseInt(text.replaceFirst("(?s).*?Stock(\\d+).*", "$1"));
                told.get(DECLARATIONS.get(number)).add(text);
            }
        });
        return told;
    }

    private Map<String, TreeSet<String>> toldAtStart() throws Exception {
        Map<String, TreeSet<String>> told = nothing();
        List<String> names = new ArrayList<>();
        IntStream.range(0, DECLARATIONS.size()).forEach(number -> names.add("shop.Stock" + number));
        String[] sources = IntStream.range(0, names.size())
                .mapToObj(NoticesAgreeTest::source)
                .toArray(String[]::new);
        Project project = new Project(folder).with(sources).compiled(List.of(), names.toArray(String[]::new));
        try (URLClassLoader loader = Project.loader(project.classes())) {
            for (int i = 0; i < names.size(); i++) {
                ChangeListeners.builder("mongodb://127.0.0.1:1/shop")
                        .types(loader.loadClass(names.get(i)))
                        .plan()
                        .notices()
                        .stream()
                        .filter(notice -> CODES.contains(notice.code().id()))
                        .map(Object::toString)
                        .forEach(told.get(DECLARATIONS.get(i))::add);
            }
        }
        return told;
    }

    private static Map<String, TreeSet<String>> nothing() {
        Map<String, TreeSet<String>> told = new TreeMap<>();
        DECLARATIONS.forEach(declaration -> told.put(declaration, new TreeSet<>()));
        return told;
    }

    private static String source(int number) {
        String[] parts = DECLARATIONS.get(number).split(" \\| ", 3);
        String attributes = parts[1].strip();
        return """
                package shop;

                import com.mongodb.client.model.changestream.*;
                import dev.onchange.*;
                import java.time.Instant;
                import java.util.*;
                import org.bson.*;
                import org.bson.codecs.pojo.annotations.*;
                import org.bson.types.ObjectId;

                public class Stock%d {
                    public enum Colour { RED }

                    public record Part(long count) {}

                    public record Item(@BsonId ObjectId id, int qty, String name, List<Part> parts, List<String> tags,
                            Instant at, Colour colour, List<Colour> colours, List<Integer> sizes, Document free, UUID ref, byte[] hash,
                            @BsonRepresentation(BsonType.OBJECT_ID) String code) {}

                    public static class Box {
                        private double weight;
                        public double getWeight() { return weight; }
                        public void setWeight(double weight) { this.weight = weight; }
                    }

                    @OnChange(%s)
                    %s
                }
                """.formatted(
                        number,
                        attributes.contains("collection =")
                                ? attributes
                                : "database = \"shop\", collection = \"items\", " + attributes,
                        parts[2].strip());
    }
}

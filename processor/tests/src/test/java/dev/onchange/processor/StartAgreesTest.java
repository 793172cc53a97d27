package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.JavaFileObjects;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChangeException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server and the codecs are not needed for, compiler and start judge alike. */
class StartAgreesTest {

    /** Attributes and a method. */
    private static final List<String> DECLARATIONS = """
            collection = "items"                                 | void on(ChangeEvent<Item> change) {}
            collection = "items"                                 | void on(ChangeEvent change) {}
            collection = "items"                                 | void on(ChangeEvent<?> change, Document document) {}
            collection = "items"                                 | void on(ChangeEvent<Item> change, Document document) {}
            collection = "items"                                 | void on(ChangeEvent<? extends Item> change, Item item) {}
            collection = "items"                                 | void on(ChangeEvent<? super Item> change, Document item) {}
            collection = "items"                                 | void on(ChangeStreamDocument<Item> change, ChangeEvent<Document> event) {}
            collection = "items"                                 | void on(ChangeStreamDocument<Box<Item>> change, ChangeEvent<Box<Item>> event) {}
            collection = "items"                                 | void on(ChangeStreamDocument<Box<Item>> change, ChangeEvent<Box<Document>> event) {}
            collection = "items"                                 | void on(Box<Item> box, ChangeEvent<Box<Item>> event) {}
            collection = "items"                                 | void on(Box box, ChangeEvent<Box<Item>> event) {}
            collection = "items"                                 | void on(Map<String, Object> map, ChangeEvent<Document> event) {}
            collection = "items"                                 | void on(Map map, ChangeEvent<Document> event) {}
            collection = "items"                                 | void on(BsonDocument document, ChangeEvent<RawBsonDocument> event) {}
            collection = "items", payload = Item.class           | void on(ChangeEvent<Document> change) {}
            collection = "items", payload = Item.class           | void on(ChangeEvent<?> change) {}
            collection = "items", payload = Item.class           | void on(Document document) {}
            collection = "items", payload = Item.class           | void on(Record document) {}
            collection = "items", payload = Item.class           | void on(Attempt attempt) {}
            collection = "items", payload = Item.class           | <U> void on(ChangeEvent<U> change) {}
            collection = "items"                                 | void on(T item) {}
            collection = "items"                                 | void on(ChangeEvent<T> change) {}
            collection = "items"                                 | void on(ChangeEvent<T> change, Item item) {}
            collection = "items"                                 | <U extends Item> void on(U item) {}
            collection = "items"                                 | <U extends ChangeEvent<Item>> void on(U item, Document other) {}
            collection = "items"                                 | void on(T[] items) {}
            collection = "items"                                 | void on(Item... items) {}
            collection = "items"                                 | void on(ChangeEvent<Item>[] items) {}
            collection = "items"                                 | void on(java.util.List<Item> items) {}
            collection = "items", batch = @Batch                 | void on(java.util.List<Item> items) {}
            collection = "items", batch = @Batch                 | void on(java.util.List<ChangeEvent<Item>> changes, Attempt attempt) {}
            collection = "items", batch = @Batch                 | void on(java.util.List<? extends ChangeEvent<Item>> changes, java.util.List<Document> items) {}
            collection = "items", batch = @Batch                 | void on(java.util.List<ChangeStreamDocument<Item>> changes, java.util.List<T> items) {}
            collection = "items", batch = @Batch                 | void on(java.util.List<?> items) {}
            collection = "items", batch = @Batch                 | void on(java.util.List items) {}
            collection = "items", batch = @Batch                 | void on(java.util.List<String> items) {}
            collection = "items", batch = @Batch                 | void on(java.util.List<UpdateDescription> items) {}
            collection = "items", batch = @Batch                 | void on(java.util.List<Item> items, java.util.List<Item> others) {}
            collection = "items", batch = @Batch                 | void on(java.util.List<Item> items, OperationType operation) {}
            collection = "items", batch = @Batch                 | void on(ChangeEvent<Item> change) {}
            collection = "items", batch = @Batch(size = 5000)    | void on(java.util.List<Item> items) {}
            collection = "items", batch = @Batch(linger = "2h")  | void on(java.util.List<Item> items) {}
            collection = "items", quiet = "2s"                   | void on(ChangeEvent<Item> change) {}
            collection = "items", coalesce = Coalesce.LATEST     | void on(Item item) {}
            collection = "items", coalesce = Coalesce.LATEST, ordering = Ordering.STREAM| void on(ChangeEvent<Item> change) {}
            collection = "items", coalesce = Coalesce.LATEST, quiet = "soon"| void on(ChangeEvent<Item> change) {}
            collection = "items"                                 | void on(java.util.Optional<Item> item) {}
            collection = "items"                                 | void on(Thread.State state) {}
            collection = "items"                                 | void on(int count) {}
            collection = "items"                                 | void on(Override annotation) {}
            collection = "items"                                 | void on(BsonValue value) {}
            collection = "items"                                 | void on(com.mongodb.DBObject value) {}
            collection = "items"                                 | void on(reactor.core.publisher.Mono<Item> value) {}
            collection = "items"                                 | void on(Attempt one, Attempt two) {}
            collection = "items"                                 | void on(Item one, Item two) {}
            collection = "items"                                 | void on(OperationType a, com.mongodb.MongoNamespace b, BsonTimestamp c, ResumeToken d) {}
            collection = "items"                                 | void on(ClientSession session) {}
            collection = "items", transactional = true           | void on(ClientSession session) {}
            collection = "items"                                 | <U extends java.util.concurrent.Future<Item>> U on() { return null; }
            collection = "items"                                 | java.util.concurrent.Future<?> on() { return null; }
            collection = "items"                                 | private void on() {}
            collection = "items"                                 | static void on() {}
            collection = "items", id = ""                        | void on() {}
            collection = " "                                     | void on() {}
            collection = "a$b"                                   | void on() {}
            collection = "items", database = " "                 | void on() {}
            collection = "items", operation = {}                 | void on() {}
            collection = "items", operation = {"", "insert"}     | void on() {}
            collection = "items", match = "{}"                   | void on() {}
            collection = "items", match = " "                    | void on() {}
            collection = "items", match = "{$where: '1'}"        | void on() {}
            collection = "items", match = "{a: {$regex: '('}}"   | void on() {}
            collection = "items", match = "{$expr: {$foo: 1}}"   | void on() {}
            collection = "items", pipeline = ""                  | void on() {}
            collection = "items", pipeline = "{}"                | void on() {}
            collection = "items", pipeline = "{$match: {a: {$b: 1}}}" | void on() {}
            collection = "items", pipeline = "{$project: {_id: 0}}"   | void on() {}
            collection = "items", pipeline = "{$addFields: {_id: 1}}" | void on() {}
            collection = "items", match = "{a: 1}", pipeline = "{$set: {b: 1}}" | void on() {}
            collection = "items", startFrom = StartFrom.SNAPSHOT | void on() {}
            collection = "items", startFrom = StartFrom.SNAPSHOT, operation = "insert"                | void on() {}
            collection = "items", startFrom = StartFrom.SNAPSHOT, operation = {"snapshot", "delete"}  | void on() {}
            collection = "items", startFrom = StartFrom.SNAPSHOT, pipeline = "{$set: {b: 1}}"         | void on() {}
            scope = Scope.DEPLOYMENT, startFrom = StartFrom.SNAPSHOT, operation = "insert"            | void on() {}
            collection = "items", concurrency = -1               | void on() {}
            collection = "items", partitions = 3                 | void on() {}
            collection = "items", sharing = Sharing.BROADCAST    | void on() {}
            collection = "items", retry = @Retry(backoff = "")   | void on() {}
            collection = "items", enabled = "yes"                | void on() {}
            collection = "items", enabled = ""                   | void on() {}
            collection = "items", paused = "TRUE"                | void on() {}
            collection = "items", timeout = "30 moments"         | void on() {}
            collection = "items", timeout = "0s"                 | void on() {}
            collection = "items", timeout = "30s", paused = "true", enabled = "true" | void on() {}
            collection = "items", collation = "{strength: 2}"    | void on() {}
            collection = "items", collation = "{locale: 'en', strenght: 2}" | void on() {}
            collection = "items", collation = "{locale: 'en', strength: 2}" | void on() {}
            collection = "items", retry = @Retry(backoff = "-1s") | void on() {}
            collection = "items", retry = @Retry(on = Error.class, except = Error.class) | void on() {}
            """.lines().toList();

    @TempDir
    Path folder;

    @Test
    void a_declaration_is_refused_by_both_or_by_neither_and_for_the_same_reasons() throws Exception {
        Map<String, TreeSet<String>> told = toldByCompiler();

        assertThat(told).isEqualTo(toldAtStart());
        assertThat(told.values())
                .as("documents that cannot come first")
                .filteredOn(codes -> codes.contains("ONC-1128"))
                .hasSize(3);
    }

    private static Map<String, TreeSet<String>> toldByCompiler() {
        Map<String, TreeSet<String>> told = nothing();
        JavaFileObject[] sources = IntStream.range(0, DECLARATIONS.size())
                .mapToObj(number -> JavaFileObjects.forSourceString("shop.Stock" + number, source(number)))
                .toArray(JavaFileObject[]::new);
        Sources.errors(Sources.compile(sources)).forEach(error -> {
            int number = Integer.parseInt(error.replaceFirst("^Stock(\\d+)\\.java.*", "$1"));
            told.get(DECLARATIONS.get(number)).add(error.substring(error.indexOf(' ') + 1));
        });
        return told;
    }

    private Map<String, TreeSet<String>> toldAtStart() throws Exception {
        Map<String, TreeSet<String>> told = nothing();
        String[] names = IntStream.range(0, DECLARATIONS.size())
                .mapToObj(number -> "shop.Stock" + number)
                .toArray(String[]::new);
        String[] sources = IntStream.range(0, names.length)
                .mapToObj(StartAgreesTest::source)
                .toArray(String[]::new);
        Project project = new Project(folder).with(sources).compiled(List.of(), names);
        try (URLClassLoader loader = Project.loader(project.classes())) {
            for (int i = 0; i < names.length; i++) {
                told.get(DECLARATIONS.get(i)).addAll(toldAtStart(loader.loadClass(names[i])));
            }
        }
        return told;
    }

    private static List<String> toldAtStart(Class<?> type) {
        try {
            ChangeListeners.builder("mongodb://127.0.0.1:1/shop").types(type).plan();
            return List.of();
        } catch (OnChangeException refusal) {
            return refusal.problems().stream()
                    .map(problem -> problem.code().id())
                    .toList();
        }
    }

    private static Map<String, TreeSet<String>> nothing() {
        Map<String, TreeSet<String>> told = new TreeMap<>();
        DECLARATIONS.forEach(declaration -> told.put(declaration, new TreeSet<>()));
        return told;
    }

    private static String source(int number) {
        String[] parts = DECLARATIONS.get(number).split("\\|", 2);
        return """
                package shop;

                import com.mongodb.client.model.changestream.*;
                import com.mongodb.reactivestreams.client.ClientSession;
                import dev.onchange.*;
                import java.util.Map;
                import org.bson.*;

                public class Stock%d<T> {
                    public record Item(int qty) {}

                    public record Box<C>(C content) {}

                    @OnChange(%s)
                    %s
                }
                """.formatted(number, parts[0].strip(), parts[1].strip());
    }
}

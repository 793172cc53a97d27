package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.JavaProgram;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.localmongo.LocalMongo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import shop.Shop;
import shop.ShopApplication;

class ReadmeTest {

    private static final Path SOURCES = Path.of("src", "test", "java", "dev", "onchange", "readme");
    private static final Path TESTING = Path.of("testing").resolve(SOURCES);
    private static final Path FIRST_PROGRAMS = Path.of("src", "test", "java", "shop");
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    private final Pages pages = new Pages(Path.of(".."));

    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "readme_" + Long.toHexString(System.nanoTime());

    @Test
    void every_snippet_is_compiled() throws IOException {
        String compiled = sources();

        for (Path page : pages.all()) {
            assertThat(snippets(page))
                    .as(page.toString())
                    .allSatisfy(snippet -> assertThat(compiled).contains(snippet));
        }
    }

    @Test
    void the_readme_is_read_to_its_end() throws IOException {
        assertThat(Files.readAllLines(pages.readme())).hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void the_first_program_prints_what_the_readme_says() throws IOException {
        Set<String> lines =
                Set.of("100 of lamp arrived", "order more of lamp", "Listening to shop.inventory. Enter ends.");

        assertThat(text(pages.readme())).contains(lines);
        assertThat(run(lines, Shop.class)).isEmpty();
    }

    @Test
    void the_first_application_of_spring_boot_prints_what_its_page_says() throws IOException {
        Set<String> lines = Set.of("3 of sofa arrived");

        assertThat(text(pages.docs().resolve("spring.md"))).contains(lines);
        assertThat(run(
                        lines,
                        ShopApplication.class,
                        "--spring.mongodb.uri=" + uri,
                        "--onchange.database=shop",
                        "--spring.main.keep-alive=true"))
                .isEmpty();
    }

    /** Runs a program until it has printed these lines, or has ended; returns those that it has not printed. */
    private Set<String> run(Set<String> lines, Class<?> main, String... arguments) throws IOException {
        ProcessBuilder java = new ProcessBuilder(JavaProgram.command(List.of(), main, arguments));
        java.environment().put("MONGODB_URI", uri);
        Process program = java.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        CompletableFuture.delayedExecutor(2, TimeUnit.MINUTES).execute(program::destroyForcibly);
        Set<String> missing = new HashSet<>(lines);
        try (BufferedReader printed = program.inputReader()) {
            // Not a line more: the program waits then, and prints nothing.
            String line = "";
            while (line != null && !missing.isEmpty()) {
                line = printed.readLine();
                missing.remove(line);
            }
        } finally {
            program.destroy();
        }
        return missing;
    }

    @Test
    void the_first_example_does_what_it_says() {
        Inventory inventory = new Inventory();

        // tag::start
        try (ChangeListeners listeners = ChangeListeners.builder(uri)
                .database(database)
                .handlers(inventory)
                .start()) {
            // end::start
            write("inventory", new Document("_id", "A-1").append("qty", 100));
            set("inventory", "A-1", 5);

            await().untilAsserted(() ->
                    assertThat(inventory.orders).containsExactlyInAnyOrder("100 of A-1 arrived", "order more of A-1"));
        }
    }

    @Test
    void dead_letters_are_listed_and_replayed() {
        Signatures handlers = new Signatures();
        try (ChangeListeners listeners = ChangeListeners.builder(uri)
                .database(database)
                .stateDatabase(database + "_state")
                .handlers(handlers)
                .start()) {
            write("payments", new Document("_id", "P-1"));
            write("inventory", new Document("_id", "A-1").append("qty", 100));
            set("inventory", "A-1", 50);
            await().untilAsserted(() ->
                    assertThat(handlers.seen).containsExactly("[qty] at attempt 1: Item[sku=A-1, qty=50]"));

            await().until(() ->
                    listeners.deadLetters().count(DeadLetterFilter.all()).block() == 1);
            // tag::letters
            listeners
                    .deadLetters()
                    .list(DeadLetterFilter.all())
                    .doOnNext(letter -> System.out.println(letter.handlerId() + " " + letter.failure()))
                    .blockLast();
            listeners.deadLetters().replay(DeadLetterFilter.all()).block();
            System.out.println(listeners.plan());
            System.out.println(listeners.status());
            // end::letters
        }
    }

    private static List<String> snippets(Path page) {
        return JAVA.matcher(text(page))
                .results()
                .map(result -> squeezed(result.group(1)))
                .toList();
    }

    private void write(String collection, Document document) {
        with(collection, items -> Mono.from(items.insertOne(document)));
    }

    private void set(String collection, String id, int qty) {
        with(collection, items -> Mono.from(items.updateOne(Filters.eq(id), Updates.set("qty", qty))));
    }

    private void with(String collection, java.util.function.Function<MongoCollection<Document>, Mono<?>> write) {
        try (MongoClient client = MongoClients.create(uri)) {
            write.apply(client.getDatabase(database).getCollection(collection)).block();
        }
    }

    private static String sources() throws IOException {
        try (Stream<Path> first = Files.list(FIRST_PROGRAMS);
                Stream<Path> here = Files.list(SOURCES);
                Stream<Path> testing = Files.list(TESTING);
                Stream<Path> examples = Files.walk(EXAMPLES)) {
            return Stream.of(first, here, testing, examples)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .map(ReadmeTest::text)
                    .map(ReadmeTest::squeezed)
                    .reduce("", String::concat);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without what the formatter may change. */
    private static String squeezed(String code) {
        return code.replaceAll("// (tag|end)::\\w+", "")
                .replaceAll("\\s+", " ")
                .replace("( ", "(")
                .strip();
    }
}

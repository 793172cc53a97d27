package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.StartFrom;
import dev.onchange.engine.message.Message;
import dev.onchange.inject.Ledger;
import dev.onchange.micrometer.HandlerObservations;
import dev.onchange.micrometer.ListenersMeters;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** The pages that are made of the code are as the code says; {@code -Dpages=write} makes them anew. */
class GeneratedPagesTest {

    private static final Path METADATA =
            Path.of("src", "main", "resources", "META-INF", "spring-configuration-metadata.json");
    private static final Map<Integer, String> CHAPTERS = Map.of(
            11, "Declarations",
            12, "The server and its streams",
            13, "Positions",
            14, "Calls, retries and dead letters",
            15, "Notices",
            16, "Plug-ins",
            17, "Several instances",
            18, "The console",
            19, "The server for tests");

    private final Pages pages = new Pages(Path.of(".."));

    @Test
    void the_list_of_codes_is_that_of_the_catalogue() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Codes

                Whatever is refused, noticed or reported has one of these codes: in exceptions, logs, compiler output,
                `plan()`, `check()` and `status()`. A code is never given a second meaning. Below each are the texts of
                declarations, as javac and the start say them; … stands for what is yours.
                """);
        Map<Integer, List<ProblemCode>> byChapter =
                Stream.of(ProblemCode.values()).collect(Collectors.groupingBy(code -> number(code) / 100));
        new TreeMap<>(byChapter).forEach((chapter, codes) -> {
            page.append("\n## ")
                    .append(CHAPTERS.getOrDefault(chapter, "Further"))
                    .append('\n');
            codes.forEach(code -> page.append(entry(code)));
        });

        compare("error-codes.md", page.toString());
    }

    private static int number(ProblemCode code) {
        return Integer.parseInt(code.id().replace("ONC-", ""));
    }

    private static String entry(ProblemCode code) {
        String messages = Stream.of(Message.values())
                .filter(message -> message.code() == code)
                .map(message -> message.at(
                        "", Collections.nCopies(message.arguments(), "…").toArray()))
                .map(GeneratedPagesTest::line)
                .collect(Collectors.joining());
        return "\n### " + code.id() + "\n\n" + code.title() + ".\n" + (messages.isEmpty() ? "" : "\n" + messages);
    }

    private static String line(Problem problem) {
        return "- " + escaped(problem.what()) + " *" + escaped(problem.todo()) + "*\n";
    }

    @Test
    void the_list_of_spring_properties_is_that_of_the_metadata() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Properties of Spring Boot

                Completed by editors; what connects is Boot's own `spring.mongodb.*`, see [Spring Boot](spring.md).

                | property | type | default | meaning |
                |---|---|---|---|
                """);
        BsonDocument metadata = BsonDocument.parse(Files.readString(METADATA));
        for (BsonValue each : metadata.getArray("properties")) {
            BsonDocument property = each.asDocument();
            page.append(row(
                    "`" + property.getString("name").getValue() + "`",
                    property.getString("type").getValue().replaceAll("(?:\\w+\\.)*(?:\\w+\\$)?(\\w+)", "$1"),
                    text(property.get("defaultValue")),
                    property.getString("description").getValue()));
        }

        compare("spring-properties.md", page.toString());
    }

    private static String text(BsonValue value) {
        if (value == null) {
            return "";
        }
        return value instanceof BsonString string
                ? string.getValue()
                : new Document("value", value).toJson().replaceAll("^\\{\"value\": (.*)}$", "$1");
    }

    @Test
    void the_list_of_settings_is_that_of_the_builder() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Settings and operations

                What the builder can be told, and what can be asked of listeners; more is in the Javadoc of each method.

                ## ChangeListeners.builder(…)

                | method | meaning |
                |---|---|
                """);
        page.append(PublicMethods.of("ChangeListenersBuilder").rows());
        page.append("\n## ChangeListeners\n\n| method | meaning |\n|---|---|\n");
        page.append(PublicMethods.of("ChangeListeners").rows());

        compare("settings.md", page.toString());
    }

    @Test
    void every_attribute_of_the_annotations_is_described() throws IOException {
        String page = Files.readString(pages.docs().resolve("handlers-and-filters.md"));

        assertThat(OnChange.class.getDeclaredMethods())
                .allSatisfy(attribute -> assertThat(page).contains("\n| `" + attribute.getName() + "` |"));
        assertThat(Retry.class.getDeclaredMethods())
                .allSatisfy(attribute -> assertThat(page).contains("`" + attribute.getName() + "`"));
    }

    @Test
    void the_list_of_meters_is_what_a_registry_has() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
        try (Ledger ledger = new Ledger()) {
            ledger.insert("documents", 1);
            Indexing indexing = new Indexing();
            try (ChangeListeners listeners = ledger.builder()
                            .handlers(new Handler(), indexing)
                            .interceptor(new HandlerObservations(observations))
                            .start();
                    ListenersMeters meters = new ListenersMeters(listeners)) {
                meters.bindTo(registry);
                ledger.insert("items", 1);
                await().until(() -> registry.find("onchange.handler").timer() != null);

                String page = meters(registry);
                indexing.done.countDown();

                compare("meters.md", page);
            }
        }
    }

    private static String meters(SimpleMeterRegistry registry) {
        StringBuilder page = new StringBuilder("""
                # Meters

                How to bind them is in [Operations](operations.md#metrics-and-traces); Spring Boot binds them by itself.

                | meter | kind | unit | tags | meaning |
                |---|---|---|---|---|
                """);
        Map<String, List<Meter.Id>> byName = registry.getMeters().stream()
                .map(Meter::getId)
                .collect(Collectors.groupingBy(Meter.Id::getName, TreeMap::new, Collectors.toList()));
        byName.forEach((name, ids) -> page.append(row(
                "`" + name + "`",
                ids.get(0).getType().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                Objects.requireNonNullElse(ids.get(0).getBaseUnit(), ""),
                ids.stream()
                        .flatMap(id -> id.getTags().stream())
                        .map(Tag::getKey)
                        .distinct()
                        .sorted()
                        .map(key -> "`" + key + "`")
                        .collect(Collectors.joining(" ")),
                Objects.requireNonNullElse(ids.get(0).getDescription(), ""))));
        return page.toString();
    }

    static final class Handler {

        @OnChange(collection = "items")
        void changed(ChangeEvent<Document> change) {}
    }

    /** Whose snapshot is under way until it is told. */
    static final class Indexing {

        final CountDownLatch done = new CountDownLatch(1);

        @OnChange(collection = "documents", startFrom = StartFrom.SNAPSHOT)
        void index(ChangeEvent<Document> change) throws InterruptedException {
            done.await();
        }
    }

    private static String row(String... cells) {
        return Stream.of(cells).map(GeneratedPagesTest::escaped).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }

    private void compare(String name, String generated) throws IOException {
        Path page = pages.docs().resolve(name);
        if ("write".equals(System.getProperty("pages"))) {
            Files.writeString(page, generated);
        }
        assertThat(page)
                .as("make it anew: mvn test -pl core -am -Dtest=GeneratedPagesTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dpages=write")
                .hasContent(generated);
    }
}

package dev.onchange.engine.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.engine.timing.Timing;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.plugin.Plugin;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.PluginStatus;
import dev.onchange.status.StreamStatus;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@OnChangeTest
class PluginsTest {

    private static final Timing TIMING = Timing.onSharedSchedulers(Clock.systemUTC(), new Random(7));

    @TempDir
    Path directory;

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Seen seen = new Seen();

    @Test
    void a_jar_that_comes_is_added_one_that_changes_replaced_and_one_that_goes_removed() throws IOException {
        ChangeListeners listeners = start();
        Path jar = directory.resolve("stock.jar");

        stock("one").writeTo(jar);
        await().until(() -> active("stock"));
        insert(1);
        listening.awaitIdle();
        stock("second").writeTo(jar);
        await().until(() ->
                !listening.events(ListenerEvent.PluginReplaced.class).isEmpty());
        insert(2);
        listening.awaitIdle();
        Files.delete(jar);
        await().until(() -> listeners.status().plugins().isEmpty());

        assertThat(seen.told).containsExactly("one 1", "second 2");
        assertThat(listeners.status().handlers()).isEmpty();
        assertThat(listening.events(ListenerEvent.PluginRemoved.class))
                .containsExactly(new ListenerEvent.PluginRemoved("stock"));
    }

    @Test
    void jars_that_are_there_at_the_start_listen_when_it_returns_and_say_where_handlers_are_from() {
        stock("one").writeTo(directory.resolve("stock.jar"));

        ChangeListeners listeners = start();
        insert(1);
        listening.awaitIdle();

        assertThat(seen.told).containsExactly("one 1");
        assertThat(listeners.plugins().status())
                .containsExactly(new PluginStatus("stock", PluginStatus.Phase.ACTIVE, List.of("stock"), null));
        assertThat(listeners.status().pluginOf("stock"))
                .hasValueSatisfying(plugin -> assertThat(plugin.name()).isEqualTo("stock"));
    }

    @Test
    void a_plug_in_that_comes_back_goes_on_where_it_was() {
        ChangeListeners listeners = start();
        Path jar = stock("one").writeTo(directory.resolveSibling("elsewhere").resolve("stock.jar"));
        listeners.plugins().add(jar);
        insert(1);
        listening.awaitIdle();
        listeners.plugins().remove("stock");
        insert(2);

        listeners.plugins().add(jar);
        listening.awaitIdle();

        assertThat(seen.told).containsExactly("one 1", "one 2");
    }

    @Test
    void a_plug_in_that_is_removed_finishes_what_is_in_flight() {
        ChangeListeners listeners = start();
        Path jar = new Jar()
                .source("acme.Slow", """
                    package acme;

                    record Slow(dev.onchange.engine.plugin.Seen seen) {

                        @jakarta.inject.Inject
                        Slow {}

                        @dev.onchange.OnChange(id = "slow", collection = "stock", operation = "insert")
                        void arrived(org.bson.Document document) throws InterruptedException {
                            seen.tellAndWait("begun " + document.get("_id"));
                            seen.tell("done " + document.get("_id"));
                        }
                    }
                    """)
                .writeTo(directory.resolveSibling("slow").resolve("slow.jar"));
        listeners.plugins().add(jar);
        insert(1);
        await().until(() -> seen.told.contains("begun 1"));

        CompletableFuture<Void> removal =
                CompletableFuture.runAsync(() -> listeners.plugins().remove("slow"));
        await().until(() -> listeners.status().streams().isEmpty()
                || listeners.status().streams().get(0).phase() == StreamStatus.Phase.CLOSED);
        assertThat(removal).isNotDone();
        seen.go.countDown();
        removal.join();
        listeners.plugins().add(jar);
        listening.awaitIdle();

        assertThat(seen.told).containsExactly("begun 1", "done 1");
    }

    @Test
    void nothing_is_lost_or_repeated_when_a_plug_in_is_replaced_while_events_flow() {
        List<Path> versions = IntStream.range(0, 4)
                .mapToObj(i -> stock("v" + i)
                        .writeTo(directory.resolveSibling("version" + i).resolve("stock.jar")))
                .toList();
        ChangeListeners listeners = start();
        listeners.plugins().add(versions.get(0));
        AtomicBoolean enough = new AtomicBoolean();
        Mono<Integer> writing = Flux.range(0, Integer.MAX_VALUE)
                .concatMap(id -> Mono.from(database.getCollection("stock").insertOne(new Document("_id", id)))
                        .thenReturn(id))
                .takeUntil(id -> enough.get())
                .last()
                .cache();
        writing.subscribe();

        for (Path version : versions.subList(1, 4)) {
            int handled = seen.told.size();
            await().until(() -> seen.told.size() > handled);
            listeners.plugins().replace(version);
        }
        await().until(() -> seen.told.stream().anyMatch(told -> told.startsWith("v3")));
        enough.set(true);
        int last = writing.block(Duration.ofSeconds(30));
        listening.awaitIdle();

        assertThat(seen.told.stream().map(told -> told.split(" ")[1]).map(Integer::valueOf))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(0, last).boxed().toList());
        assertThat(seen.told.stream().map(told -> told.split(" ")[0]).distinct())
                .containsExactly("v0", "v1", "v2", "v3");
    }

    /** Without the recorder, which keeps the exceptions of handlers, and with them their classes. */
    @Test
    void the_classes_of_a_plug_in_are_collected_once_it_was_replaced_or_removed(LocalMongo mongo) {
        Path jar = directory.resolveSibling("collected").resolve("stock.jar");
        try (ChangeListeners listeners = ChangeListeners.builder(mongo.connectionString())
                .database(database.getName())
                .stateDatabase(database.getName() + "_state")
                .maxAwaitTime(Duration.ofMillis(50))
                .plugins(directory, seen)
                .start()) {
            listeners.plugins().add(stock("one").writeTo(jar));
            insert(1);
            listening.run(database.getCollection("stock").insertOne(new Document("_id", 2).append("fail", true)));
            await().until(() -> seen.told.size() == 3);
            listeners.plugins().replace(stock("second").writeTo(jar));
            insert(3);
            await().until(() -> seen.told.size() == 4);
            assertThat(seen.told).containsExactlyInAnyOrder("one 1", "one fails", "one fails", "second 3");
            // Handler and payload of each version, and the exception of one.
            assertThat(seen.classes).hasSize(5);

            listeners.plugins().remove("stock");

            await().untilAsserted(() -> {
                System.gc();
                assertThat(seen.classes).extracting(WeakReference::get).containsOnlyNulls();
            });
        }
    }

    @Test
    void the_classes_of_a_plug_in_are_collected_though_its_stream_goes_on(LocalMongo mongo) {
        Path jar = stock("one").writeTo(directory.resolveSibling("leaving").resolve("stock.jar"));
        try (ChangeListeners listeners = ChangeListeners.builder(mongo.connectionString())
                .database(database.getName())
                .stateDatabase(database.getName() + "_state")
                .maxAwaitTime(Duration.ofMillis(50))
                .handlers(new Resident(new Seen()))
                .plugins(directory, seen)
                .start()) {
            listeners.plugins().add(jar);
            assertCollected(listeners, 1);
            // With a position: the stream that begins there is made for both handlers.
            listeners.plugins().add(jar);
            assertCollected(listeners, 2);
        }
    }

    private void assertCollected(ChangeListeners listeners, int id) {
        insert(id);
        await().until(() -> seen.told.contains("one " + id));
        assertThat(listeners.plan().streams()).hasSize(1);

        listeners.plugins().remove("stock");

        await().untilAsserted(() -> {
            System.gc();
            assertThat(seen.classes).extracting(WeakReference::get).containsOnlyNulls();
        });
    }

    @Test
    void broken_plug_ins_are_refused_with_a_reason_and_harm_no_other() throws IOException {
        stock("one").writeTo(directory.resolve("stock.jar"));
        Files.writeString(directory.resolve("text.jar"), "this is no jar");
        new Jar().source("acme.Plain", "package acme; class Plain {}").writeTo(directory.resolve("plain.jar"));
        handler("wrong", "match = \"{ qty: { $less: 10 } }\"", "").writeTo(directory.resolve("wrong.jar"));
        handler("throwing", "id = \"throwing\"", "Handler() { throw new IllegalStateException(\"no luck\"); }")
                .writeTo(directory.resolve("throwing.jar"));
        Path needed = new Jar()
                .source("acme.needed.Base", "package acme.needed; public class Base {}")
                .writeTo(directory.resolveSibling("needed").resolve("needed.jar"));
        new Jar()
                .compiledAgainst(needed)
                .source(
                        "acme.lacking.Handler",
                        "package acme.lacking; class Handler extends acme.needed.Base {"
                                + " @dev.onchange.OnChange(collection = \"stock\") void on(org.bson.Document d) {} }")
                .writeTo(directory.resolve("lacking.jar"));

        ChangeListeners listeners = start();
        insert(1);
        listening.awaitIdle();

        assertThat(seen.told).containsExactly("one 1");
        assertThat(refusal(listeners, "text")).isEqualTo(ProblemCode.PLUGIN_UNUSABLE);
        assertThat(refusal(listeners, "plain")).isEqualTo(ProblemCode.NO_HANDLERS);
        assertThat(refusal(listeners, "wrong")).isEqualTo(ProblemCode.INVALID_MATCH);
        assertThat(refusal(listeners, "throwing")).isEqualTo(ProblemCode.OBJECT_NOT_SUPPLIED);
        assertThat(refusal(listeners, "lacking")).isEqualTo(ProblemCode.CLASS_NOT_READABLE);
        assertThat(listening.events(ListenerEvent.PluginRefused.class)).hasSize(5);
        assertThat(listeners.status().handlers()).hasSize(1);
    }

    @Test
    void whatever_the_code_of_a_plug_in_throws_harms_no_other() {
        stock("one").writeTo(directory.resolve("stock.jar"));
        service("asserting", "throw new AssertionError(\"no luck\");").writeTo(directory.resolve("asserting.jar"));
        service("overflowing", "return handlers(context);").writeTo(directory.resolve("overflowing.jar"));
        service("unspeakable", "throw new Error() { public String toString() { throw this; } };")
                .writeTo(directory.resolve("unspeakable.jar"));
        handler("initializing", "id = \"initializing\"", "static { if (true) throw new AssertionError(); }")
                .writeTo(directory.resolve("initializing.jar"));
        handler("constructing", "id = \"constructing\"", "{ if (true) throw new AssertionError(\"no luck\"); }")
                .writeTo(directory.resolve("constructing.jar"));

        ChangeListeners listeners = start();
        insert(1);
        listening.awaitIdle();

        assertThat(seen.told).containsExactly("one 1");
        assertThat(listening.events(ListenerEvent.PluginRefused.class))
                .extracting(ListenerEvent.PluginRefused::plugin)
                .containsExactlyInAnyOrder("asserting", "overflowing", "unspeakable", "initializing", "constructing");
        assertThat(refusal(listeners, "asserting")).isEqualTo(ProblemCode.PLUGIN_UNUSABLE);
        assertThat(refusal(listeners, "overflowing")).isEqualTo(ProblemCode.PLUGIN_UNUSABLE);
        assertThat(refusal(listeners, "unspeakable")).isEqualTo(ProblemCode.PLUGIN_UNUSABLE);
    }

    @Test
    void plug_ins_go_on_while_their_folder_is_missing() throws IOException {
        stock("one").writeTo(directory.resolve("stock.jar"));
        ChangeListeners listeners = start();
        Path jars = directory.resolveSibling(directory.getFileName() + "-moved");
        try (PluginDirectory looked =
                new PluginDirectory(directory.resolve("share"), listeners.plugins(), Duration.ofMinutes(1), TIMING)) {
            Files.createDirectories(directory.resolve("share"));
            handler("shared", "id = \"shared\"", "")
                    .writeTo(directory.resolve("share").resolve("shared.jar"));
            looked.look();
            looked.look();
            assertThat(active("shared")).isTrue();

            Files.move(directory.resolve("share"), jars);
            looked.look();
            looked.look();
            looked.look();
            assertThat(active("shared")).isTrue();

            Files.move(jars, directory.resolve("share"));
            Files.delete(directory.resolve("share").resolve("shared.jar"));
            looked.look();
            looked.look();
            assertThat(listeners.plugins().status())
                    .extracting(PluginStatus::name)
                    .containsExactly("stock");
        }
        assertThat(listening.events(ListenerEvent.PluginReplaced.class)).isEmpty();
    }

    @Test
    void jars_that_come_or_go_while_the_server_is_away_are_noticed_when_it_is_back() throws IOException {
        handler("first", "id = \"first\"", "").writeTo(directory.resolve("first.jar"));
        List<ListenerEvent> events = new CopyOnWriteArrayList<>();
        try (LocalMongo mongo = LocalMongo.start();
                ChangeListeners listeners = ChangeListeners.builder(impatient(mongo))
                        .database("shop")
                        .plugins(directory)
                        .listener(events::add)
                        .stopTimeout(Duration.ofMillis(100))
                        .start()) {
            assertThat(listeners.plugins().status())
                    .extracting(PluginStatus::name)
                    .containsExactly("first");

            mongo.primary().kill();
            Files.delete(directory.resolve("first.jar"));
            handler("second", "id = \"second\"", "").writeTo(directory.resolve("second.jar"));
            await().until(() -> events.stream()
                    .anyMatch(event -> event instanceof ListenerEvent.PluginRefused refused
                            && refused.plugin().equals("second")));
            mongo.nodes().get(0).restart();

            await().untilAsserted(() -> assertThat(listeners.plugins().status())
                    .containsExactly(new PluginStatus("second", PluginStatus.Phase.ACTIVE, List.of("second"), null)));
            assertThat(events.stream().filter(ListenerEvent.PluginRefused.class::isInstance))
                    .hasSize(1);
        }
    }

    private static MongoClientSettings impatient(LocalMongo mongo) {
        return MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(mongo.connectionString()))
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(300, TimeUnit.MILLISECONDS))
                .applyToServerSettings(server -> server.heartbeatFrequency(500, TimeUnit.MILLISECONDS))
                .build();
    }

    @Test
    void a_newer_version_that_is_broken_is_refused_and_the_one_before_goes_on() {
        ChangeListeners listeners = start();
        Path jar = directory.resolveSibling("newer").resolve("stock.jar");
        listeners.plugins().add(stock("one").writeTo(jar));

        assertThatThrownBy(() -> listeners
                        .plugins()
                        .replace(handler("stock", "match = \"{ $nonsense: 1 }\"", "")
                                .writeTo(jar)))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining(ProblemCode.INVALID_MATCH.id());
        insert(1);
        listening.awaitIdle();

        assertThat(seen.told).containsExactly("one 1");
        assertThat(listeners.plugins().status()).singleElement().satisfies(plugin -> {
            assertThat(plugin.phase()).isEqualTo(PluginStatus.Phase.OUTDATED);
            assertThat(plugin.handlerIds()).containsExactly("stock");
            assertThat(plugin.refusal()).hasMessageContaining(ProblemCode.INVALID_MATCH.id());
        });
    }

    @Test
    void two_plug_ins_with_one_handler_id_are_told_by_name_and_the_second_is_taken_when_the_first_goes()
            throws IOException {
        stock("one").writeTo(directory.resolve("first.jar"));
        ChangeListeners listeners = start();
        stock("other").writeTo(directory.resolve("second.jar"));

        await().until(() -> !listening.events(ListenerEvent.PluginRefused.class).isEmpty());
        assertThat(listening.events(ListenerEvent.PluginRefused.class).get(0).failure())
                .hasMessageContaining(ProblemCode.DUPLICATE_ID.id())
                .hasMessageContaining("acme.Stock#arrived(Item) of plug-in first")
                .hasMessageContaining("acme.Stock#arrived(Item) of plug-in second");
        insert(1);
        listening.awaitIdle();
        Files.delete(directory.resolve("first.jar"));
        await().until(() -> active("second"));
        insert(2);
        listening.awaitIdle();

        assertThat(seen.told).containsExactly("one 1", "other 2");
        assertThat(listeners.plugins().status()).extracting(PluginStatus::name).containsExactly("second");
    }

    @Test
    void a_jar_that_is_still_being_written_is_left_alone() throws IOException {
        ChangeListeners listeners = start();
        byte[] whole = stock("one").bytes();
        Path jar = directory.resolveSibling("slowly").resolve("stock.jar");
        Files.createDirectories(jar.getParent());
        try (PluginDirectory slowly =
                new PluginDirectory(jar.getParent(), listeners.plugins(), Duration.ofMinutes(1), TIMING)) {

            Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
            assertThat(slowly.look()).isFalse();
            Files.write(jar, whole);
            assertThat(slowly.look()).isFalse();
            assertThat(listeners.plugins().status()).isEmpty();

            assertThat(slowly.look()).isTrue();
            assertThat(active("stock")).isTrue();
        }
        assertThat(listening.events(ListenerEvent.PluginRefused.class)).isEmpty();
    }

    @Test
    void services_make_handlers_with_what_is_in_the_jar_and_beside_it_and_are_closed_with_the_plug_in() {
        Path jar = politeJar();
        ChangeListeners listeners = start();

        listeners.plugins().add(jar);
        insert(1);
        listening.awaitIdle();
        listeners.plugins().remove("polite");

        assertThat(listening.run(database.getCollection("greetings").find())).isEqualTo(new Document("_id", "hello 1"));
        assertThat(System.clearProperty("acme.polite")).isEqualTo("bye");
        assertThat(seen.told).containsExactly("asked polite");
    }

    @Test
    void what_a_plug_in_does_finds_its_services_by_the_context_class_loader_and_what_others_do_does_not() {
        Resident resident = new Resident(seen);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        ChangeListeners listeners = listening.start(listening
                .builder(resident)
                .plugins(directory, seen)
                .executor(thread)
                .interceptor(call -> {
                    Publisher<?> end = call.proceed();
                    return end == null ? null : Flux.from(end).doOnComplete(() -> seen.tell("waiting " + context()));
                }));

        listeners
                .plugins()
                .add(speaking().writeTo(directory.resolveSibling("speaking").resolve("speaking.jar")));
        insert(1);
        listening.awaitIdle();
        insert(2);
        listening.awaitIdle();
        listeners.plugins().remove("speaking");

        assertThat(seen.told)
                .containsExactlyInAnyOrder(
                        "made found",
                        "called found",
                        "subscribed found",
                        "waiting " + context(),
                        "called found",
                        "subscribed found",
                        "waiting " + context(),
                        "other " + context(),
                        "other " + context(),
                        "closed found");
        assertThat(System.clearProperty("acme.speaker")).isEqualTo("begun found, ended found");
        thread.shutdown();
    }

    @Test
    void what_was_handed_over_stays_open_when_a_plug_in_that_asked_for_it_goes() {
        Jar jar = new Jar().service(Plugin.class, "acme.Asking").source("acme.Asking", """
            package acme;

            public class Asking implements dev.onchange.plugin.Plugin {

                public java.util.Collection<?> handlers(dev.onchange.plugin.PluginContext context) {
                    context.get(com.mongodb.reactivestreams.client.MongoClient.class);
                    return java.util.List.of(context.get(Made.class));
                }

                record Made(dev.onchange.engine.plugin.Seen seen) implements AutoCloseable {

                    @jakarta.inject.Inject
                    Made {}

                    @dev.onchange.OnChange(id = "made", collection = "stock")
                    void on(org.bson.Document document) {}

                    public void close() {
                        seen.tell("closed");
                    }
                }
            }
            """);
        ChangeListeners listeners = start();

        listeners.plugins().add(jar.writeTo(directory.resolveSibling("asking").resolve("asking.jar")));
        listeners.plugins().remove("asking");

        assertThat(seen.told).containsExactly("closed");
        assertThat(listening.run(listeners.client().getDatabase("admin").runCommand(new Document("ping", 1))))
                .containsEntry("ok", 1.0);
    }

    @Test
    void what_cannot_be_done_by_name_is_refused() {
        ChangeListeners listeners = start();
        Path jar = stock("one").writeTo(directory.resolveSibling("named").resolve("stock.jar"));

        assertThatThrownBy(() -> listeners.plugins().replace(jar)).hasMessageContaining("ONC-1602 plug-in stock");
        assertThatThrownBy(() -> listeners.plugins().remove("stock")).hasMessageContaining("ONC-1602 plug-in stock");
        listeners.plugins().add(jar);
        assertThatThrownBy(() -> listeners.plugins().add(jar)).hasMessageContaining("there is a plug-in of this name");
        assertThatThrownBy(() -> listeners.plugins().add(directory.resolve("nowhere.jar")))
                .hasMessageContaining("ONC-1601 plug-in nowhere");
    }

    private ChangeListeners start() {
        return listening.start(listening.builder().plugins(directory, seen));
    }

    private static @Nullable String context() {
        return Thread.currentThread().getContextClassLoader().getName();
    }

    private boolean active(String plugin) {
        return listening.listeners().plugins().status().stream()
                .anyMatch(each -> each.name().equals(plugin) && each.phase() == PluginStatus.Phase.ACTIVE);
    }

    private static ProblemCode refusal(ChangeListeners listeners, String plugin) {
        PluginStatus status = listeners.plugins().status().stream()
                .filter(each -> each.name().equals(plugin))
                .findFirst()
                .orElseThrow();
        assertThat(status.phase()).isEqualTo(PluginStatus.Phase.REFUSED);
        List<Problem> problems = ((OnChangeException) status.refusal()).problems();
        assertThat(problems).hasSize(1);
        return problems.get(0).code();
    }

    private void insert(int id) {
        listening.run(database.getCollection("stock").insertOne(new Document("_id", id)));
    }

    /** A handler with a payload type, an exception type and a dependency of its own. */
    private static Jar stock(String version) {
        return new Jar()
                .source("acme.Item", "package acme; public record Item(int _id, Boolean fail) {}")
                .source("acme.Broken", "package acme; public class Broken extends RuntimeException {}")
                .source("acme.Stock", """
                    package acme;

                    import dev.onchange.OnChange;
                    import dev.onchange.Retry;
                    import dev.onchange.engine.plugin.Seen;

                    class Stock {

                        private final Seen seen;

                        @jakarta.inject.Inject
                        Stock(Seen seen) {
                            this.seen = seen;
                        }

                        @OnChange(id = "stock", collection = "stock", operation = "insert",
                                retry = @Retry(attempts = 2, backoff = "1ms"))
                        void arrived(Item item) {
                            seen.remember(getClass());
                            seen.remember(Item.class);
                            if (item.fail() != null) {
                                seen.remember(Broken.class);
                                seen.tell("VERSION fails");
                                throw new Broken();
                            }
                            seen.tell("VERSION " + item._id());
                        }
                    }
                    """.replace("VERSION", version));
    }

    /** A plug-in whose code asks for services of its own jar wherever it is called. */
    private static Jar speaking() {
        return tongue().source("acme.Speaker", speaker())
                .service(Plugin.class, "acme.Service")
                .source("acme.Service", speakingService());
    }

    private static Jar tongue() {
        return new Jar()
                .entry("META-INF/services/acme.Tongue", "acme.Polish".getBytes(StandardCharsets.UTF_8))
                .source("acme.Tongue", """
                    package acme;

                    public interface Tongue {
                        static String found() {
                            return java.util.ServiceLoader.load(Tongue.class).findFirst().isPresent() ? "found" : "lost";
                        }
                    }
                    """)
                .source("acme.Polish", "package acme; public class Polish implements Tongue {}");
    }

    private static String speaker() {
        return """
            package acme;

            import dev.onchange.OnChange;
            import reactor.core.publisher.Mono;

            class Speaker implements AutoCloseable {

                private final dev.onchange.engine.plugin.Seen seen;

                @jakarta.inject.Inject
                Speaker(dev.onchange.engine.plugin.Seen seen) {
                    this.seen = seen;
                    seen.tell("made " + Tongue.found());
                }

                @OnChange(id = "speaker", collection = "stock", operation = "insert")
                Mono<Void> arrived(org.bson.Document document) {
                    seen.tell("called " + Tongue.found());
                    return Mono.fromRunnable(() -> seen.tell("subscribed " + Tongue.found()));
                }

                public void close() {
                    seen.tell("closed " + Tongue.found());
                }
            }
            """;
    }

    private static String speakingService() {
        return """
            package acme;

            public class Service implements dev.onchange.plugin.Plugin {

                private String begun = "";

                public java.util.Collection<?> handlers(dev.onchange.plugin.PluginContext context) {
                    begun = "begun " + Tongue.found();
                    return java.util.List.of();
                }

                public void close() {
                    System.setProperty("acme.speaker", begun + ", ended " + Tongue.found());
                }
            }
            """;
    }

    /** A plug-in that needs a jar beside it and one within it. */
    private Path politeJar() {
        Jar greeting = new Jar()
                .source(
                        "acme.greeting.Greeting",
                        "package acme.greeting; public class Greeting { public static String of(Object id)"
                                + " { return \"hello \" + id; } }");
        Jar farewell = new Jar()
                .source(
                        "acme.farewell.Farewell",
                        "package acme.farewell; public class Farewell { public static String text()"
                                + " { return \"bye\"; } }");
        Path beside = directory.resolveSibling("served").resolve("polite");
        Path first = greeting.writeTo(beside.resolve("greeting.jar"));
        Path second = farewell.writeTo(directory.resolveSibling("other").resolve("farewell.jar"));
        return new Jar()
                .compiledAgainst(first)
                .compiledAgainst(second)
                .entry("lib/farewell.jar", farewell.bytes())
                .service(Plugin.class, "acme.Polite")
                .source("acme.Polite", polite())
                .writeTo(beside.resolveSibling("polite.jar"));
    }

    private static String polite() {
        return """
            package acme;

            public class Polite implements dev.onchange.plugin.Plugin {

                public java.util.Collection<?> handlers(dev.onchange.plugin.PluginContext context) {
                    context.get(dev.onchange.engine.plugin.Seen.class).tell("asked " + context.name());
                    return java.util.List.of(new Greeter(context.database()));
                }

                public void close() {
                    System.setProperty("acme.polite", acme.farewell.Farewell.text());
                }

                static class Greeter {
                    private final com.mongodb.reactivestreams.client.MongoDatabase database;

                    Greeter(com.mongodb.reactivestreams.client.MongoDatabase database) {
                        this.database = database;
                    }

                    @dev.onchange.OnChange(collection = "stock", operation = "insert")
                    org.reactivestreams.Publisher<?> on(dev.onchange.ChangeEvent<org.bson.Document> change) {
                        return database.getCollection("greetings").insertOne(
                                new org.bson.Document("_id", acme.greeting.Greeting.of(
                                        change.fullDocument().get("_id"))));
                    }
                }
            }
            """;
    }

    /** A plug-in that makes its handlers itself. */
    private static Jar service(String name, String handlers) {
        return new Jar()
                .service(Plugin.class, "acme." + name + ".Service")
                .source(
                        "acme." + name + ".Service",
                        "package acme." + name + "; public class Service implements dev.onchange.plugin.Plugin {"
                                + " public java.util.Collection<?>"
                                + " handlers(dev.onchange.plugin.PluginContext context) { "
                                + handlers + " } }");
    }

    private static Jar handler(String name, String attribute, String constructor) {
        return new Jar()
                .source(
                        "acme." + name + ".Handler",
                        "package acme." + name + "; class Handler { " + constructor
                                + " @dev.onchange.OnChange(collection = \"stock\", " + attribute + ")"
                                + " void on(org.bson.Document document) {} }");
    }

    record Resident(Seen seen) {

        @OnChange(id = "resident", collection = "stock", operation = "insert")
        void arrived(Document document) {
            seen.tell("other " + context());
        }
    }
}

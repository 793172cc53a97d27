package dev.onchange.engine.scan;

import static dev.onchange.engine.scan.ScanFixture.handlerOf;
import static dev.onchange.engine.scan.ScanFixture.problemOf;
import static dev.onchange.engine.scan.ScanFixture.scan;
import static dev.onchange.engine.scan.ScanFixture.scanner;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.ChangeEvent;
import dev.onchange.Exhausted;
import dev.onchange.FailureRules;
import dev.onchange.OnChange;
import dev.onchange.Ordering;
import dev.onchange.Retry;
import dev.onchange.Scope;
import dev.onchange.StartFrom;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class HandlerScannerTest {

    @Test
    void attributes_that_are_not_written_have_the_defaults_of_the_annotation() {
        HandlerSpec handler = handlerOf(Plain.class);

        assertThat(handler.id()).isEqualTo(Plain.class.getName() + "#on");
        assertThat(handler.where()).isEqualTo(Plain.class.getName() + "#on");
        assertThat(handler.watched()).isEqualTo(new WatchedScope(Scope.DATABASE, "shop", ""));
        assertThat(handler.operations()).isEmpty();
        assertThat(handler.match()).isEmpty();
        assertThat(handler.pipeline()).isEmpty();
        assertThat(handler.documents())
                .isEqualTo(new DocumentOptions(FullDocument.DEFAULT, FullDocumentBeforeChange.DEFAULT, false));
        assertThat(handler.payload()).isEqualTo(Document.class);
        assertThat(handler.ordering()).isEqualTo(Ordering.BY_KEY);
        assertThat(handler.concurrency()).isEqualTo(1);
        assertThat(handler.retry().attempts()).isEqualTo(5);
        assertThat(handler.retry().backoff()).isEqualTo(Duration.ofMillis(100));
        assertThat(handler.retry().maxBackoff()).isEqualTo(Duration.ofSeconds(30));
        assertThat(handler.exhausted()).isEqualTo(Exhausted.DEAD_LETTER);
        assertThat(handler.startFrom()).isEqualTo(StartFrom.NOW);
        assertThat(handler.transactional()).isFalse();
        assertThat(handler.foundBy()).isEqualTo(FoundBy.TYPE);
    }

    @Test
    void everything_that_is_written_is_taken_over() {
        HandlerSpec handler = handlerOf(Full.class);

        assertThat(handler.id()).isEqualTo("audit");
        assertThat(handler.watched()).isEqualTo(new WatchedScope(Scope.COLLECTION, "warehouse", "items"));
        assertThat(handler.operations()).containsExactlyInAnyOrder("update", "create");
        assertThat(handler.match()).isEqualTo("{ a: 1 }");
        assertThat(handler.pipeline()).containsExactly("{ $set: { a: 1 } }", "{ $unset: 'b' }");
        assertThat(handler.documents())
                .isEqualTo(new DocumentOptions(FullDocument.WHEN_AVAILABLE, FullDocumentBeforeChange.REQUIRED, true));
        assertThat(handler.payload()).isEqualTo(Item.class);
        assertThat(handler.ordering()).isEqualTo(Ordering.NONE);
        assertThat(handler.concurrency()).isEqualTo(4);
        assertThat(handler.retry().attempts()).isEqualTo(3);
        assertThat(handler.retry().backoff()).isEqualTo(Duration.ofSeconds(1));
        assertThat(handler.retry().multiplier()).isEqualTo(1.5);
        assertThat(handler.retry().maxBackoff()).isEqualTo(Duration.ofMinutes(1));
        assertThat(handler.retry().jitter()).isZero();
        assertThat(handler.retry().rules())
                .isEqualTo(new FailureRules(
                        List.of(IOException.class),
                        List.of(InterruptedException.class),
                        List.of(SecurityException.class)));
        assertThat(handler.exhausted()).isEqualTo(Exhausted.STOP);
        assertThat(handler.startFrom()).isEqualTo(StartFrom.EARLIEST);
        assertThat(handler.transactional()).isTrue();
    }

    @Test
    void the_deployment_is_watched_without_the_default_database() {
        HandlerSpec handler = handlerOf(Everywhere.class);

        assertThat(handler.watched()).isEqualTo(new WatchedScope(Scope.DEPLOYMENT, "", ""));
    }

    @Test
    void a_database_is_missing_if_neither_annotation_nor_listeners_name_one() {
        HandlerScanner scanner = new HandlerScanner(name -> null, "", Instances.ofConstructors());

        ScanResult scanned = scanner.types(Plain.class, Everywhere.class);

        assertThat(scanned.handlers()).hasSize(1);
        assertThat(scanned.problems()).extracting(Problem::code).containsExactly(ProblemCode.MISSING_DATABASE);
    }

    @Test
    void placeholders_are_resolved_in_every_text() {
        Map<String, String> values = Map.of(
                "db",
                "warehouse",
                "ops",
                "insert, update",
                "limit",
                "10",
                "wait",
                "2s",
                "maxWait",
                "PT1M",
                "me",
                "audit");

        ScanResult scanned = scanner(values).types(WithPlaceholders.class);

        assertThat(scanned.problems()).isEmpty();
        HandlerSpec handler = scanned.handlers().get(0);
        assertThat(handler.id()).isEqualTo("audit-1");
        assertThat(handler.watched()).isEqualTo(new WatchedScope(Scope.COLLECTION, "warehouse", "items"));
        assertThat(handler.operations()).containsExactlyInAnyOrder("insert", "update");
        assertThat(handler.match()).isEqualTo("{ qty: { $lt: 10 } }");
        assertThat(handler.pipeline()).containsExactly("{ $set: { qty: 10 } }");
        assertThat(handler.retry().backoff()).isEqualTo(Duration.ofSeconds(2));
        assertThat(handler.retry().maxBackoff()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void every_placeholder_without_a_value_is_said_and_nothing_that_follows_from_it() {
        ScanResult scanned = scan(WithPlaceholders.class);

        assertThat(scanned.handlers()).isEmpty();
        assertThat(scanned.problems()).extracting(Problem::code).containsOnly(ProblemCode.UNKNOWN_PLACEHOLDER);
        assertThat(scanned.problems())
                .extracting(Problem::where)
                .containsExactlyInAnyOrder(
                        WithPlaceholders.class.getName() + "#on @OnChange(id)",
                        WithPlaceholders.class.getName() + "#on @OnChange(database)",
                        WithPlaceholders.class.getName() + "#on @OnChange(operation)",
                        WithPlaceholders.class.getName() + "#on @OnChange(match)",
                        WithPlaceholders.class.getName() + "#on @OnChange(pipeline)",
                        WithPlaceholders.class.getName() + "#on @OnChange(retry.backoff)",
                        WithPlaceholders.class.getName() + "#on @OnChange(retry.maxBackoff)");
    }

    @Test
    void all_faults_of_all_methods_are_reported_together() {
        ScanResult scanned = scan(Faulty.class, Plain.class);

        assertThat(scanned.handlers()).hasSize(1);
        assertThat(scanned.problems())
                .extracting(Problem::code)
                .containsExactlyInAnyOrder(
                        ProblemCode.OBJECT_NOT_SUPPLIED,
                        ProblemCode.UNKNOWN_OPERATION,
                        ProblemCode.INVALID_ATTRIBUTE,
                        ProblemCode.HANDLER_NOT_INVOCABLE,
                        ProblemCode.UNSUPPLIED_PARAMETER,
                        ProblemCode.HANDLER_NOT_INVOCABLE);
    }

    @Test
    void a_class_that_cannot_be_built_is_a_problem_at_its_methods() {
        Problem problem = problemOf(NeedsMore.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.OBJECT_NOT_SUPPLIED);
        assertThat(problem.where()).isEqualTo(NeedsMore.class.getName() + "#on");
        assertThat(problem.what()).contains("constructor");
    }

    @Test
    void a_class_that_cannot_be_built_is_none_if_its_object_is_handed_over() {
        NeedsMore object = new NeedsMore("more");

        ScanResult scanned = scanner(Map.of()).objects(object);

        assertThat(scanned.problems()).isEmpty();
        HandlerSpec handler = scanned.handlers().get(0);
        assertThat(handler.foundBy()).isEqualTo(FoundBy.OBJECT);
        assertThat(handler.target())
                .isInstanceOfSatisfying(
                        HandlerTarget.OfMethod.class,
                        target -> assertThat(target.instance()).isSameAs(object));
    }

    @Test
    void what_a_container_says_about_a_class_it_does_not_supply_is_passed_on() {
        HandlerScanner scanner = new HandlerScanner(name -> null, "shop", new Instances() {
            @Override
            public Object instanceOf(Class<?> type) {
                return providerOf(type).get();
            }

            @Override
            public <T> jakarta.inject.Provider<? extends T> providerOf(Class<T> type) {
                throw new IllegalStateException("no such bean");
            }
        });

        ScanResult scanned = scanner.types(Plain.class);

        assertThat(scanned.problems()).hasSize(1);
        assertThat(scanned.problems().get(0).what()).contains("no such bean");
    }

    @Test
    void a_class_without_handlers_is_a_problem() {
        Problem problem = problemOf(Item.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.NO_HANDLERS);
        assertThat(problem.where()).isEqualTo(Item.class.getName());
    }

    @Test
    void a_class_handed_over_in_place_of_an_object_is_to_be_supplied() {
        ScanResult scanned = scanner(Map.of()).objects(Plain.class);

        assertThat(scanned.problems()).isEmpty();
        assertThat(scanned.handlers()).hasSize(1);
    }

    @Test
    void a_method_that_has_been_found_can_be_called_though_it_is_package_private() throws Exception {
        HandlerTarget.OfMethod target =
                (HandlerTarget.OfMethod) handlerOf(Plain.class).target();

        Object returned = target.method().invoke(new Plain(), new Object[] {null});

        assertThat(returned).isEqualTo("called");
    }

    record Item(String name) {}

    static class Plain {
        @OnChange
        String on(ChangeEvent<?> event) {
            return "called";
        }
    }

    static class Full {
        @OnChange(
                id = "audit",
                database = "warehouse",
                collection = "items",
                scope = Scope.COLLECTION,
                operation = {"update", "create"},
                match = "{ a: 1 }",
                pipeline = {"{ $set: { a: 1 } }", "{ $unset: 'b' }"},
                fullDocument = FullDocument.WHEN_AVAILABLE,
                fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED,
                expandedEvents = true,
                payload = Item.class,
                ordering = Ordering.NONE,
                concurrency = 4,
                retry =
                        @Retry(
                                attempts = 3,
                                backoff = "1s",
                                multiplier = 1.5,
                                maxBackoff = "1m",
                                jitter = 0,
                                on = IOException.class,
                                except = InterruptedException.class,
                                stopOn = SecurityException.class),
                exhausted = Exhausted.STOP,
                startFrom = StartFrom.EARLIEST,
                transactional = true)
        void on(ChangeEvent<?> event, ClientSession session) {}
    }

    static class Everywhere {
        @OnChange(scope = Scope.DEPLOYMENT)
        void on(ChangeEvent<?> event) {}
    }

    static class WithPlaceholders {
        @OnChange(
                id = "${me}-1",
                database = "${db}",
                collection = "${collection:items}",
                operation = "${ops}",
                match = "{ qty: { $lt: ${limit} } }",
                pipeline = "{ $set: { qty: ${limit} } }",
                retry = @Retry(backoff = "${wait}", maxBackoff = "${maxWait}"))
        void on(ChangeEvent<?> event) {}
    }

    abstract static class Faulty {
        @OnChange(operation = "updaet", concurrency = 0)
        private void several(String text) {}

        @OnChange
        static void ofClass() {}
    }

    static class NeedsMore {
        NeedsMore(String more) {}

        @OnChange
        void on(ChangeEvent<?> event) {}
    }
}

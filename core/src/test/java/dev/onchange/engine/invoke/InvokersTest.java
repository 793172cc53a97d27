package dev.onchange.engine.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChangeException;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.decode.EventDecoder;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.inject.Instances;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Provider;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class InvokersTest {

    private static final Attempt FIRST = new Attempt(1, 5, Instant.EPOCH, null);
    private static final String INSERT = """
            {_id: {_data: '82'}, operationType: 'insert', ns: {db: 'shop', coll: 'items'}, documentKey: {_id: 1},
             fullDocument: {_id: 1, sku: 'a', qty: 3}}""";
    private static final String UPDATE = """
            {_id: {_data: '83'}, operationType: 'update', ns: {db: 'shop', coll: 'items'}, documentKey: {_id: 1},
             updateDescription: {updatedFields: {qty: 2}, removedFields: [], truncatedArrays: []}}""";
    private static final String DELETE = """
            {_id: {_data: '84'}, operationType: 'delete', ns: {db: 'shop', coll: 'items'}, documentKey: {_id: 1}}""";

    private final EventDecoder decoder = new EventDecoder(MongoClientSettings.getDefaultCodecRegistry());

    public record Item(String sku, int qty) {}

    interface Ordering {
        void ordered(Item item);
    }

    static class Orders implements Ordering {
        @Override
        public void ordered(Item item) {
            throw new UnsupportedOperationException("only the proxy is called");
        }

        void notInTheInterface(Item item) {}
    }

    static class Shop {
        final List<Object> received = new ArrayList<>();

        void event(ChangeEvent<Item> change) {
            received.add(change);
        }

        void payload(Item item) {
            received.add(item == null ? "null" : item);
        }

        void everything(
                Attempt attempt,
                UpdateDescription update,
                Item item,
                ClientSession session,
                ChangeStreamDocument<Item> document,
                ChangeEvent<Item> change) {
            received.addAll(List.of(attempt, item, document, change));
            received.add(update == null ? "no update" : update);
            received.add(session == null ? "no session" : session);
        }

        void update(UpdateDescription update) {
            received.add(update);
        }

        void nothing() {
            received.add("called");
        }

        final void sealed(Item item) {
            received.add(item);
        }

        void failing() throws IOException {
            throw new IOException("disk full");
        }

        void broken() {
            throw new StackOverflowError("deep");
        }
    }

    /** Named as containers name the classes that they generate. */
    static class Shop$$Proxy extends Shop {}

    static class Returning {
        final AtomicInteger subscribed = new AtomicInteger();
        final CompletableFuture<String> future = new CompletableFuture<>();

        Object value() {
            return "ignored";
        }

        int primitive() {
            return 42;
        }

        Mono<Void> mono() {
            return Mono.fromRunnable(subscribed::incrementAndGet);
        }

        Flux<Integer> flux() {
            return Flux.just(1, 2, 3).doOnSubscribe(subscription -> subscribed.incrementAndGet());
        }

        Publisher<Integer> publisher() {
            return flux();
        }

        @Nullable
        Mono<Void> nullMono() {
            return null;
        }

        CompletionStage<String> stage() {
            return future;
        }

        Flow.Publisher<Integer> flow() {
            SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>(Runnable::run, 8);
            publisher.closeExceptionally(new IllegalStateException("flow failed"));
            return publisher;
        }

        Uni<String> uni() {
            return Uni.createFrom().completionStage(future).onSubscription().invoke(subscribed::incrementAndGet);
        }
    }

    @Test
    void an_event_parameter_receives_the_event_with_its_payload_type() throws Throwable {
        Shop shop = new Shop();

        invoke(shop, "event", INSERT);

        ChangeEvent<?> event = (ChangeEvent<?>) shop.received.get(0);
        assertThat(event.operation()).isEqualTo(OperationType.INSERT);
        assertThat(event.fullDocument()).isEqualTo(new Item("a", 3));
    }

    @Test
    void a_payload_parameter_receives_the_full_document() throws Throwable {
        Shop shop = new Shop();

        invoke(shop, "payload", INSERT);

        assertThat(shop.received).containsExactly(new Item("a", 3));
    }

    @Test
    void a_payload_parameter_receives_null_if_the_event_has_no_document() throws Throwable {
        Shop shop = new Shop();

        invoke(shop, "payload", DELETE);

        assertThat(shop.received).containsExactly("null");
    }

    @Test
    void parameters_come_in_any_order() throws Throwable {
        Shop shop = new Shop();

        invoke(shop, "everything", INSERT);

        assertThat(shop.received.subList(0, 2)).containsExactly(FIRST, new Item("a", 3));
        assertThat(((ChangeStreamDocument<?>) shop.received.get(2)).getFullDocument())
                .isEqualTo(new Item("a", 3));
        assertThat(shop.received.get(3)).isInstanceOf(ChangeEvent.class);
        assertThat(shop.received.subList(4, 6)).containsExactly("no update", "no session");
    }

    @Test
    void the_session_of_a_transaction_and_the_attempt_are_handed_on() throws Throwable {
        Shop shop = new Shop();
        try (MongoClient client = MongoClients.create(LocalMongo.shared().connectionString());
                ClientSession session = Mono.from(client.startSession()).block()) {
            Attempt second = new Attempt(2, 5, Instant.EPOCH, new IOException("disk full"));

            new Invokers(refusing(), decoder)
                    .of(Specs.method(shop, "everything"))
                    .invoke(change(INSERT), second, session);

            assertThat(shop.received.get(0)).isSameAs(second);
            assertThat(shop.received.get(5)).isSameAs(session);
        }
    }

    @Test
    void an_update_description_is_handed_on() throws Throwable {
        Shop shop = new Shop();

        invoke(shop, "update", UPDATE);

        assertThat(shop.received)
                .singleElement(InstanceOfAssertFactories.type(UpdateDescription.class))
                .extracting(UpdateDescription::getUpdatedFields)
                .isEqualTo(BsonDocument.parse("{qty: 2}"));
    }

    @Test
    void a_method_without_parameters_is_called() throws Throwable {
        Shop shop = new Shop();

        invoke(shop, "nothing", UPDATE);

        assertThat(shop.received).containsExactly("called");
    }

    @Test
    void a_function_receives_the_event() throws Throwable {
        List<ChangeEvent<?>> received = new ArrayList<>();
        HandlerSpec spec = Specs.spec(
                new HandlerTarget.OfFunction("audit", event -> Mono.fromRunnable(() -> received.add(event))),
                Item.class);

        Publisher<?> completion = new Invokers(refusing(), decoder).of(spec).invoke(change(INSERT), FIRST, null);
        StepVerifier.create(completion).verifyComplete();

        assertThat(received)
                .singleElement()
                .extracting(ChangeEvent::fullDocument)
                .isEqualTo(new Item("a", 3));
    }

    @Test
    void exceptions_and_errors_of_the_handler_arrive_unwrapped() {
        assertThatThrownBy(() -> invoke(new Shop(), "failing", INSERT))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThatThrownBy(() -> invoke(new Shop(), "broken", INSERT)).isExactlyInstanceOf(StackOverflowError.class);
    }

    @Test
    void values_and_null_publishers_leave_nothing_to_wait_for() throws Throwable {
        Returning returning = new Returning();

        assertThat(invoke(returning, "value", INSERT)).isNull();
        assertThat(invoke(returning, "primitive", INSERT)).isNull();
        assertThat(invoke(returning, "nullMono", INSERT)).isNull();
    }

    @Test
    void publishers_are_handed_on_and_not_subscribed_to() throws Throwable {
        Returning returning = new Returning();

        Publisher<?> mono = invoke(returning, "mono", INSERT);
        Publisher<?> flux = invoke(returning, "flux", INSERT);
        Publisher<?> publisher = invoke(returning, "publisher", INSERT);
        int before = returning.subscribed.get();
        StepVerifier.create(mono).verifyComplete();
        StepVerifier.create(flux).expectNextCount(3).verifyComplete();
        StepVerifier.create(publisher).expectNextCount(3).verifyComplete();

        assertThat(before).isZero();
        assertThat(returning.subscribed).hasValue(3);
    }

    @Test
    void a_completion_stage_completes_or_fails_the_change_with_its_own_exception() throws Throwable {
        Returning completing = new Returning();
        Returning failing = new Returning();
        IOException failure = new IOException("disk full");

        completing.future.complete("done");
        failing.future.completeExceptionally(failure);

        StepVerifier.create(invoke(completing, "stage", INSERT))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(invoke(failing, "stage", INSERT))
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(failure));
    }

    @Test
    void cancelling_cancels_the_future() throws Throwable {
        Returning returning = new Returning();

        Disposable waiting = Flux.from(invoke(returning, "stage", INSERT)).subscribe();
        waiting.dispose();

        assertThat(returning.future).isCancelled();
    }

    @Test
    void a_publisher_of_the_jdk_is_waited_for() throws Throwable {
        Publisher<?> completion = invoke(new Returning(), "flow", INSERT);

        StepVerifier.create(completion).verifyErrorMessage("flow failed");
    }

    @Test
    void a_uni_of_mutiny_is_subscribed_to_once_and_fails_or_is_cancelled_with_the_change() throws Throwable {
        Returning failing = new Returning();
        Returning cancelled = new Returning();
        IOException failure = new IOException("disk full");

        Publisher<?> completion = invoke(failing, "uni", INSERT);
        assertThat(failing.subscribed).hasValue(0);
        failing.future.completeExceptionally(failure);
        Disposable waiting = Flux.from(invoke(cancelled, "uni", INSERT)).subscribe();
        waiting.dispose();

        StepVerifier.create(completion)
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(failure));
        assertThat(failing.subscribed).hasValue(1);
        assertThat(cancelled.future).isCancelled();
    }

    @Test
    void the_container_is_asked_for_a_provider_once_per_class_and_for_the_object_at_each_call() throws Throwable {
        AtomicInteger providers = new AtomicInteger();
        List<Shop> objects = new ArrayList<>();
        Invokers invokers = new Invokers(
                supplying(providers, () -> {
                    objects.add(new Shop());
                    return objects.get(objects.size() - 1);
                }),
                decoder);
        Invoker payload = invokers.of(Specs.method(Shop.class, "payload", null));
        Invoker nothing = invokers.of(Specs.method(Shop.class, "nothing", null));
        objects.clear();

        payload.invoke(change(INSERT), FIRST, null);
        payload.invoke(change(INSERT), FIRST, null);
        nothing.invoke(change(INSERT), FIRST, null);

        assertThat(providers).hasValue(1);
        assertThat(objects).extracting(shop -> shop.received).hasSize(3).allMatch(received -> received.size() == 1);
    }

    @Test
    void a_container_that_cannot_build_the_object_is_reported_at_start() {
        Invokers invokers = new Invokers(refusing(), decoder);

        Problem problem = refusal(invokers, Shop.class, "payload");

        assertThat(problem.code()).isEqualTo(ProblemCode.OBJECT_NOT_SUPPLIED);
        assertThat(problem.where()).isEqualTo(Shop.class.getName() + "#payload");
        assertThat(problem.what()).contains("no such bean");
    }

    @Test
    void a_container_that_supplies_nothing_or_another_class_is_reported_at_start() {
        Invokers nothing = new Invokers(supplying(new AtomicInteger(), () -> null), decoder);
        Invokers another = new Invokers(supplying(new AtomicInteger(), () -> "not a shop"), decoder);

        assertThat(refusal(nothing, Shop.class, "payload").what()).contains("null");
        assertThat(refusal(another, Shop.class, "payload").what()).contains("java.lang.String");
    }

    @Test
    void a_proxy_of_an_interface_is_called_through_the_interface() throws Throwable {
        List<Object> received = new ArrayList<>();
        Ordering proxy = (Ordering) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Ordering.class}, (self, method, arguments) -> {
                    received.add(arguments[0]);
                    return null;
                });
        Invokers invokers = new Invokers(supplying(new AtomicInteger(), () -> proxy), decoder);

        invokers.of(Specs.method(Orders.class, "ordered", null)).invoke(change(INSERT), FIRST, null);

        assertThat(received).containsExactly(new Item("a", 3));
        assertThat(refusal(invokers, Orders.class, "notInTheInterface").code())
                .isEqualTo(ProblemCode.HANDLER_NOT_INVOCABLE);
    }

    @Test
    void a_final_method_is_refused_behind_a_proxy_which_would_not_see_the_call() {
        Invokers proxied = new Invokers(supplying(new AtomicInteger(), Shop$$Proxy::new), decoder);
        Invokers plain = new Invokers(supplying(new AtomicInteger(), Shop::new), decoder);

        assertThat(refusal(proxied, Shop.class, "sealed").what()).contains("final");
        assertThat(proxied.of(Specs.method(Shop.class, "payload", null))).isNotNull();
        assertThat(plain.of(Specs.method(Shop.class, "sealed", null))).isNotNull();
    }

    @Test
    void a_payload_that_cannot_be_decoded_is_reported_at_start() {
        Invokers invokers = new Invokers(supplying(new AtomicInteger(), Undecodable::new), decoder);

        assertThat(refusal(invokers, Undecodable.class, "changed").code()).isEqualTo(ProblemCode.UNDECODABLE_PAYLOAD);
    }

    static class Undecodable {
        void changed(ChangeEvent<Ordering> change) {}
    }

    private static Problem refusal(Invokers invokers, Class<?> type, String method) {
        return assertThatExceptionOfType(OnChangeException.class)
                .isThrownBy(() -> invokers.of(Specs.method(type, method, null)))
                .actual()
                .problems()
                .get(0);
    }

    private @Nullable Publisher<?> invoke(Object handlers, String method, String event) throws Throwable {
        return new Invokers(refusing(), decoder)
                .of(Specs.method(handlers, method))
                .invoke(change(event), FIRST, null);
    }

    private Change change(String event) {
        return decoder.change(new RawChange(RawBsonDocument.parse(event), "fingerprint"));
    }

    private static Instances refusing() {
        return new Instances() {
            @Override
            public Object instanceOf(Class<?> type) {
                return providerOf(type).get();
            }

            @Override
            public <T> Provider<? extends T> providerOf(Class<T> type) {
                throw new IllegalStateException("no such bean");
            }
        };
    }

    @SuppressWarnings("unchecked") // wrong on purpose in one test
    private static Instances supplying(AtomicInteger asked, Provider<?> objects) {
        return new Instances() {
            @Override
            public Object instanceOf(Class<?> type) {
                return providerOf(type).get();
            }

            @Override
            public <T> Provider<? extends T> providerOf(Class<T> type) {
                asked.incrementAndGet();
                return (Provider<? extends T>) objects;
            }
        };
    }
}

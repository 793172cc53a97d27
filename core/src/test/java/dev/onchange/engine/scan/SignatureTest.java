package dev.onchange.engine.scan;

import static dev.onchange.engine.scan.ScanFixture.handlerOf;
import static dev.onchange.engine.scan.ScanFixture.problemOf;
import static dev.onchange.engine.scan.ScanFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.Batch;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {

    @Test
    void parameters_may_stand_in_any_order_and_each_has_its_role() {
        HandlerSpec handler = handlerOf(Everything.class);

        assertThat(handler.payload()).isEqualTo(Item.class);
        assertThat(((HandlerTarget.OfMethod) handler.target()).parameters())
                .containsExactly(
                        new Parameter(Parameter.Role.ATTEMPT, Attempt.class),
                        new Parameter(Parameter.Role.SESSION, ClientSession.class),
                        new Parameter(Parameter.Role.PAYLOAD, Item.class),
                        new Parameter(Parameter.Role.DRIVER_DOCUMENT, Item.class),
                        new Parameter(Parameter.Role.UPDATE_DESCRIPTION, UpdateDescription.class),
                        new Parameter(Parameter.Role.EVENT, Item.class));
    }

    @Test
    void a_method_may_take_nothing() {
        HandlerSpec handler = handlerOf(Nothing.class);

        assertThat(handler.payload()).isEqualTo(Document.class);
    }

    @Test
    void documents_of_the_driver_are_payloads() {
        List<HandlerSpec> handlers = scan(Documents.class).handlers();

        assertThat(handlers)
                .extracting(HandlerSpec::payload)
                .containsExactly(Document.class, BsonDocument.class, RawBsonDocument.class);
    }

    @Test
    void a_generic_payload_keeps_its_arguments() throws Exception {
        List<HandlerSpec> handlers = scan(GenericPayloads.class).handlers();

        Type map = GenericPayloads.class.getDeclaredMethod("map", Map.class).getGenericParameterTypes()[0];
        assertThat(handlers.get(0).payload())
                .isEqualTo(map)
                .hasSameHashCodeAs(map)
                .hasToString(map.toString());
        assertThat(handlers.get(1).payload())
                .isInstanceOfSatisfying(
                        ParameterizedType.class,
                        type -> assertThat(type.getActualTypeArguments()).containsExactly(Item.class));
    }

    @Test
    void wildcards_and_missing_arguments_want_nothing() {
        List<HandlerSpec> handlers = scan(Unspecific.class).handlers();

        assertThat(handlers)
                .extracting(HandlerSpec::payload)
                .containsExactly(Document.class, Document.class, Document.class, Item.class, Item.class, Item.class);
    }

    @Test
    void the_annotation_may_name_a_narrower_type_than_a_parameter() {
        List<HandlerSpec> handlers = scan(Narrower.class).handlers();

        assertThat(handlers).extracting(HandlerSpec::payload).containsExactly(SpecialItem.class, SpecialItem.class);
    }

    @Test
    void parameters_that_contradict_each_other_are_refused() {
        Problem problem = problemOf(Contradictory.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.CONTRADICTORY_PAYLOAD);
        assertThat(problem.what())
                .contains("parameter 1 asks for documents of type " + Item.class.getTypeName())
                .contains("parameter 2 for " + Document.class.getTypeName());
    }

    @Test
    void a_parameter_that_contradicts_the_annotation_is_refused() {
        Problem problem = problemOf(ContradictingAnnotation.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.CONTRADICTORY_PAYLOAD);
        assertThat(problem.what()).startsWith("payload asks for documents of type " + Document.class.getTypeName());
    }

    @Test
    void the_document_is_taken_only_once() {
        Problem problem = problemOf(TwoDocuments.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.UNSUPPLIED_PARAMETER);
        assertThat(problem.where()).startsWith(TwoDocuments.class.getName() + "#on parameter 2");
    }

    @Test
    void of_a_batch_whose_list_says_nothing_of_its_elements_one_thing_is_said() {
        Problem problem = problemOf(RawList.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.UNSUPPLIED_PARAMETER);
        assertThat(problem.todo()).contains("with batch = @Batch a List of one of the first three");
    }

    @Test
    void every_parameter_that_nothing_supplies_is_refused_with_all_that_are_legal() {
        List<Problem> problems = scan(Unsupplied.class).problems();

        assertThat(problems).hasSize(12).allSatisfy(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.UNSUPPLIED_PARAMETER);
            assertThat(problem.todo())
                    .contains(
                            "ChangeEvent<T>",
                            "ChangeStreamDocument<T>",
                            "UpdateDescription",
                            "ClientSession",
                            "Attempt");
        });
        assertThat(problems.get(0).where()).isEqualTo(Unsupplied.class.getName() + "#on parameter 1 (text)");
        assertThat(problems.get(0).what()).isEqualTo("Nothing supplies the type java.lang.String.");
    }

    @ParameterizedTest
    @ValueSource(classes = {WrongSession.class, WrongAttempt.class})
    void a_class_of_the_right_name_from_the_wrong_package_is_recognized(Class<?> type) {
        Class<?> taken = type.getDeclaredMethods()[0].getParameterTypes()[0];

        String suggestion = ParameterKinds.of(taken).suggestion();

        assertThat(suggestion).startsWith(" Did you mean ").endsWith("." + taken.getSimpleName() + "?");
    }

    record Item(String name) {}

    static class SpecialItem implements BaseOfSpecial {}

    record Box<T>(T content) {}

    static class Everything {
        @OnChange(transactional = true)
        void on(
                Attempt attempt,
                ClientSession session,
                Item item,
                ChangeStreamDocument<Item> driver,
                UpdateDescription update,
                ChangeEvent<Item> event) {}
    }

    static class Nothing {
        @OnChange
        void on() {}
    }

    static class Documents {
        @OnChange
        void a(Document document) {}

        @OnChange
        void b(BsonDocument document) {}

        @OnChange
        void c(RawBsonDocument document) {}
    }

    static class GenericPayloads {
        @OnChange
        void map(Map<String, Object> document) {}

        @OnChange
        void ofBox(ChangeEvent<Box<Item>> event) {}
    }

    static class Unspecific {
        @OnChange
        void a(ChangeEvent<?> event) {}

        @OnChange
        @SuppressWarnings("rawtypes")
        void b(ChangeEvent event) {}

        @OnChange
        <T> void c(ChangeEvent<T> event) {}

        @OnChange
        void d(ChangeEvent<?> event, Item item) {}

        @OnChange
        void e(ChangeEvent<? extends Item> event) {}

        @OnChange
        void f(ChangeEvent<? super Item> event, ChangeEvent<Object> other) {}
    }

    static class Narrower {
        @OnChange(payload = SpecialItem.class)
        void a(BaseOfSpecial base, ChangeEvent<? extends BaseOfSpecial> event) {}

        @OnChange
        void b(BaseOfSpecial base, ChangeEvent<SpecialItem> event) {}
    }

    interface BaseOfSpecial {}

    static class Contradictory {
        @OnChange
        void on(ChangeEvent<Item> event, ChangeStreamDocument<Document> driver) {}
    }

    static class ContradictingAnnotation {
        @OnChange(payload = Document.class)
        void on(Item item) {}
    }

    static class TwoDocuments {
        @OnChange
        void on(Item item, Item other) {}
    }

    static class Unsupplied {
        @OnChange
        void on(
                String text,
                int number,
                Item[] items,
                List<String> list,
                Optional<Item> optional,
                Object object,
                UUID uuid,
                URI uri,
                BsonString bsonString,
                ObjectId id,
                Bson bson,
                Stream<Item> stream) {}
    }

    interface ClientSessionHolder {
        interface ClientSession {}
    }

    static class WrongSession {
        void on(ClientSessionHolder.ClientSession session) {}
    }

    static class WrongAttempt {
        record Attempt() {}

        void on(Attempt attempt) {}
    }

    static class RawList {
        @OnChange(collection = "items", batch = @Batch)
        @SuppressWarnings("rawtypes")
        void on(List items) {}
    }
}

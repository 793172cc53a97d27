package dev.onchange.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WholeTest {

    @Test
    void an_id_that_several_handlers_have_is_said_once_with_all_of_them() {
        ScanResult scanned = ScanFixture.scan(First.class, Second.class, Third.class);

        List<Problem> problems = scanned.whole().problems();

        assertThat(problems).extracting(Problem::code).containsExactly(ProblemCode.DUPLICATE_ID);
        assertThat(problems.get(0).where()).isEqualTo(First.class.getName() + "#on @OnChange(id)");
        assertThat(problems.get(0).what())
                .contains("\"audit\"")
                .contains(First.class.getName() + "#on(ChangeEvent)")
                .contains(Second.class.getName() + "#on(ChangeEvent)");
    }

    @Test
    void handlers_of_different_ids_are_whole() {
        ScanResult scanned = ScanFixture.scan(First.class, Third.class);

        assertThat(scanned.whole()).isEqualTo(scanned);
    }

    @Test
    void an_object_that_was_handed_over_is_called_in_place_of_one_that_would_be_supplied() {
        NeedsMore object = new NeedsMore("more");
        HandlerScanner scanner = new HandlerScanner(
                Map.<String, String>of()::get,
                "shop",
                Instances.ofConstructors().preferring(object));

        ScanResult whole = scanner.types(NeedsMore.class, Third.class)
                .and(scanner.objects(object))
                .whole();

        assertThat(whole.problems()).isEmpty();
        assertThat(whole.handlers()).hasSize(2);
        assertThat(whole.handlers())
                .filteredOn(handler -> handler.foundBy() == FoundBy.OBJECT)
                .extracting(handler -> ((HandlerTarget.OfMethod) handler.target()).instance())
                .containsExactly(object);
    }

    @Test
    void what_was_found_twice_counts_once() {
        ScanResult whole =
                ScanFixture.scan(Third.class).and(ScanFixture.scan(Third.class)).whole();

        assertThat(whole.problems()).isEmpty();
        assertThat(whole.handlers()).hasSize(1);
    }

    @Test
    void two_objects_of_one_class_would_share_a_position() {
        HandlerScanner scanner = ScanFixture.scanner(Map.of());

        ScanResult whole = scanner.objects(new Third(), new Third()).whole();

        assertThat(whole.problems()).extracting(Problem::code).containsExactly(ProblemCode.DUPLICATE_ID);
    }

    static class First {
        @OnChange(id = "audit")
        void on(ChangeEvent<?> event) {}
    }

    static class Second {
        @OnChange(id = "audit")
        void on(ChangeEvent<?> event) {}
    }

    static class Third {
        @OnChange
        void on(ChangeEvent<?> event) {}
    }

    static class NeedsMore {
        NeedsMore(String more) {}

        @OnChange
        void on(ChangeEvent<?> event) {}
    }
}

package dev.onchange.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Notice;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NoticeLogTest {

    @Test
    void thousands_of_handlers_of_a_collection_that_is_not_there_make_one_entry() {
        assertThat(NoticeLog.entries(notices(ProblemCode.NO_SUCH_COLLECTION, 1_000)))
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry).contains("ONC-1509", "handler 0", "999 further notices", "plan().notices()"));
    }

    @Test
    void handlers_of_a_collection_that_is_not_there_make_one_entry_for_each_collection() {
        List<Notice> notices = List.of(
                notice(ProblemCode.NO_SUCH_COLLECTION, 1, "No orders."),
                notice(ProblemCode.NO_SUCH_COLLECTION, 2, "No stock."),
                notice(ProblemCode.NO_SUCH_COLLECTION, 3, "No orders."));

        assertThat(NoticeLog.entries(notices))
                .satisfiesExactly(
                        entry -> assertThat(entry).contains("handler 1", "No orders.", "one further notice"),
                        entry -> assertThat(entry)
                                .contains("handler 2", "No stock.")
                                .doesNotContain("further"));
    }

    @Test
    void a_few_are_logged_each_and_those_that_are_no_warnings_are_not() {
        assertThat(NoticeLog.entries(notices(ProblemCode.NEVER_MATCHES, 10))).hasSize(10);
        assertThat(NoticeLog.entries(notices(ProblemCode.LOOKED_UP_DOCUMENT, 1)))
                .isEmpty();
    }

    private static List<Notice> notices(ProblemCode code, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> notice(code, number, "It is so."))
                .toList();
    }

    private static Notice notice(ProblemCode code, int number, String what) {
        return new Notice(code, "handler " + number, what, "Do something.");
    }
}

package dev.onchange.engine;

import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.scan.HandlerSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberDeclarationsTest {

    private final HandlerSpec stock = handler("stock").spec();
    private final HandlerSpec prices =
            handler("prices").matching("{'fullDocument.qty': 1}").spec();

    @Test
    void instances_with_the_same_handlers_declare_the_same_whatever_their_order() {
        Declarations one = new Declarations();
        String before = one.of(List.of(stock, prices)).hash();
        one.of(List.of(stock));

        assertThat(one.of(List.of(stock, prices)).hash()).isEqualTo(before);
        assertThat(new Declarations().of(List.of(prices, stock)).hash()).isEqualTo(before);
    }

    @Test
    void a_handler_more_or_one_with_another_filter_is_another_declaration() {
        HandlerSpec others =
                handler("prices").matching("{'fullDocument.qty': 2}").spec();

        assertThat(List.of(List.of(stock), List.of(prices), List.of(stock, prices), List.of(stock, others)))
                .extracting(handlers -> new Declarations().of(handlers).hash())
                .doesNotHaveDuplicates();
    }
}

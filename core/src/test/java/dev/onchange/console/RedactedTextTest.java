package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RedactedTextTest {

    private final PayloadMask ids = new PayloadMask(PayloadView.FULL, List.of("_id"));
    private final PayloadMask emails = new PayloadMask(PayloadView.FULL, List.of("customer.email"));

    @Test
    void keys_and_tokens_in_messages_are_hidden_with_their_field() {
        String overdue =
                "the change of {\"_id\": \"ada\"} with token 8265AB3C1F000000012B042C0100296E5A10 has been in flight";

        assertThat(ids.text(overdue))
                .isEqualTo("the change of {\"_id\": \"<redacted>\"} with token <redacted> has been in flight");
        assertThat(emails.text(overdue)).isEqualTo(overdue);
    }

    @Test
    void objects_that_messages_quote_lose_what_is_redacted_wherever_it_is_within() {
        assertThat(ids.text("E11000 duplicate key error dup key: { _id: \"ada\" }"))
                .doesNotContain("ada");
        assertThat(ids.text("insert in shop.stock of {\"_id\": {\"$oid\": \"65ab3c1f0000000000000000\"}} at"
                        + " {\"_data\": \"82ab\"}"))
                .doesNotContain("65ab");
        for (String quoted : List.of(
                "{\"customer\": {\"email\": \"a}da\", \"no\": 1}}",
                "{\"order\": [{\"customer\": {\"email\": \"ada\"}}]}",
                "{\"fullDocument.customer.email\": {\"$gt\": \"ada\"}}",
                "{\"filter\": {\"match\": \"{'fullDocument.customer.email': 'ada'}\"}}")) {
            assertThat(emails.text("with " + quoted + " and more"))
                    .as(quoted)
                    .startsWith("with {")
                    .endsWith("} and more")
                    .doesNotContain("da\"", "'ada'");
        }
    }

    @Test
    void what_cannot_be_read_is_left_out_if_it_names_a_redacted_field() {
        assertThat(ids.text("no room for Document{{_id=ada, qty=1}}.")).isEqualTo("no room for Document{<redacted>}.");
        assertThat(ids.text("cut: {\"_id\": \"ada\nat com.acme.Stock"))
                .isEqualTo("cut: {<redacted>}\nat com.acme.Stock");
        assertThat(ids.text("{qty=1} of {\"_id\": \"ada\"}")).isEqualTo("{qty=1} of {\"_id\": \"<redacted>\"}");
    }

    @Test
    void many_braces_take_no_time() {
        String many = "_id{".repeat(200_000);

        assertThat(ids.text(many)).isEqualTo("_id{<redacted>}");
    }

    @Test
    void an_object_that_is_nested_more_deeply_than_documents_are_is_hidden() {
        PayloadMask hiding = new PayloadMask(PayloadView.FULL, List.of("card"));
        String seemsFlat = "{b: \"" + "]".repeat(3_000) + "\", a: " + nested(3_000) + "}";

        assertThat(hiding.text("failed at " + nested(180))).endsWith("{\"card\": \"<redacted>\"}" + "}".repeat(180));
        for (int depth = 200; depth < 4_500; depth += 100) {
            assertThat(hiding.text("failed at " + nested(depth)))
                    .as("%d levels", depth)
                    .isEqualTo("failed at {<redacted>}");
        }
        assertThat(hiding.text("failed at " + seemsFlat)).isEqualTo("failed at {<redacted>}");
    }

    private static String nested(int depth) {
        return "{a:".repeat(depth) + "{card: 7}" + "}".repeat(depth);
    }
}

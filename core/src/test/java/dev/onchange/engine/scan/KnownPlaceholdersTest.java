package dev.onchange.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownPlaceholdersTest {

    @Test
    void a_name_that_has_a_value_is_asked_for_once() {
        List<String> asked = new ArrayList<>();
        KnownPlaceholders known = new KnownPlaceholders(name -> {
            asked.add(name);
            return name.equals("there") ? "value" : null;
        });

        assertThat(known.valueOf("there")).isEqualTo("value");
        assertThat(known.valueOf("there")).isEqualTo("value");
        assertThat(known.valueOf("missing")).isNull();
        assertThat(known.valueOf("missing")).isNull();

        assertThat(asked).containsExactly("there", "missing", "missing");
    }
}
